// Filters are evaluated on the shared stream. What Goldmane itself would send is the oracle.
import { create, toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { demoFlows } from '../../../src/demo/cluster.ts'
import {
  Action,
  FlowSchema,
  type FlowResult,
  FlowStreamRequestSchema,
  MatchType,
  PolicyKind,
  Reporter,
} from '../../../src/gen/goldmane/api_pb.ts'
import { bucketsAgo, read } from '../../../src/goldmane/testing/fixture.ts'
import { ensure } from '../../../src/lib/assert.ts'
import { range, startLive } from '../../testing/bridge-scene.ts'

const FLOWS = demoFlows(bucketsAgo(2))
const HITS = FLOWS.flatMap(({ key }) => [...key.policies.enforced, ...key.policies.pending])

/** Texts of the traffic, the names that user interfaces show for some of them, parts of them, and others. */
const textOf = (values: readonly string[]) =>
  fc.record({
    value: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...values, 'PUBLIC NETWORK', 'PRIVATE NETWORK', '') },
      fc.constantFrom(...values).map((value) => value.slice(1, 4)),
    ),
    type: fc.constantFrom(MatchType.Exact, MatchType.Fuzzy),
  })
const few = <T>(item: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant<T[]>([]) }, fc.array(item, { minLength: 1, maxLength: 3 }))
const actions = few(fc.constantFrom(Action.Allow, Action.Deny, Action.Pass))

const arbitraryFilter = fc.record({
  sourceNames: few(textOf(FLOWS.map(({ key }) => key.sourceName))),
  sourceNamespaces: few(textOf(FLOWS.map(({ key }) => key.sourceNamespace))),
  destNames: few(textOf(FLOWS.map(({ key }) => key.destName))),
  destNamespaces: few(textOf(FLOWS.map(({ key }) => key.destNamespace))),
  protocols: few(textOf(FLOWS.map(({ key }) => key.proto))),
  destPorts: few(fc.record({ port: fc.constantFrom(...FLOWS.map(({ key }) => BigInt(key.destPort))) })),
  actions,
  pendingActions: actions,
  reporter: fc.constantFrom(Reporter.ReporterUnspecified, Reporter.Src, Reporter.Dst),
  policies: few(
    fc.record(
      {
        kind: fc.constantFrom(PolicyKind.CalicoNetworkPolicy, PolicyKind.EndOfTier, PolicyKind.Profile),
        name: textOf(HITS.map(({ name }) => name)),
        tier: textOf(HITS.map(({ tier }) => tier)),
        namespace: textOf(HITS.map(({ namespace }) => namespace)),
      },
      { requiredKeys: [] },
    ),
  ),
})

/** What does not depend on who gives out the ids. */
const contentsOf = (results: readonly FlowResult[]): readonly string[] =>
  results.map(({ flow }) => Buffer.from(toBinary(FlowSchema, ensure(flow, 'flow'))).toString('base64')).sort()

test('a viewer gets what Goldmane would send for the same request', async () => {
  const scene = await startLive({
    prepare: (goldmane) => {
      for (const n of range(0, 8)) for (const flow of demoFlows(bucketsAgo(n))) goldmane.ingest(flow)
    },
  })
  let matches = 0
  await fc.assert(
    fc.asyncProperty(arbitraryFilter, fc.integer({ min: -150, max: -1 }), async (filter, start) => {
      const request = { startTimeGte: BigInt(start), filter }
      const oracle = read(scene.goldmane, create(FlowStreamRequestSchema, request))
      const wanted = contentsOf(await oracle.settled())
      await oracle.stop()
      const viewer = scene.open({ request })
      await scene.until(() => viewer.lastFreshness?.backFill === null)
      expect(contentsOf(viewer.results)).toEqual(wanted)
      viewer.close()
      if (wanted.length > 0) matches++
    }),
    { numRuns: 150 },
  )
  expect(matches).toBeGreaterThan(20)
})
