import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { FlowKey, PolicyHit } from '../../flows/flow.ts'
import { buildEndOfTier, buildFlow, buildHit } from '../../flows/testing/build.ts'
import { oddKey } from '../testing/arbitrary-traces.ts'
import { partsText } from '../words/statement.ts'
import { bothEnds } from './both-ends.ts'
import { neededRules, type NeededRules } from './needed-rules.ts'
import type { SeenKey } from './seen-key.ts'

const STORY: Partial<FlowKey> = { sourceName: 'test', sourceNamespace: 'default', action: 'Deny' }

function seen(key: Partial<FlowKey>): SeenKey {
  const flow = buildFlow(key)
  return { key: flow.key, firstSeen: flow.startTime, lastSeen: flow.endTime }
}

function neededFor(
  key: Partial<FlowKey>,
  conversation: readonly SeenKey[] = [],
  entering: readonly SeenKey[] = [],
): NeededRules {
  const subject = seen(key)
  return neededRules(subject, bothEnds(subject, conversation), entering)
}

function text(needed: NeededRules): string {
  return needed.statements.map(({ parts }) => partsText(parts)).join(' ')
}

function trace(enforced: readonly PolicyHit[], pending = enforced): Pick<FlowKey, 'policies'> {
  return { policies: { enforced, pending } }
}

describe('what would allow a denial', () => {
  test('at the source: an egress rule there; of a destination that was not asked it cannot be said', () => {
    const needed = neededFor(STORY)
    expect([needed.source.kind, needed.destination.kind]).toEqual(['rule', 'cannot be said'])
    expect(text(needed)).toBe(
      'To allow it: an egress rule on default/test, for tcp 80. ' +
        'Whether backend/api needs an ingress rule too cannot be said: its policies were not asked.',
    )
  })

  test('cannot be said where the policy that denied is of another program than Calico, and has no tier', () => {
    const hit = buildHit({
      kind: 'Unknown(CiliumNetworkPolicy)',
      name: 'x',
      tier: '',
      action: 'Deny',
      ruleIndex: -2,
    })
    const needed = neededFor({ ...STORY, ...trace([hit], []) })
    expect(needed.goal).toBe('cannot be said')
    expect(text(needed)).toMatch(
      /^What would allow it cannot be said: the record does not say where .* stands/,
    )
  })

  test('also an ingress rule, unless one allows it, where other records show that policies govern the destination', () => {
    const other = seen({ reporter: 'Dst', destPort: 9090, ...trace([buildHit({ name: 'api-in' })]) })
    const needed = neededFor(STORY, [], [other])
    expect(needed.destination).toEqual({ kind: 'rule', unlessAllowed: true })
    expect(needed.statements.map(({ certainty }) => certainty)).toEqual(['inferred'])
    expect(text(needed)).toBe(
      'To allow it: an egress rule on default/test and, unless one allows it already, ' +
        'an ingress rule on backend/api, both for tcp 80.',
    )
  })

  test('no ingress rule where the records of the destination show that no policy selects it', () => {
    const profile = buildHit({ kind: 'Profile', name: 'kns.backend', tier: '' })
    const needed = neededFor(STORY, [], [seen({ reporter: 'Dst', ...trace([profile]) })])
    expect(needed.destination.kind).toBe('nothing')
  })

  test('does not take the records of another destination, or of the source, for those of the destination', () => {
    const hit = trace([buildHit()])
    const others = [seen({ reporter: 'Dst', destName: 'db-0', ...hit }), seen({ reporter: 'Src', ...hit })]
    expect(neededFor(STORY, [], others).destination.kind).toBe('cannot be said')
  })

  test('both rules where the destination denied other connections of the conversation', () => {
    const refused = seen({ ...STORY, reporter: 'Dst' })
    expect(text(neededFor(STORY, [refused]))).toContain(
      'an egress rule on default/test and an ingress rule on backend/api, both for tcp 80.',
    )
  })

  test('at the destination: an ingress rule alone', () => {
    const needed = neededFor({ ...STORY, reporter: 'Dst' })
    expect(needed.source.kind).toBe('nothing')
    expect(text(needed)).toBe('To allow it: an ingress rule on backend/api, for tcp 80.')
  })

  test('a network has no policies', () => {
    const key = { ...STORY, destName: 'pub', destNamespace: '-', destType: 'Network', destPort: 443 } as const
    expect(text(neededFor(key))).toBe('To allow it: an egress rule on default/test, for tcp 443.')
  })

  test('before the rule that denied, and in its tier or before', () => {
    const deny = buildHit({ name: 'lock', action: 'Deny', ruleIndex: 2 })
    expect(text(neededFor({ ...STORY, reporter: 'Dst', ...trace([deny]) }))).toBe(
      'To allow it: an ingress rule on backend/api before rule 3 of GlobalNetworkPolicy lock, for tcp 80.',
    )
    const end = buildEndOfTier('base', { tier: 'platform' })
    expect(text(neededFor({ ...STORY, reporter: 'Dst', ...trace([end]) }))).toContain(
      'an ingress rule on backend/api in tier platform or before, for tcp 80.',
    )
  })

  test('names the staged policy that would allow it', () => {
    const open = buildHit({ kind: 'StagedGlobalNetworkPolicy', name: 'open-up' })
    expect(text(neededFor({ ...STORY, ...trace([buildEndOfTier('default-deny')], [open]) }))).toContain(
      'To allow it: an egress rule on default/test (or enforce StagedGlobalNetworkPolicy open-up), for tcp 80.',
    )
  })
})

describe('what is allowed', () => {
  test('needs nothing where the staged policies leave it', () => {
    expect(neededFor({})).toEqual({
      goal: 'nothing',
      source: { kind: 'nothing' },
      destination: { kind: 'nothing' },
      statements: [],
    })
  })

  test('is kept by a rule before the staged one that would deny it', () => {
    const lock = buildHit({ kind: 'StagedGlobalNetworkPolicy', name: 'lock', action: 'Deny' })
    const needed = neededFor({ reporter: 'Dst', ...trace([buildHit()], [lock]) })
    expect(needed.goal).toBe('keep')
    expect(text(needed)).toBe(
      'To keep it under the staged policies: an ingress rule on backend/api ' +
        'before rule 1 of StagedGlobalNetworkPolicy lock, for tcp 80.',
    )
  })
})

test('no rule is named where verdict and trace do not agree, or where the trace is alone', () => {
  const contradiction = neededFor({ action: 'Deny', ...trace([buildHit()]) })
  expect(contradiction.goal).toBe('cannot be said')
  expect(text(contradiction)).toBe(
    'What would allow it cannot be said: the last enforced hit says Allow, the record itself Deny.',
  )
  const bare = neededFor({ action: 'Deny', sourceName: '', destName: '' })
  expect(text(bare)).toContain('names neither the ends nor the port')
})

test('never names a rule as needed without a decision that denies, in any odd trace', () => {
  fc.assert(
    fc.property(oddKey, (key) => {
      const { goal, source, destination } = neededFor(key)
      if (goal === 'allow') expect(key.action).toBe('Deny')
      if (goal === 'keep') expect(key.action).toBe('Allow')
      if (goal === 'cannot be said') expect([source.kind, destination.kind]).not.toContain('rule')
    }),
  )
})
