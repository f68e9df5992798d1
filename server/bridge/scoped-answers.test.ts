/** What a viewer of some namespaces gets, by all four methods, beside a Goldmane that was never given anything else. */
import { setMaxListeners } from 'node:events'

import { create, type DescMessage, type MessageShape, toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { buildEndOfTier, buildFlow, buildHit } from '../../src/flows/testing/build.ts'
import type { Flow } from '../../src/flows/flow.ts'
import {
  type Filter,
  FilterHintsRequestSchema,
  FilterHintsResultSchema,
  FilterSchema,
  type FilterType,
  type FlowListResult,
  FlowListRequestSchema,
  FlowListResultSchema,
  type FlowResult,
  FlowResultSchema,
  MatchType,
  SortBy,
  StatisticsGroupBy,
  StatisticsRequestSchema,
  StatisticsResultSchema,
  StatisticType,
} from '../../src/gen/goldmane/api_pb.ts'
import { GoldmaneError } from '../../src/goldmane/goldmane-error.ts'
import { bucketsAgo, CURRENT, read, startGoldmane } from '../../src/goldmane/testing/fixture.ts'
import { keyFromMessage, keyToMessage } from '../../src/wire/flow-message.ts'
import { flowToMessage } from '../../src/wire/testing/flow-to-message.ts'
import type { Viewer } from '../auth/viewer.ts'
import { readAll } from '../testing/ring-frames.ts'
import { FlowRing } from '../upstream/flow-ring.ts'
import { hideNames } from './hidden-names.ts'
import { ScopedAnswers } from './scoped-answers.ts'
import { viewOf } from './viewer-view.ts'

const NOW = CURRENT + 7
/** No two are part of another text, so that a leak is found by searching. */
const NAMESPACES = ['nsalpha', 'nsbravo', 'nszulu', 'nsyankee'] as const
const anyNamespace = fc.constantFrom(...NAMESPACES)

/** An end, all of whose names contain its namespace; or one outside of any. */
const anyEnd = fc.oneof(
  { weight: 5, arbitrary: fc.record({ namespace: anyNamespace, name: fc.constantFrom('web', 'api') }) },
  { weight: 1, arbitrary: fc.constant({ namespace: '-', name: 'pub' }) },
)
type End = typeof anyEnd extends fc.Arbitrary<infer Value> ? Value : never

const nameOf = ({ namespace, name }: End): string => (namespace === '-' ? name : `${name}-${namespace}-*`)
const labelsOf = ({ namespace }: End): string[] => (namespace === '-' ? [] : ['app=x', `team=${namespace}`])

const anyTrace = fc.subarray(['policy', 'profile', 'trigger', 'global'] as const).chain((kinds) =>
  anyNamespace.map((namespace) =>
    kinds.map((kind, policyIndex) => {
      const policy = { kind: 'NetworkPolicy' as const, namespace, name: `allow-${namespace}` }
      switch (kind) {
        case 'policy':
          return buildHit({ ...policy, policyIndex })
        case 'profile':
          return buildHit({ kind: 'Profile', name: `kns.${namespace}`, tier: '', policyIndex })
        case 'trigger':
          return buildEndOfTier('', { trigger: buildHit(policy), policyIndex })
        case 'global':
        default:
          return buildHit({ name: 'platform', policyIndex })
      }
    }),
  ),
)

const anyFlow: fc.Arbitrary<Flow> = fc
  .record({
    source: anyEnd,
    dest: anyEnd,
    service: fc.option(anyNamespace),
    enforced: anyTrace,
    pending: anyTrace,
    reporter: fc.constantFrom('Src', 'Dst'),
    ago: fc.integer({ min: 2, max: 12 }),
    packetsIn: fc.nat(1000),
    hasLabels: fc.boolean(),
  })
  .map(({ source, dest, service, enforced, pending, reporter, ago, packetsIn, hasLabels }) =>
    buildFlow(
      {
        sourceName: nameOf(source),
        sourceNamespace: source.namespace,
        destName: nameOf(dest),
        destNamespace: dest.namespace,
        destServiceName: service === null ? '-' : `service-${service}`,
        destServiceNamespace: service ?? '-',
        reporter,
        policies: { enforced, pending },
      },
      {
        startTime: bucketsAgo(ago),
        endTime: bucketsAgo(ago - 1),
        packetsIn,
        sourceLabels: hasLabels ? labelsOf(source) : [],
        destLabels: hasLabels ? labelsOf(dest) : [],
      },
    ),
  )

const anyViewer: fc.Arbitrary<Viewer & { readonly namespaces: ReadonlySet<string> }> = fc.record({
  name: fc.constant(null),
  namespaces: fc.subarray([...NAMESPACES], { minLength: 1, maxLength: 3 }).map((names) => new Set(names)),
  hidesOtherEnd: fc.boolean(),
})

/** Asks for hidden names as well, as somebody would who tries to find out what is behind them. */
const anyFilter: fc.Arbitrary<Filter | undefined> = fc.option(
  fc
    .record({
      field: fc.constantFrom('sourceNames', 'destNames', 'sourceNamespaces', 'destNamespaces'),
      value: fc.oneof(anyNamespace, fc.constantFrom('web', 'hidden', 'pub')),
      policy: fc.option(anyNamespace),
    })
    .map(({ field, value, policy }) =>
      create(FilterSchema, {
        [field]: [{ value, type: MatchType.Fuzzy }],
        policies: policy === null ? [] : [{ name: { value: policy, type: MatchType.Fuzzy } }],
      }),
    ),
  { nil: undefined },
)

const anyTimes = fc.constantFrom(
  { startTimeGte: 0n, startTimeLt: 0n },
  { startTimeGte: -90n, startTimeLt: 0n },
  { startTimeGte: BigInt(bucketsAgo(6)), startTimeLt: BigInt(bucketsAgo(3)) },
  { startTimeGte: BigInt(bucketsAgo(6) + 4), startTimeLt: BigInt(bucketsAgo(3) + 4) },
  { startTimeGte: BigInt(bucketsAgo(3)), startTimeLt: BigInt(bucketsAgo(6)) },
)
const anyPage = fc.constantFrom(
  { page: 0n, pageSize: 0n },
  { page: 1n, pageSize: 2n },
  { page: -1n, pageSize: 2n },
)

/** A ring with the flows, and a Goldmane with what the viewer may see of them, hidden as it must be. */
function cluster(flows: readonly Flow[], viewer: Viewer & { readonly namespaces: ReadonlySet<string> }) {
  const ring = new FlowRing({ maxBytes: 2 ** 24 })
  const { goldmane } = startGoldmane()
  for (const flow of flows) {
    const message = create(FlowResultSchema, { id: 1n, flow: flowToMessage(flow) })
    if (ring.append(toBinary(FlowResultSchema, message)) !== 'stored') continue
    const { sourceNamespace, destNamespace } = flow.key
    const { namespaces, hidesOtherEnd } = viewer
    if (!namespaces.has(sourceNamespace) && !namespaces.has(destNamespace)) continue
    const { rewritten } = hideNames(keyToMessage(flow.key), namespaces)
    const isHidden = (namespace: string) => hidesOtherEnd && namespace !== '-' && !namespaces.has(namespace)
    goldmane.ingest({
      ...flow,
      key: hidesOtherEnd && rewritten !== null ? keyFromMessage(rewritten) : flow.key,
      sourceLabels: isHidden(sourceNamespace) ? [] : flow.sourceLabels,
      destLabels: isHidden(destNamespace) ? [] : flow.destLabels,
    })
  }
  ring.publish()
  return { ring, goldmane, answers: new ScopedAnswers(ring) }
}

/** An answer, or the code and words of the error. */
async function outcome<Answer>(answer: () => Answer | Promise<Answer>): Promise<unknown> {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof GoldmaneError) return `${error.code}: ${error.message}`
    throw error
  }
}

function withoutIds(answer: unknown): unknown {
  if (typeof answer === 'string') return answer
  const list = answer as FlowListResult // what `list` answers when it does not throw
  return { ...list, flows: list.flows.map((result) => ({ ...result, id: 0n })) }
}

/** The bytes of answers must not contain a namespace that is hidden, nor any name in it: they all contain it. */
function expectNothingHidden<Schema extends DescMessage>(
  viewer: Viewer & { readonly namespaces: ReadonlySet<string> },
  schema: Schema,
  answers: readonly MessageShape<Schema>[],
): void {
  if (!viewer.hidesOtherEnd) return
  for (const answer of answers) {
    const bytes = Buffer.from(toBinary(schema, answer))
    for (const namespace of NAMESPACES)
      if (!viewer.namespaces.has(namespace)) expect(bytes.includes(namespace)).toBe(false)
  }
}

const signal = new AbortController().signal
setMaxListeners(100, signal)
const anyFlows = fc.array(anyFlow, { maxLength: 25 })

test('the stream is that of a Goldmane which has only what the viewer may see', async () => {
  await fc.assert(
    fc.asyncProperty(anyFlows, anyViewer, anyFilter, async (flows, viewer, filter) => {
      const { ring, goldmane } = cluster(flows, viewer)
      const stream = read(goldmane, { startTimeGte: -3600n, ...(filter && { filter }) })
      const expected = await stream.settled()
      await stream.stop()
      const reader = ring.openReader(viewOf(filter, viewer), NOW - 3600)
      const results = readAll(reader)
      reader.close()
      expect(withoutIds({ flows: results })).toEqual(withoutIds({ flows: expected }))
      expectNothingHidden(viewer, FlowResultSchema, results)
      expect(namesById(results)).toBe(true)
    }),
  )
})

/** Whether each id has one key. */
function namesById(results: readonly FlowResult[]): boolean {
  const keys = new Map<bigint, string>()
  return results.every(({ id, flow }) => {
    const key = JSON.stringify(flow?.Key, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    )
    const known = keys.get(id) ?? key
    keys.set(id, known)
    return known === key && new Set(keys.values()).size === keys.size
  })
}

test('List answers as a Goldmane which has only what the viewer may see', async () => {
  const anySort = fc.constantFrom([], [{ sortBy: SortBy.DestName }], [{ sortBy: SortBy.SourceType }])
  await fc.assert(
    fc.asyncProperty(
      anyFlows, anyViewer, anyFilter, anyTimes, anyPage, anySort,
      async (flows, viewer, filter, times, page, sortBy) => {
        const { goldmane, answers } = cluster(flows, viewer)
        const request = create(FlowListRequestSchema, { ...times, ...page, sortBy: [...sortBy], ...(filter && { filter }) })
        const answer = await outcome(() => answers.list(request, { viewer, client: 'alice', now: NOW, signal }))
        expect(withoutIds(answer)).toEqual(withoutIds(await outcome(() => goldmane.list(request))))
        if (typeof answer !== 'string')
          expectNothingHidden(viewer, FlowListResultSchema, [answer as FlowListResult])
      },
    ),
  ) // prettier-ignore
})

test('FilterHints answers as a Goldmane which has only what the viewer may see', async () => {
  const anyType = fc.integer({ min: 0, max: 9 }).map((type) => type as FilterType)
  await fc.assert(
    fc.asyncProperty(
      anyFlows, anyViewer, anyFilter, anyTimes, anyPage, anyType,
      async (flows, viewer, filter, times, page, type) => {
        const { goldmane, answers } = cluster(flows, viewer)
        const request = create(FilterHintsRequestSchema, { ...times, ...page, type, ...(filter && { filter }) })
        const call = { viewer, client: 'alice', now: NOW, signal }
        const answer = await outcome(() => answers.filterHints(request, call))
        expect(answer).toEqual(await outcome(() => goldmane.filterHints(request)))
        if (typeof answer !== 'string')
          expectNothingHidden(viewer, FilterHintsResultSchema, [
            answer as MessageShape<typeof FilterHintsResultSchema>,
          ])
      },
    ),
  ) // prettier-ignore
})

test('Statistics answers as a Goldmane which has only what the viewer may see', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyFlows,
      anyViewer,
      anyTimes,
      fc.record({
        type: fc.constantFrom(StatisticType.PacketCount, StatisticType.LiveConnectionCount),
        groupBy: fc.constantFrom(StatisticsGroupBy.Policy, StatisticsGroupBy.PolicyRule),
        timeSeries: fc.boolean(),
      }),
      async (flows, viewer, times, asked) => {
        const { goldmane, answers } = cluster(flows, viewer)
        const request = create(StatisticsRequestSchema, { ...times, ...asked })
        const answer = await outcome(() =>
          answers.statistics(request, { viewer, client: 'alice', now: NOW, signal }),
        )
        expect(answer).toEqual(await outcome(() => goldmane.statistics(request)))
        if (typeof answer !== 'string')
          expectNothingHidden(
            viewer,
            StatisticsResultSchema,
            answer as MessageShape<typeof StatisticsResultSchema>[],
          )
      },
    ),
  )
})

describe('an answer is bounded', () => {
  const viewer = { name: null, namespaces: new Set(['nsalpha']), hidesOtherEnd: false }
  const flows = [2, 3, 4].map((ago) =>
    buildFlow({ sourceNamespace: 'nsalpha' }, { startTime: bucketsAgo(ago), endTime: bucketsAgo(ago - 1) }),
  )

  test('in its records, and says what to ask instead', async () => {
    const { ring } = cluster(flows, viewer)
    const answers = new ScopedAnswers(ring, { maxRecords: 2 })
    const call = { viewer, client: 'alice', now: NOW, signal }
    expect(await outcome(() => answers.list(create(FlowListRequestSchema), call))).toBe(
      '8: More than 2 records are in the time asked for. Ask for a shorter time.',
    )
    const shorter = create(FlowListRequestSchema, { startTimeGte: BigInt(bucketsAgo(3)) })
    expect((await answers.list(shorter, call)).flows).toHaveLength(1)
  })

  test('in time, by the viewer who leaves, and the next one is served', async () => {
    const { answers } = cluster(flows, viewer)
    const left = AbortSignal.abort(new Error('left'))
    await expect(
      answers.list(create(FlowListRequestSchema), { viewer, client: 'alice', now: NOW, signal: left }),
    ).rejects.toThrow('left')
    expect(
      (await answers.list(create(FlowListRequestSchema), { viewer, client: 'alice', now: NOW, signal }))
        .flows,
    ).toHaveLength(1)
  })

  test('in those that wait: one viewer cannot fill the line', async () => {
    const { answers } = cluster(flows, viewer)
    const ask = (client: string) =>
      answers
        .list(create(FlowListRequestSchema), { viewer, client, now: NOW, signal })
        .then(() => client, String)
    const greedy = Array.from({ length: 20 }, () => ask('greedy'))
    const others = Array.from({ length: 8 }, (_, i) => ask(`viewer ${i}`))
    // Each of the others has its turn before the second one of the greedy viewer that waits.
    const order: string[] = []
    for (const each of [...greedy, ...others]) void each.then((result) => order.push(result))
    await Promise.all([...greedy, ...others])
    const why = 'RefusedCall: More than 8 of your calls wait for an answer already: try again in some seconds'
    expect(order.filter((each) => each === why)).toHaveLength(20 - 1 - 8)
    const answered = order.filter((each) => each !== why)
    expect(answered.slice(0, 10)).toEqual([
      'greedy', 'greedy', ...Array.from({ length: 8 }, (_, i) => `viewer ${i}`),
    ]) // prettier-ignore
    expect(answered.slice(10)).toEqual(Array.from({ length: 7 }, () => 'greedy'))
  })
})
