/**
 * The plan of a query against the in-memory Goldmane: its answer to the plan's filter, narrowed by the plan's
 * remainder. The test is in this folder because only this layer may import both.
 */
import { create } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flowFromMessage } from '../wire/testing/flow-from-message.ts'
import { anyExpression, anyFlow, NOW } from '../filter/testing/arbitrary-queries.ts'
import { matches } from '../filter/testing/matches.ts'
import { ALL, type Expression } from '../filter/tree/expression.ts'
import { parse } from '../filter/language/parse-query.ts'
import { type Plan, planFor } from '../filter/plan/plan.ts'
import { buildEndOfTier, buildFlow, buildHit } from '../flows/testing/build.ts'
import type { Flow, FlowKey, PolicyHit } from '../flows/flow.ts'
import { FlowListRequestSchema } from '../gen/goldmane/api_pb.ts'
import { Goldmane } from './goldmane.ts'
import { keyIdentity } from '../flows/identity.ts'
import { PAST_BUCKETS } from './ring.ts'
import { BUCKET_SECONDS, bucketStart } from '../flows/bucket.ts'

/**
 * Moves the flow to the bucket `n` before the one that is filling. From 1 on it is closed, so that List has its
 * counters.
 */
function ago(n: number, flow: Flow): Flow {
  const startTime = bucketStart(NOW) - n * BUCKET_SECONDS
  return { ...flow, startTime, endTime: startTime + BUCKET_SECONDS }
}

function goldmaneWith(flows: readonly Flow[]): Goldmane {
  const goldmane = new Goldmane({ now: () => NOW })
  for (const flow of flows) expect(goldmane.ingest(flow)).toBe(true)
  return goldmane
}

/** The answer of List, by id, of which each key has one. */
function listed(goldmane: Goldmane, { filter }: Plan): ReadonlyMap<bigint, Flow> {
  const flows = new Map<bigint, Flow>()
  for (const { id, flow } of goldmane.list(create(FlowListRequestSchema, { filter })).flows) {
    const found = flow === undefined ? undefined : flowFromMessage(flow)
    if (found === undefined) throw new Error(`result ${id} has no flow`)
    flows.set(id, found)
  }
  return flows
}

function matching(flows: ReadonlyMap<bigint, Flow>, expression: Expression): ReadonlyMap<bigint, Flow> {
  return new Map([...flows].filter(([, flow]) => matches(expression, flow, NOW)))
}

/** Host names with capital letters, and one that equals the shown name of a network. */
const anyHostName = fc.constantFrom('Node-1', 'WEB', 'PUBLIC NETWORK')

const anyHeldFlow: fc.Arbitrary<Flow> = fc
  .record({
    flow: anyFlow,
    host: fc.option(anyHostName, { freq: 4 }),
    bucket: fc.constantFrom(1, 2, 19, 20, PAST_BUCKETS),
  })
  .map(({ flow, host, bucket }) =>
    ago(bucket, host === null ? flow : { ...flow, key: { ...flow.key, destName: host } }),
  )

/** Flows with distinct keys, because Goldmane would sum those of one key. */
const anyFlows = fc.uniqueArray(anyHeldFlow, {
  minLength: 1,
  maxLength: 12,
  selector: ({ key }) => keyIdentity(key),
})

test('Goldmane’s answer to the plan, narrowed by the remainder, is the answer to the query', () => {
  fc.assert(
    fc.property(anyExpression, anyFlows, (expression, flows) => {
      const goldmane = goldmaneWith(flows)
      const everything = listed(goldmane, planFor(ALL))
      expect(everything.size).toBe(flows.length)

      const plan = planFor(expression)
      const wanted = matching(everything, expression)
      const served = listed(goldmane, plan)
      expect([...served.keys()]).toEqual(expect.arrayContaining([...wanted.keys()]))
      expect(matching(served, plan.remainder)).toEqual(wanted)
      if (plan.exact) expect(served).toEqual(wanted)
    }),
    { numRuns: 300 },
  )
})

/** Flows with a name each, which is stored as the service because no query here asks for that. */
type Named = Readonly<Record<string, Partial<FlowKey>>>

function enforced(...hits: readonly PolicyHit[]): Partial<FlowKey> {
  return { policies: { enforced: hits, pending: [] } }
}

function pending(...hits: readonly PolicyHit[]): Partial<FlowKey> {
  return { policies: { enforced: [], pending: hits } }
}

function names(flows: ReadonlyMap<bigint, Flow>): string[] {
  return [...flows.values()].map(({ key }) => key.destServiceName).toSorted()
}

/** The names of the flows that Goldmane serves for the query's plan, and of those that pass the remainder. */
function answer(named: Named, text: string) {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(parsed.errors.map(({ message }) => message).join(' '))
  const flows = Object.entries(named).map(([name, key]) =>
    ago(1, buildFlow({ ...key, destServiceName: name })),
  )
  const plan = planFor(parsed.expression)
  const served = listed(goldmaneWith(flows), plan)
  return { exact: plan.exact, served: names(served), answer: names(matching(served, plan.remainder)) }
}

describe('a name whose shown spelling differs from the stored one', () => {
  const networks: Named = {
    private: { destName: 'pvt', destNamespace: '-' },
    public: { destName: 'pub', destNamespace: '-' },
    publisher: { destName: 'publisher-*', destNamespace: 'press' },
  }

  test.each(['pub', '"PUBLIC NETWORK"', '"Public Network"'])(
    'dst.name = %s is the public network',
    (name) => {
      expect(answer(networks, `dst.name = ${name}`)).toEqual({
        exact: true,
        served: ['public'],
        answer: ['public'],
      })
    },
  )

  test.each([
    ['dst.name = PUB*', ['public']],
    ['dst.name = pub*', ['public', 'publisher']],
    ['dst.name = *NETWORK', ['private', 'public']],
    ['dst.name = *network', ['private', 'public']],
    ['dst.name ~ "lic net"', ['public']],
  ])('%s finds it by both spellings', (text, found) => {
    expect(answer(networks, text).answer).toEqual(found)
  })

  test('Global is no namespace, also where Goldmane takes - for a namespace called so', () => {
    const flows = { ...networks, odd: { destNamespace: 'Global' } }
    expect(answer(flows, 'dst.ns = Global')).toEqual({
      exact: false,
      served: ['odd', 'private', 'public'],
      answer: ['private', 'public'],
    })
  })
})

describe('a policy that appears only as the trigger of an end of tier', () => {
  const flows: Named = {
    allowed: enforced(buildHit({ name: 'allow-all' })),
    denied: { action: 'Deny', ...enforced(buildEndOfTier('lockdown')) },
    elsewhere: { action: 'Deny', ...enforced(buildEndOfTier('quarantine', { tier: 'platform' })) },
    ruled: enforced(buildHit({ name: 'lockdown' })),
  }

  test.each([
    ['policy = lockdown', ['denied', 'ruled']],
    ['policy ~ LOCK', ['denied', 'ruled']],
    ['decided = lockdown', ['denied', 'ruled']],
    ['trigger = lockdown', ['denied']],
    ['policy = lockdown tier = default', ['denied', 'ruled']],
    ['policy = lockdown or policy = quarantine', ['denied', 'elsewhere', 'ruled']],
    ['kind = GlobalNetworkPolicy action = deny', ['denied', 'elsewhere']],
  ])('%s does not lose it', (text, found) => {
    expect(answer(flows, text).answer).toEqual(found)
  })
})

test('the pending verdict is the last pending hit’s, while Goldmane looks at any', () => {
  const pass = buildHit({ action: 'Pass', tier: 'security' })
  const flows: Named = {
    allowed: pending(pass, buildHit({ policyIndex: 1 })),
    denied: pending(pass, buildEndOfTier('lockdown', { policyIndex: 1 })),
    passed: pending(pass),
    unknown: pending(),
  }
  expect(answer(flows, 'pending = pass')).toEqual({
    exact: false,
    served: ['allowed', 'denied', 'passed'],
    answer: ['passed'],
  })
  expect(answer(flows, 'pending = deny').answer).toEqual(['denied'])
  expect(answer(flows, 'pending in (deny, "not computed")').answer).toEqual(['denied', 'unknown'])
})

describe('letter case, which counts in Goldmane’s fuzzy matches', () => {
  const flows: Named = {
    host: { destName: 'Node-1', destNamespace: '-', proto: 'udp' },
    pod: { destName: 'node-exporter-*', destNamespace: 'backend', proto: 'tcp' },
  }

  test.each([
    ['dst.ns ~ BACK', ['pod'], ['pod']],
    ['proto = T*', ['pod'], ['pod']],
    ['proto ~ DP', ['host'], ['host']],
    ['dst.name ~ NODE', ['host', 'pod'], ['host', 'pod']],
    ['dst.name ~ nODE-1', ['host', 'pod'], ['host']],
    ['dst.name = Node*', ['host'], ['host']],
    ['dst.name = NODE*', [], []],
  ])('%s', (text, served, found) => {
    expect(answer(flows, text)).toEqual({ exact: false, served, answer: found })
  })
})

test('of two conditions on one field Goldmane gets the first', () => {
  const flows: Named = {
    both: enforced(buildHit({ tier: 'security', action: 'Pass' }), buildHit({ policyIndex: 1 })),
    one: enforced(buildHit({ tier: 'security' })),
  }
  expect(answer(flows, 'tier = security tier = default')).toEqual({
    exact: false,
    served: ['both', 'one'],
    answer: ['both'],
  })
})

test('of alternatives on two fields Goldmane gets neither', () => {
  const flows: Named = {
    first: { sourceNamespace: 'a' },
    neither: {},
    second: { destNamespace: 'b' },
  }
  expect(answer(flows, 'src.ns = a or dst.ns = b')).toEqual({
    exact: false,
    served: ['first', 'neither', 'second'],
    answer: ['first', 'second'],
  })
})
