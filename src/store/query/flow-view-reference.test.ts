import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { describe, expect, test, vi } from 'vitest'

import { anyExpression, anyFlow, NOW } from '../../filter/testing/arbitrary-queries.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { COLUMNS } from '../../flows/column.ts'
import { FIELDS } from '../../flows/field.ts'
import type { Counters, Flow } from '../../flows/flow.ts'
import { UNRECORDED } from '../../flows/counters.ts'
import { buildKey } from '../../flows/testing/build.ts'
import { inOrder } from '../../flows/hit.ts'
import { FlowView } from './flow-view.ts'
import { KeyCompaction } from '../keys/key-compaction.ts'
import { RecordStore } from '../keys/record-store.ts'
import type { FacetRequest, TimeRange, ViewRequest } from '../protocol.ts'
import { summaryOfRows } from '../testing/reference-facts.ts'
import { ReferenceStore } from '../testing/reference-store.ts'

const START = NOW - 300
const AMPLE = 64 * 2 ** 20

/** With the hits of a trace in the order of their evaluation, as records have them. */
function ordered(flow: Flow): Flow {
  const { enforced, pending } = flow.key.policies
  return {
    ...flow,
    key: { ...flow.key, policies: { enforced: inOrder(enforced), pending: inOrder(pending) } },
  }
}

/** The counters that a format does not record, as null. A key has records of one format, or of none in particular. */
const anyUnrecorded: Arbitrary<Partial<Counters>> = fc.constantFrom(
  {},
  { packetsIn: null, packetsOut: null },
  { bytesIn: null, bytesOut: null },
  { packetsOut: null, bytesOut: null },
  { numConnectionsStarted: null, numConnectionsCompleted: null, numConnectionsLive: null },
  UNRECORDED,
)

/** Records of a few keys, so that keys, labels and times repeat. */
const manyRecords: Arbitrary<readonly Flow[]> = fc
  .array(fc.record({ like: anyFlow.map(ordered), unrecorded: anyUnrecorded }), { minLength: 1, maxLength: 6 })
  .chain((flows) =>
    fc.array(
      fc
        .record({
          flow: fc.constantFrom(...flows),
          labelled: fc.constantFrom(...flows),
          bucket: fc.nat(12),
          counters: anyFlow,
        })
        .map(({ flow, labelled, bucket, counters }): Flow => ({
          ...counters,
          ...flow.unrecorded,
          key: flow.like.key,
          sourceLabels: labelled.like.sourceLabels,
          destLabels: flow.like.destLabels,
          startTime: bucket === 12 ? 0 : START + bucket * BUCKET_SECONDS,
          endTime: bucket === 12 ? 0 : START + (bucket + 1) * BUCKET_SECONDS,
        })),
      { maxLength: 40 },
    ),
  )

/** Records of many keys in the order of time, so that keys are used, unused, and used again. */
const manyKeys: Arbitrary<readonly Flow[]> = fc
  .array(fc.record({ flow: anyFlow.map(ordered), port: fc.nat(30) }), { minLength: 40, maxLength: 120 })
  .map((drawn) =>
    drawn.map(({ flow, port }, i): Flow => {
      const startTime = START + Math.floor(i / 6) * BUCKET_SECONDS
      return {
        ...flow,
        key: { ...flow.key, destPort: port },
        startTime,
        endTime: startTime + BUCKET_SECONDS,
      }
    }),
  )

const anyTime: Arbitrary<TimeRange | null> = fc.option(
  fc.record({ first: fc.integer({ min: -2, max: 12 }), length: fc.nat(14) }).map(({ first, length }) => ({
    from: START + first * BUCKET_SECONDS,
    to: START + (first + length) * BUCKET_SECONDS,
  })),
)

/** Filters on counters and age with limits that tell records apart, which random numbers seldom do. */
const anyMeasured: Arbitrary<Expression> = fc.record({
  kind: fc.constant('compare' as const),
  field: fc.constantFrom('seen' as const, 'bytes' as const, 'packets' as const, 'conns' as const),
  operator: fc.constantFrom('<' as const, '>=' as const, '!=' as const),
  values: fc.constantFrom(15, 150, 500, 3000).map((number) => [{ kind: 'number' as const, number }]),
})

/** Filters on one or two label keys, beside which whole labels are counted: random filters seldom match a label. */
const anyLabelled: Arbitrary<Expression> = fc
  .record({
    field: fc.constantFrom('src.label' as const, 'dst.label' as const, 'label' as const),
    clauses: fc.array(
      fc.record({
        label: fc.constantFrom('app=web', 'app=api', 'tier=dns'),
        operator: fc.constantFrom('=' as const, '!=' as const),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map(({ field, clauses }) => ({
    kind: 'and',
    terms: clauses.map(({ label: keyAndValue, operator }) => {
      const [label = '', text = ''] = keyAndValue.split('=')
      return { kind: 'compare', field, label, operator, values: [{ kind: 'text', text, wildcard: false }] }
    }),
  }))

/** Patterns on closed lists, which match the stored spelling or the shown one (`source` is Src), and words. */
const anyText: Arbitrary<Expression> = fc.oneof(
  fc.record({
    kind: fc.constant('compare' as const),
    field: fc.constantFrom('reporter' as const, 'type' as const, 'kind' as const),
    operator: fc.constantFrom('=' as const, '!=' as const),
    values: fc
      .constantFrom('sour*', 'dest*', '*t', 'W*', '*set*', '*polic*')
      .map((text) => [{ kind: 'text' as const, text, wildcard: true }]),
  }),
  fc.constantFrom('backend', 'API', 'pub', 'dns').map((text): Expression => ({ kind: 'word', text })),
)

const EMPTY_REQUEST: ViewRequest = {
  shape: 'groups',
  filter: ALL,
  time: null,
  sort: { column: 'seen', descending: true },
  offset: 0,
  limit: 10_000,
  selected: null,
  frozen: null,
  newSince: null,
  arrangement: null,
  trendMeasure: 'conns',
}

interface Question {
  readonly view: ViewRequest
  readonly facets: readonly FacetRequest[]
  readonly steps: number
  readonly measure: 'records' | 'bytes' | 'packets' | 'conns'
  /** The index of the row to select; none where there are fewer rows. */
  readonly open: number
  /** The view stands at an answer that was given so many records ago; null where it does not stand still. */
  readonly frozenAgo: number | null
}

const anyFacet: Arbitrary<FacetRequest> = fc
  .record({
    field: fc.oneof(
      fc.constantFrom(...FIELDS.map(({ id }) => id)),
      fc.constantFrom('src.label' as const, 'dst.label' as const, 'label' as const),
    ),
    search: fc.constantFrom('', '', 'a', 'PUB', 'web'),
    limit: fc.integer({ min: 1, max: 5 }),
    label: fc.constantFrom('app', 'tier', null),
  })
  .map(({ label, ...facet }) =>
    facet.field.endsWith('label') && label !== null ? { ...facet, label } : facet,
  )

const anyQuestion: Arbitrary<Question> = fc.record({
  view: fc.record({
    shape: fc.constantFrom('intervals' as const, 'groups' as const, 'signatures' as const),
    filter: fc.oneof(fc.constant(ALL), anyExpression, anyExpression, anyMeasured, anyLabelled, anyText),
    time: anyTime,
    sort: fc.record({
      column: fc.constantFrom('attention' as const, ...COLUMNS.map(({ id }) => id)),
      descending: fc.boolean(),
    }),
    offset: fc.nat(6),
    limit: fc.nat(10),
    selected: fc.constant(null),
    frozen: fc.constant(null),
    newSince: fc.option(fc.integer({ min: START, max: START + 13 * BUCKET_SECONDS })),
    arrangement: fc.constant(null),
    trendMeasure: fc.constantFrom('records' as const, 'bytes' as const, 'packets' as const, 'conns' as const),
  }),
  facets: fc.array(anyFacet, { maxLength: 3 }),
  steps: fc.integer({ min: 1, max: 9 }),
  measure: fc.constantFrom('records' as const, 'bytes' as const, 'packets' as const, 'conns' as const),
  open: fc.nat(12),
  frozenAgo: fc.option(fc.constantFrom(0, 1, 5)),
})

function ask(reader: FlowView, reference: ReferenceStore, question: Question): void {
  const { facets, steps, measure, open, frozenAgo } = question
  const { appended } = reference.view(question.view, NOW)
  const frozen = frozenAgo === null ? null : { appended: Math.max(0, appended - frozenAgo), newest: null }
  const view = { ...question.view, frozen }
  expect(reader.view(view, NOW)).toEqual(reference.view(view, NOW))
  // The selected row is one of all rows held, so that the filter or the range may leave it out.
  const everything = reference.view({ ...view, time: null, filter: ALL, offset: 0, limit: 100 }, NOW)
  expect(reader.view({ ...view, time: null, filter: ALL, offset: 0, limit: 100 }, NOW)).toEqual(everything)
  const selected = everything.rows[open]?.id ?? 'none'
  expect(reader.view({ ...view, selected }, NOW)).toEqual(reference.view({ ...view, selected }, NOW))
  expect(reader.facets(view, facets, NOW)).toEqual(reference.facets(view, facets, NOW))
  expect(reader.histogram(view, steps, measure, NOW)).toEqual(reference.histogram(view, steps, measure, NOW))
  expect(reader.count('intervals', view.filter, view.time, NOW)).toBe(
    reference.count(view.filter, view.time, NOW),
  )
  expect(reader.conversation(selected, NOW)).toEqual(reference.conversation(selected))
}

interface Scenario {
  readonly live: boolean
  readonly budget: number
  readonly records: readonly Flow[]
  readonly questions: readonly Question[]
  readonly chunkRows?: number
  readonly sliceEntries?: number
}

/** Appends the records to both stores, with a question between them now and then. */
function compare({ live, budget, records, questions, chunkRows = 4, sliceEntries = 512 }: Scenario): void {
  const store = new RecordStore({ budget, live, chunkRows, sliceEntries })
  const reader = new FlowView(store)
  const reference = new ReferenceStore({ live, chunkRows })
  const between = Math.ceil(records.length / Math.max(1, questions.length))
  const asked = [...questions]
  for (const [i, flow] of records.entries()) {
    store.append(flow)
    reference.append(flow)
    reference.evictTo(store.holdings().evicted)
    const question = i % between === between - 1 ? asked.shift() : undefined
    if (question !== undefined) ask(reader, reference, question)
  }
  for (const question of asked) ask(reader, reference, question)
  expect(store.holdings()).toMatchObject({
    keys: reference.keyCount(),
    evicted: reference.evicted,
    duplicates: reference.duplicates,
    gaps: reference.gaps(),
  })
}

const questions = fc.array(anyQuestion, { minLength: 1, maxLength: 4 })

/** One workload that tries ports of one destination, or one port of many destinations, about as many as make a scan. */
interface Campaign {
  readonly source: string
  readonly sweepPort: number | null
  readonly targets: number
  readonly firstTarget: number
  readonly firstBucket: number
  /** Buckets between a target and the next one: with 2, the first and the last are further apart than a scan's. */
  readonly pace: number
  /** So many buckets later the targets are tried a second time; 0 for not at all. */
  readonly againAfter: number
  /** Whether every fourth target is in use all the time. */
  readonly hasSteady: boolean
  readonly action: 'Allow' | 'Deny'
  readonly reporter: 'Src' | 'Dst'
  /** For the counters, and every fourth time the trace. */
  readonly like: Flow
}

const anyCampaign: Arbitrary<Campaign> = fc.record({
  source: fc.constantFrom('web-6f7c9d5b8d-*', 'web-7c5d9f4b66-*', 'test'),
  sweepPort: fc.constantFrom(null, null, 80, 443),
  targets: fc.integer({ min: 8, max: 16 }),
  firstTarget: fc.nat(4),
  firstBucket: fc.nat(12),
  pace: fc.constantFrom(0, 0, 1, 2),
  againAfter: fc.constantFrom(0, 0, 8, 100),
  hasSteady: fc.boolean(),
  action: fc.constantFrom('Deny' as const, 'Deny' as const, 'Allow' as const),
  reporter: fc.constantFrom('Src' as const, 'Src' as const, 'Dst' as const),
  like: anyFlow,
})

function recordsOfCampaign(campaign: Campaign): readonly Flow[] {
  const { source, sweepPort, targets, firstTarget, firstBucket, pace, againAfter, hasSteady } = campaign
  const { action, reporter, like } = campaign
  return Array.from({ length: targets }, (_, i) => firstTarget + i).flatMap((target, i) => {
    const key = buildKey({
      sourceName: source,
      destName: sweepPort === null ? 'api' : `host-${target}`,
      destPort: sweepPort ?? target + 1,
      action,
      reporter,
      ...((like.packetsIn ?? 0) % 4 === 0 ? { policies: ordered(like).key.policies } : {}),
    })
    const bucket = firstBucket + i * pace
    const buckets =
      hasSteady && i % 4 === 0
        ? Array.from({ length: 40 }, (__, each) => each * 3)
        : [...new Set([bucket, bucket + againAfter])]
    return buckets.map((each): Flow => {
      const startTime = START + each * BUCKET_SECONDS
      return { ...like, key, startTime, endTime: startTime + BUCKET_SECONDS }
    })
  })
}

/** Records of a few campaigns one after the other, or in the order of their time. */
const manyTargets: Arbitrary<readonly Flow[]> = fc
  .tuple(fc.array(anyCampaign, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([campaigns, byTime]) => {
    const records = campaigns.flatMap(recordsOfCampaign)
    return byTime ? records.toSorted((a, b) => a.startTime - b.startTime) : records
  })

describe('a view of columns answers as one of plain objects does', { timeout: 60_000 }, () => {
  test('for a capture', () => {
    fc.assert(
      fc.property(manyRecords, questions, (records, asked) => {
        compare({ live: false, budget: AMPLE, records, questions: asked })
      }),
      { numRuns: 300 },
    )
  })

  test('for a live source, with duplicates and gaps', () => {
    fc.assert(
      fc.property(manyRecords, questions, (records, asked) => {
        compare({ live: true, budget: AMPLE, records, questions: asked })
      }),
      { numRuns: 300 },
    )
  })

  test('under a budget that keeps a few chunks', () => {
    fc.assert(
      fc.property(
        manyRecords,
        questions,
        fc.boolean(),
        fc.integer({ min: 0, max: 30_000 }),
        (records, asked, live, budget) => {
          compare({ live, budget, records, questions: asked })
        },
      ),
      { numRuns: 300 },
    )
  })

  test('while keys are compacted in slices, between which records come and questions are asked', () => {
    const run = vi.spyOn(KeyCompaction.prototype, 'run')
    const finish = vi.spyOn(KeyCompaction.prototype, 'finish')
    fc.assert(
      fc.property(manyKeys, questions, fc.boolean(), (records, asked, live) => {
        compare({ live, budget: 0, records, questions: asked, chunkRows: 16, sliceEntries: 2 })
      }),
      { numRuns: 60 },
    )
    const unfinished = run.mock.results.filter(({ value }) => value === false).length
    // Random campaigns compact about 70 times; the bound only says that slices were tried at all.
    expect(finish.mock.calls.length).toBeGreaterThan(20)
    expect(unfinished).toBeGreaterThan(5 * finish.mock.calls.length)
    vi.restoreAllMocks()
  })

  test('for scans and rollouts, with the summary of them', () => {
    let scans = 0
    fc.assert(
      fc.property(
        manyTargets,
        fc.constantFrom('groups' as const, 'signatures' as const),
        fc.oneof(fc.constant(ALL), anyText),
        fc.option(fc.integer({ min: START, max: START + 100 * BUCKET_SECONDS })),
        fc.boolean(),
        (records, shape, filter, newSince, isRange) => {
          const store = new RecordStore({ budget: AMPLE, live: false, chunkRows: 64 })
          const reference = new ReferenceStore({ live: false, chunkRows: 64 })
          for (const flow of records) {
            store.append(flow)
            reference.append(flow)
          }
          const time = isRange ? { from: START + 60, to: START + 120 * BUCKET_SECONDS } : null
          const sort = { column: 'attention', descending: true } as const
          const view = { ...EMPTY_REQUEST, shape, filter, time, sort, newSince }
          const reader = new FlowView(store)
          expect(reader.view(view, NOW)).toEqual(reference.view(view, NOW))
          const { scan, ...summary } = reader.summary(view, NOW)
          const { rows } = reference.view({ ...view, shape: 'groups' }, NOW)
          const { greatest, ...expected } = summaryOfRows(rows)
          expect(summary).toEqual(expected)
          expect(Math.max(scan?.scan?.ports ?? 0, scan?.scan?.destinations ?? 0)).toBe(greatest)
          const found = reader.found({ ...view, shape: 'groups' }, 'scan', NOW)
          expect(found.rows).toEqual(rows.filter((row) => row.scan !== null))
          expect(found.total).toBe(expected.scans)
          scans += expected.scans
        },
      ),
      { numRuns: 40 },
    )
    // About every second drawn set of records holds a scan.
    expect(scans).toBeGreaterThan(5)
  })
})
