import { describe, expect, test } from 'vitest'

import { readCapture } from './read.ts'

const DENY_END = {
  kind: 'EndOfTier',
  name: '',
  namespace: '',
  tier: 'default',
  action: 'Deny',
  policy_index: 0,
  rule_index: -1,
  trigger: {
    kind: 'GlobalNetworkPolicy',
    name: 'default-deny',
    namespace: '',
    tier: 'default',
    action: 'ActionUnspecified',
    policy_index: 0,
    rule_index: 0,
    trigger: null,
  },
}
const PASS = { ...DENY_END, action: 'Pass', tier: 'app' }

async function readText(text: string) {
  const flows = []
  const reasons = []
  let format: string | null = null
  for await (const batch of readCapture(new Blob([text]).stream())) {
    flows.push(...batch.flows)
    reasons.push(...batch.refusals.map(({ reason }) => reason))
    format = batch.format
  }
  return { flows, reasons, format }
}

describe('a trace without a flow around it', () => {
  test.each([
    ['as Calico’s dashboard shows it', { enforced: [DENY_END], pending: [DENY_END] }],
    ['inside policies', { policies: { enforced: [DENY_END], pending: [DENY_END] } }],
    ['in camel case', { enforcedPolicies: [DENY_END], pendingPolicies: [DENY_END] }],
    [
      'in proto names, inside policies',
      { policies: { enforced_policies: [DENY_END], pending_policies: [DENY_END] } },
    ],
  ])('is read %s', async (_, value) => {
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2), JSON.stringify([value])]) {
      const { flows, reasons, format } = await readText(text)
      expect(reasons).toEqual([])
      expect(format).toBe('Policy traces without a flow')
      expect(flows).toMatchObject([
        {
          key: {
            action: 'Deny',
            reporter: 'ReporterUnspecified',
            sourceName: '',
            destName: '',
            policies: { enforced: [{ trigger: { name: 'default-deny' } }], pending: [{ action: 'Deny' }] },
          },
          startTime: 0,
          numConnectionsStarted: null,
        },
      ])
    }
  })

  test.each([
    ['that ends in Pass', { enforced: [PASS], pending: [] }],
    ['of pending hits only', { enforced: null, pending: [DENY_END] }],
  ])('%s has no verdict', async (_, value) => {
    const { flows } = await readText(JSON.stringify(value))
    expect(flows.map(({ key }) => key.action)).toEqual(['ActionUnspecified'])
  })

  test.each([{ enforced: [], pending: [] }, { enforced: ['0|default|deny'] }, { pending: [{ a: 1 }] }])(
    'is not what %j is',
    async (value) => {
      const { flows, reasons } = await readText(JSON.stringify(value))
      expect(flows).toEqual([])
      expect(reasons).toHaveLength(1)
    },
  )
})

test('a flow with the two lists in it directly is read whole', async () => {
  const record = {
    start_time: '2026-11-02T10:00:15Z',
    end_time: '2026-11-02T10:00:30Z',
    action: 'Deny',
    source_name: 'test',
    source_namespace: 'default',
    dest_name: 'api-*',
    dest_namespace: 'backend',
    protocol: 'tcp',
    dest_port: 80,
    reporter: 'Src',
    packets_in: 3,
    enforced: [DENY_END],
    pending: [],
  }
  const { flows } = await readText(`${JSON.stringify(record)}\n`)
  expect(flows).toMatchObject([
    {
      key: { sourceName: 'test', destPort: 80, policies: { enforced: [{ kind: 'EndOfTier' }] } },
      packetsIn: 3,
    },
  ])
})

test('the trace of a broken record does not become a record of its own', async () => {
  const broken = `{"source_name": oops, "policies": ${JSON.stringify({ enforced: [DENY_END], pending: [] })}}\n`
  const { flows, reasons } = await readText(broken)
  expect(flows).toEqual([])
  expect(reasons).toHaveLength(1)
})
