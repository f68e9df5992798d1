/** Every sentence about the two ends of a flow and about what would allow it, in one golden file. */
import { expect, test } from 'vitest'

import type { FlowKey, PolicyHit } from '../../flows/flow.ts'
import { buildEndOfTier, buildFlow, buildHit } from '../../flows/testing/build.ts'
import { partsText, type Statement } from '../words/statement.ts'
import { bothEnds } from './both-ends.ts'
import { endCaption } from './end-captions.ts'
import { neededRules } from './needed-rules.ts'
import type { SeenKey } from './seen-key.ts'

interface Scene {
  readonly title: string
  readonly key: Partial<FlowKey>
  /** Records of the same conversation, by the other end unless they say so. */
  readonly others?: readonly Partial<FlowKey>[]
  /** Records of what else entered the destination. */
  readonly entering?: readonly Partial<FlowKey>[]
}

function trace(enforced: readonly PolicyHit[], pending = enforced): Pick<FlowKey, 'policies'> {
  return { policies: { enforced, pending } }
}

const STORY: Partial<FlowKey> = {
  sourceName: 'test',
  sourceNamespace: 'default',
  action: 'Deny',
  ...trace([buildEndOfTier('default-deny')]),
}
const ENTERED: Partial<FlowKey> = { ...STORY, reporter: 'Dst' }
const NETWORK: Partial<FlowKey> = {
  destName: 'pub',
  destNamespace: '-',
  destType: 'Network',
  destServiceName: '-',
}
const allow = buildHit({ name: 'api-in', tier: 'default' })
const lock = buildHit({ kind: 'StagedGlobalNetworkPolicy', name: 'lock', action: 'Deny' })
const open = buildHit({ kind: 'StagedGlobalNetworkPolicy', name: 'open-up' })
const denyRule = buildHit({ name: 'lock-down', action: 'Deny', ruleIndex: 2 })
const profile = buildHit({ kind: 'Profile', name: 'kns.backend', tier: '' })
const pass = buildHit({ name: 'hand-on', tier: 'security', action: 'Pass' })

const SCENES: readonly Scene[] = [
  { title: 'denied leaving, the destination has no record at all', key: STORY },
  {
    title: 'denied leaving, policies govern the destination (the story)',
    key: STORY,
    entering: [{ reporter: 'Dst', destPort: 9090, ...trace([allow]) }],
  },
  {
    title: 'denied leaving, no policy selects the destination',
    key: STORY,
    entering: [{ reporter: 'Dst', ...trace([profile]) }],
  },
  {
    title: 'denied leaving, the destination denies by its profile',
    key: STORY,
    entering: [
      { reporter: 'Dst', action: 'Deny', ...trace([{ ...profile, action: 'Deny', ruleIndex: -1 }]) },
    ],
  },
  {
    title: 'denied leaving, every tier of the destination passes',
    key: STORY,
    entering: [{ reporter: 'Dst', ...trace([pass, { ...profile, policyIndex: 1 }]) }],
  },
  { title: 'denied leaving, other connections were denied entering', key: STORY, others: [ENTERED] },
  {
    title: 'denied leaving, other connections were let in',
    key: STORY,
    others: [{ ...ENTERED, action: 'Allow', ...trace([allow]) }],
  },
  {
    title: 'denied leaving, of other connections some were let in and some denied',
    key: STORY,
    others: [ENTERED, { ...ENTERED, action: 'Allow', ...trace([allow]) }],
  },
  {
    title: 'denied leaving, other connections have no verdict',
    key: STORY,
    others: [{ ...ENTERED, action: 'ActionUnspecified', ...trace([]) }],
  },
  { title: 'denied leaving to the public network', key: { ...STORY, ...NETWORK, destPort: 443 } },
  {
    title: 'denied leaving to the private network, in a format without types',
    key: { ...STORY, ...NETWORK, destName: 'pvt', destType: 'EndpointTypeUnspecified' },
  },
  {
    title: 'denied leaving to a network set',
    key: { ...STORY, ...NETWORK, destName: 'payments', destNamespace: 'backend', destType: 'NetworkSet' },
  },
  {
    title: 'denied leaving to a host',
    key: { ...STORY, ...NETWORK, destName: 'node-1', destType: 'HostEndpoint' },
  },
  { title: 'denied leaving, icmp', key: { ...STORY, proto: 'icmp', destPort: 0 } },
  { title: 'denied leaving, no protocol recorded', key: { ...STORY, proto: '' } },
  { title: 'denied leaving by a rule', key: { ...STORY, ...trace([denyRule]) } },
  {
    title: 'denied leaving by a rule without a number',
    key: { ...STORY, ...trace([{ ...denyRule, ruleIndex: -2 }]) },
  },
  {
    title: 'denied leaving at the end of another tier',
    key: { ...STORY, ...trace([buildEndOfTier('base', { tier: 'platform' })]) },
  },
  {
    title: 'denied leaving at the end of a tier that is not recorded',
    key: { ...STORY, ...trace([buildEndOfTier('base', { tier: '' })]) },
  },
  {
    title: 'denied leaving by a profile',
    key: { ...STORY, ...trace([{ ...profile, name: 'none', action: 'Deny', ruleIndex: -1 }]) },
  },
  {
    title: 'denied leaving, allowed if staged',
    key: { ...STORY, ...trace([buildEndOfTier('default-deny')], [open]) },
  },
  {
    title: 'denied leaving, allowed if staged, policies govern the destination',
    key: { ...STORY, ...trace([buildEndOfTier('default-deny')], [open]) },
    entering: [{ reporter: 'Dst', ...trace([allow]) }],
  },
  {
    title: 'denied leaving, a staged policy passes on to another one that allows',
    key: {
      ...STORY,
      ...trace(
        [buildHit({ ...denyRule, tier: 'security' })],
        [
          buildHit({ ...open, name: 'hand-on', tier: 'security', action: 'Pass' }),
          { ...open, policyIndex: 1 },
        ],
      ),
    },
  },
  {
    title: 'denied leaving, allowed if staged, and no staged policy accounts for it',
    key: { ...STORY, ...trace([buildEndOfTier('default-deny')], [allow]) },
  },
  { title: 'denied entering', key: ENTERED },
  {
    title: 'denied entering, the source let it leave',
    key: ENTERED,
    others: [{ ...STORY, action: 'Allow', ...trace([allow]) }],
  },
  { title: 'denied entering by a rule', key: { ...ENTERED, ...trace([denyRule]) } },
  {
    title: 'denied entering from the private network',
    key: { ...ENTERED, sourceName: 'pvt', sourceNamespace: '-', sourceType: 'Network' },
  },
  {
    title: 'denied entering, allowed if staged',
    key: { ...ENTERED, ...trace([buildEndOfTier('default-deny')], [open]) },
  },
  { title: 'allowed leaving', key: trace([allow]) },
  {
    title: 'allowed leaving, denied if staged',
    key: trace([allow], [lock]),
  },
  {
    title: 'allowed leaving, denied if staged at both ends',
    key: trace([allow], [lock]),
    others: [{ reporter: 'Dst', ...trace([allow], [lock]) }],
  },
  {
    title: 'allowed entering, denied at the end of a tier if staged',
    key: {
      reporter: 'Dst',
      ...trace([allow], [buildEndOfTier('app', { tier: 'app' })]),
    },
  },
  { title: 'allowed, and the trace is missing', key: trace([]) },
  { title: 'allowed, the trace says Deny, denied if staged', key: trace([denyRule], [lock]) },
  { title: 'denied, the trace is missing', key: { ...STORY, ...trace([]) } },
  { title: 'denied, the trace says Allow', key: { ...STORY, ...trace([allow]) } },
  { title: 'denied, the trace ends in Pass', key: { ...STORY, ...trace([pass]) } },
  { title: 'no verdict', key: { ...STORY, action: 'ActionUnspecified' } },
  { title: 'denied, by an end that is not recorded', key: { ...STORY, reporter: 'ReporterUnspecified' } },
  {
    title: 'denied leaving a network, which no Calico writes',
    key: { ...STORY, sourceName: 'pub', sourceNamespace: '-', sourceType: 'Network' },
  },
  { title: 'a trace alone that denies', key: { ...STORY, sourceName: '', destName: '' } },
]

function seen(key: Partial<FlowKey>): SeenKey {
  const flow = buildFlow(key)
  return { key: flow.key, firstSeen: flow.startTime, lastSeen: flow.endTime }
}

function lines(of: string, statements: readonly Statement[]): readonly string[] {
  return statements.map(({ certainty, parts }) => `${of}${certainty.padEnd(8)} ${partsText(parts)}`)
}

function golden({ title, key, others = [], entering = [] }: Scene): string {
  const subject = seen(key)
  const ends = bothEnds(subject, others.map(seen))
  const captions = (['source', 'destination'] as const).map((end) => {
    const { title: caption, cause, certainty } = endCaption(end, ends[end], subject.key)
    return `  ${end}, ${certainty.padEnd(8)} ${caption}: ${partsText(cause)}`
  })
  const { statements } = neededRules(subject, ends, entering.map(seen))
  return [`# ${title}`, ...lines('', statements), ...captions, ...lines('  ends, ', ends.statements)].join(
    '\n',
  )
}

test('what is said of the two ends, and of what would allow it, is that of the golden file', async () => {
  expect(new Set(SCENES.map(({ title }) => title)).size).toBe(SCENES.length)
  await expect(`${SCENES.map(golden).join('\n\n')}\n`).toMatchFileSnapshot('ends.golden.txt')
})
