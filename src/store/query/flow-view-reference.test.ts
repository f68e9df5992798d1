import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { anyExpression, anyFlow, NOW } from '../../filter/testing/arbitrary-queries.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { COLUMNS } from '../../flows/column.ts'
import { FIELDS } from '../../flows/field.ts'
import type { Flow } from '../../flows/flow.ts'
import { inOrder } from '../../flows/hit.ts'
import { FlowView } from './flow-view.ts'
import { conversationOf } from './conversation-rows.ts'
import { RecordStore } from '../keys/record-store.ts'
import type { FacetRequest, TimeRange, ViewRequest } from '../protocol.ts'
import { ReferenceStore } from '../testing/reference-store.ts'

const START = NOW - 300
const AMPLE = 64 * 2 ** 20

/** As the vocabulary has it: hits in order of evaluation. */
function ordered(flow: Flow): Flow {
  const { enforced, pending } = flow.key.policies
  return {
    ...flow,
    key: { ...flow.key, policies: { enforced: inOrder(enforced), pending: inOrder(pending) } },
  }
}

/** Records of a few keys, so that keys, labels and times come again. */
const manyRecords: Arbitrary<readonly Flow[]> = fc
  .array(anyFlow.map(ordered), { minLength: 1, maxLength: 6 })
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
          key: flow.key,
          sourceLabels: labelled.sourceLabels,
          destLabels: flow.destLabels,
          startTime: bucket === 12 ? 0 : START + bucket * BUCKET_SECONDS,
          endTime: bucket === 12 ? 0 : START + (bucket + 1) * BUCKET_SECONDS,
        })),
      { maxLength: 40 },
    ),
  )

const anyTime: Arbitrary<TimeRange | null> = fc.option(
  fc.record({ first: fc.integer({ min: -2, max: 12 }), length: fc.nat(14) }).map(({ first, length }) => ({
    from: START + first * BUCKET_SECONDS,
    to: START + (first + length) * BUCKET_SECONDS,
  })),
)

/** Questions to counters and age, which random queries seldom ask in numbers that matter. */
const anyMeasured: Arbitrary<Expression> = fc.record({
  kind: fc.constant('compare' as const),
  field: fc.constantFrom('seen' as const, 'bytes' as const, 'packets' as const, 'conns' as const),
  operator: fc.constantFrom('<' as const, '>=' as const, '!=' as const),
  values: fc.constantFrom(15, 150, 500, 3000).map((number) => [{ kind: 'number' as const, number }]),
})

/** Questions to labels, beside which whole labels are counted: random queries seldom ask for one that is there. */
const anyLabelled: Arbitrary<Expression> = fc.record({
  kind: fc.constant('compare' as const),
  field: fc.constantFrom('src.label' as const, 'dst.label' as const),
  label: fc.constantFrom('app', 'tier'),
  operator: fc.constantFrom('=' as const, '!=' as const),
  values: fc
    .constantFrom('web', 'api', 'front')
    .map((text) => [{ kind: 'text' as const, text, wildcard: false }]),
})

interface Question {
  readonly view: ViewRequest
  readonly facets: readonly FacetRequest[]
  readonly steps: number
  readonly measure: 'records' | 'bytes' | 'packets' | 'conns'
  /** Which of the rows shown to open; none of them beyond. */
  readonly open: number
}

const anyFacet: Arbitrary<FacetRequest> = fc
  .record({
    field: fc.oneof(
      fc.constantFrom(...FIELDS.map(({ id }) => id)),
      fc.constantFrom('src.label' as const, 'dst.label' as const),
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
    shape: fc.constantFrom('intervals' as const, 'flows' as const, 'signatures' as const),
    filter: fc.oneof(fc.constant(ALL), anyExpression, anyExpression, anyMeasured, anyLabelled),
    time: anyTime,
    sort: fc.record({
      column: fc.constantFrom(...COLUMNS.map(({ id }) => id)),
      descending: fc.boolean(),
    }),
    offset: fc.nat(6),
    limit: fc.nat(10),
    selected: fc.constant(null),
    frozen: fc.boolean(),
  }),
  facets: fc.array(anyFacet, { maxLength: 3 }),
  steps: fc.integer({ min: 1, max: 9 }),
  measure: fc.constantFrom('records' as const, 'bytes' as const, 'packets' as const, 'conns' as const),
  open: fc.nat(12),
})

function ask(store: RecordStore, reader: FlowView, reference: ReferenceStore, question: Question): void {
  const { view, facets, steps, measure, open } = question
  expect(reader.view(view, NOW)).toEqual(reference.view(view, NOW))
  // The row that is opened, under a filter and a range of its own: it may be left out.
  const everything = reference.view({ ...view, time: null, filter: ALL, offset: 0, limit: 100 }, NOW)
  expect(reader.view({ ...view, time: null, filter: ALL, offset: 0, limit: 100 }, NOW)).toEqual(everything)
  const selected = everything.rows[open]?.id ?? 'none'
  expect(reader.view({ ...view, selected }, NOW)).toEqual(reference.view({ ...view, selected }, NOW))
  expect(reader.facets(view, facets, NOW)).toEqual(reference.facets(view, facets, NOW))
  expect(reader.histogram(view, steps, measure, NOW)).toEqual(reference.histogram(view, steps, measure, NOW))
  expect(reader.count('intervals', view.filter, view.time, NOW)).toBe(
    reference.count(view.filter, view.time, NOW),
  )
  expect(conversationOf(store, selected)).toEqual(reference.conversation(selected))
}

interface Run {
  readonly live: boolean
  readonly budget: number
  readonly records: readonly Flow[]
  readonly questions: readonly Question[]
}

/** Takes the records in and asks a question now and then. */
function run({ live, budget, records, questions }: Run): void {
  const store = new RecordStore({ budget, live, chunkRows: 4 })
  const reader = new FlowView(store)
  const reference = new ReferenceStore({ live, chunkRows: 4 })
  const between = Math.ceil(records.length / Math.max(1, questions.length))
  const asked = [...questions]
  for (const [i, flow] of records.entries()) {
    store.append(flow)
    reference.append(flow)
    reference.evictTo(store.holdings().evicted)
    const question = i % between === between - 1 ? asked.shift() : undefined
    if (question !== undefined) ask(store, reader, reference, question)
  }
  for (const question of asked) ask(store, reader, reference, question)
  expect(store.holdings()).toMatchObject({
    keys: reference.keyCount(),
    evicted: reference.evicted,
    duplicates: reference.duplicates,
    gaps: reference.gaps(),
  })
}

const questions = fc.array(anyQuestion, { minLength: 1, maxLength: 4 })

describe('columns answer as plain objects do', { timeout: 60_000 }, () => {
  test('of a capture', () => {
    fc.assert(
      fc.property(manyRecords, questions, (records, asked) => {
        run({ live: false, budget: AMPLE, records, questions: asked })
      }),
      { numRuns: 300 },
    )
  })

  test('live, with duplicates and gaps', () => {
    fc.assert(
      fc.property(manyRecords, questions, (records, asked) => {
        run({ live: true, budget: AMPLE, records, questions: asked })
      }),
      { numRuns: 300 },
    )
  })

  test('over a budget that keeps a few chunks', () => {
    fc.assert(
      fc.property(
        manyRecords,
        questions,
        fc.boolean(),
        fc.integer({ min: 0, max: 30_000 }),
        (records, asked, live, budget) => {
          run({ live, budget, records, questions: asked })
        },
      ),
      { numRuns: 300 },
    )
  })
})
