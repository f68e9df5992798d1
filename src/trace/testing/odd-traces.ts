/** Golden cases of traces that no Calico writes: each verdict with each end of a trace, and what foreign producers do. */
import type { Action, FlowKey, PolicyHit, PolicyTrace } from '../../flows/flow.ts'
import { buildEndOfTier, buildHit, buildKey } from '../../flows/testing/build.ts'
import type { GoldenCase } from './golden-cases.ts'

function inSequence(hits: readonly PolicyHit[]): readonly PolicyHit[] {
  return hits.map((hit, policyIndex) => Object.assign({}, hit, { policyIndex }))
}

function traceOf(enforced: readonly PolicyHit[], pending: readonly PolicyHit[]): PolicyTrace {
  return { enforced: inSequence(enforced), pending: inSequence(pending) }
}

const allow = buildHit({ name: 'web-rules', ruleIndex: 1 })
const pass = buildHit({ tier: 'security', name: 'screen', action: 'Pass' })
const passEnd = buildEndOfTier('app-rules', { tier: 'app', action: 'Pass' })
const denyEnd = buildEndOfTier('default-deny')
const profile = buildHit({ kind: 'Profile', name: 'kns.frontend', tier: '' })
const staged = buildHit({ kind: 'StagedGlobalNetworkPolicy', name: 'locked', action: 'Deny' })

const VERDICTS: readonly Action[] = ['Allow', 'Deny', 'Pass', 'ActionUnspecified', 'Unknown(7)']

const ENDINGS: readonly (readonly [string, readonly PolicyHit[]])[] = [
  ['no hit', []],
  ['a rule that allows', [allow]],
  ['an end of tier that denies', [denyEnd]],
  ['a rule that passes', [pass]],
  ['an end of tier that passes', [pass, passEnd]],
  ['a profile that allows', [pass, profile]],
  ['an unknown action', [buildHit({ action: 'Unknown(9)' })]],
  ['a decision before a pass', [denyEnd, pass]],
]

const PENDING: readonly (readonly [string, readonly PolicyHit[] | 'same'])[] = [
  ['the same', 'same'],
  ['a staged denial', [staged]],
  ['a pass', [pass]],
]

/** Each verdict with each ending; pending traces in turn, so that each meets each verdict and each ending. */
function byVerdict(): readonly GoldenCase[] {
  return VERDICTS.flatMap((action, v) =>
    ENDINGS.flatMap(([ending, enforced], e) => {
      const [title, hits] = PENDING[(v + e) % PENDING.length] ?? ['none', []]
      const policies = traceOf(enforced, hits === 'same' ? enforced : hits)
      const key = buildKey({ action, reporter: e % 2 === 0 ? 'Src' : 'Dst', policies })
      return [
        {
          title: `odd: verdict ${action}, enforced ends with ${ending}, pending ${title}`,
          key,
          pending: true,
        },
      ]
    }),
  )
}

const BARE: Partial<FlowKey> = {
  sourceName: '',
  sourceNamespace: '',
  destName: '',
  destNamespace: '',
  destPort: 0,
  proto: '',
  reporter: 'ReporterUnspecified',
}

function named(
  title: string,
  enforced: readonly PolicyHit[],
  pending: readonly PolicyHit[],
  key: Partial<FlowKey> = {},
): GoldenCase {
  const action = enforced.at(-1)?.action ?? 'ActionUnspecified'
  return {
    title: `odd: ${title}`,
    key: buildKey({ action, policies: traceOf(enforced, pending), ...key }),
    pending: true,
  }
}

const unknownTrigger = buildEndOfTier('', { trigger: buildHit({ kind: 'Unknown(12)', name: 'from-newer' }) })
const stagedTrigger = buildEndOfTier('', { trigger: { ...staged, action: 'ActionUnspecified' } })

export const ODD_TRACES: readonly GoldenCase[] = [
  ...byVerdict(),
  named('a trace alone that denies', [denyEnd], [buildEndOfTier('first')], BARE),
  named('a trace alone that allows, denied if staged', [pass, allow], [pass, staged], BARE),
  named('a trace alone that ends in Pass', [pass], [pass], { ...BARE, action: 'ActionUnspecified' }),
  named('a trace alone with pending hits only', [], [staged], BARE),
  named('two ends of tier that deny', [buildEndOfTier('app-deny', { tier: 'app' }), denyEnd], [denyEnd]),
  named('two ends of one tier', [denyEnd, buildEndOfTier('again')], [denyEnd, buildEndOfTier('again')]),
  named('ends of tier that all pass', [passEnd, { ...passEnd, tier: 'late' }], []),
  named('staged hits only, enforced too', [staged], [staged]),
  named('no enforced hit, an end of tier pending', [], [stagedTrigger]),
  named('a trigger of an unknown kind', [unknownTrigger], [unknownTrigger]),
  named('a staged trigger in the enforced trace', [stagedTrigger], [denyEnd]),
  named(
    'an end of tier without a trigger, pending with one',
    [buildEndOfTier('', { trigger: null })],
    [denyEnd],
  ),
  named('an unknown kind that passes', [buildHit({ kind: 'Unknown(Audit)', action: 'Pass' }), denyEnd], []),
  named('a profile that passes', [{ ...profile, action: 'Pass' }], [profile]),
  named('a profile that denies after passes', [pass, { ...profile, action: 'Deny' }], [profile]),
  named('a profile before a tier', [profile, denyEnd], [denyEnd]),
  named('a rule without a number that denies', [buildHit({ ruleIndex: -2, action: 'Deny' })], [staged]),
  named('the same hit twice', [allow, allow], [allow]),
  named('an end of tier that allows, pending denies', [buildEndOfTier('x', { action: 'Allow' })], [denyEnd]),
  named('verdict Allow, both traces deny by other triggers', [denyEnd], [buildEndOfTier('first')], {
    action: 'Allow',
  }),
  named(
    'verdict Deny, a staged pass where the trace allows',
    [allow],
    [{ ...staged, action: 'Pass' }, profile],
    {
      action: 'Deny',
    },
  ),
  named('control characters in names', [buildHit({ name: 'a\u{1B}[2Jb', tier: 't\u{202E}' })], [], {
    sourceName: 'nimda\u{202E}',
    destNamespace: 'b\u{9B}',
    proto: 'tcp\u{7}',
  }),
]
