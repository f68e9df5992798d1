import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { anyExpression, anyFlow, NOW } from '../../filter/testing/arbitrary-queries.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { COLUMNS } from '../../flows/column.ts'
import type { Flow } from '../../flows/flow.ts'
import { inOrder } from '../../flows/hit.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import { RecordStore } from '../keys/record-store.ts'
import type { TableWindow, TimeRange, ViewRequest } from '../protocol.ts'
import { ReferenceStore } from '../testing/reference-store.ts'
import { FlowView } from './flow-view.ts'
import { Snapshot } from './snapshot.ts'

const START = NOW - 300

/** Records of a few keys in twelve buckets, one in thirteen without a time, in any order. */
const anyRecords: fc.Arbitrary<readonly Flow[]> = fc
  .array(anyFlow, { minLength: 1, maxLength: 6 })
  .chain((flows) =>
    fc.array(
      fc
        .record({ like: fc.constantFrom(...flows), counters: anyFlow, bucket: fc.nat(12) })
        .map(({ like, counters, bucket }): Flow => ({
          ...counters,
          ...like,
          key: {
            ...like.key,
            policies: {
              enforced: inOrder(like.key.policies.enforced),
              pending: inOrder(like.key.policies.pending),
            },
          },
          startTime: bucket === 12 ? 0 : START + bucket * BUCKET_SECONDS,
          endTime: bucket === 12 ? 0 : START + (bucket + 1) * BUCKET_SECONDS,
        })),
      { maxLength: 40 },
    ),
  )

/** Also between two buckets, before the first and after the last. */
const anyHead = fc.integer({ min: START - 20, max: START + 13 * BUCKET_SECONDS })

const anyTime: fc.Arbitrary<TimeRange | null> = fc.option(
  fc.record({ first: fc.integer({ min: -2, max: 12 }), length: fc.nat(14) }).map(({ first, length }) => ({
    from: START + first * BUCKET_SECONDS,
    to: START + (first + length) * BUCKET_SECONDS,
  })),
)

/** Ages count from the head. */
const anyAge: fc.Arbitrary<Expression> = fc.record({
  kind: fc.constant('compare' as const),
  field: fc.constant('seen' as const),
  operator: fc.constantFrom('<' as const, '>=' as const),
  values: fc.constantFrom(0, 15, 100).map((number) => [{ kind: 'number' as const, number }]),
})

const anyView: fc.Arbitrary<ViewRequest> = fc.record({
  shape: fc.constantFrom('intervals' as const, 'groups' as const, 'signatures' as const),
  filter: fc.oneof(fc.constant(ALL), anyExpression, anyAge),
  time: anyTime,
  sort: fc.record({
    column: fc.constantFrom('attention' as const, ...COLUMNS.map(({ id }) => id)),
    descending: fc.boolean(),
  }),
  offset: fc.nat(3),
  limit: fc.nat(10),
  selected: fc.constant(null),
  frozen: fc.constant(null),
  newSince: fc.option(fc.integer({ min: START, max: START + 13 * BUCKET_SECONDS })),
  arrangement: fc.constant(null),
  trendMeasure: fc.constantFrom('records' as const, 'bytes' as const),
})

/** How many records were appended is a fact of the store, whatever its answers leave out. */
function answerOf(window: TableWindow): TableWindow {
  return { ...window, appended: 0 }
}

function flowAt(bucket: number): Flow {
  const startTime = START + bucket * BUCKET_SECONDS
  return buildFlow({}, { startTime, endTime: startTime + BUCKET_SECONDS })
}

describe('a view with a play head', () => {
  test('answers as one of a store that holds only the records from before it', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anyRecords, anyHead, anyView, fc.nat(8), (records, until, view, open) => {
        const store = new RecordStore({ budget: 2 ** 26, live: false, chunkRows: 4 })
        const reference = new ReferenceStore({ live: false, chunkRows: 4, until })
        for (const flow of records) {
          store.append(flow)
          reference.append(flow)
        }
        const reader = new FlowView(store)
        const everything = { ...view, time: null, filter: ALL, offset: 0, limit: 100 }
        const selected = reference.view(everything, NOW).rows[open]?.id ?? 'none'
        for (const request of [view, everything, { ...view, selected }]) {
          expect(answerOf(reader.view({ ...request, until }, NOW))).toEqual(
            answerOf(reference.view(request, NOW)),
          )
        }
        const facets = [
          { field: 'dst.ns', search: '', limit: 5 },
          { field: 'action', search: '', limit: 5 },
        ] as const
        expect(reader.facets({ ...view, until }, facets, NOW)).toEqual(reference.facets(view, facets, NOW))
        // The bars after the head are there, and pale.
        expect(reader.histogram({ ...view, until }, 5, 'records', NOW)).toEqual(
          reader.histogram(view, 5, 'records', NOW),
        )
        expect(reader.count('intervals', view.filter, view.time, NOW, until)).toBe(
          reference.count(view.filter, view.time, NOW),
        )
        expect(reader.conversation(selected, NOW, until)).toEqual(reference.conversation(selected))
      }),
      { numRuns: 300 },
    )
  })

  const REQUEST: ViewRequest = {
    shape: 'intervals',
    filter: ALL,
    time: null,
    sort: { column: 'first', descending: false },
    offset: 0,
    limit: 10,
    selected: null,
    frozen: null,
    newSince: null,
    arrangement: 1,
    trendMeasure: 'records',
  }

  test('lets records that the head passes wait, until the order is set anew', () => {
    const store = new RecordStore({ budget: 2 ** 26, live: false })
    for (const bucket of [0, 1, 2, 3]) store.append(flowAt(bucket))
    const reader = new FlowView(store)
    const at = (bucket: number, arrangement = 1): readonly [number, number] => {
      const until = START + bucket * BUCKET_SECONDS
      const { total, waiting } = reader.view({ ...REQUEST, until, arrangement }, NOW)
      return [total, waiting]
    }
    expect(at(1)).toEqual([1, 0])
    expect(at(3)).toEqual([1, 2])
    expect(at(3, 2)).toEqual([3, 0])
    expect(at(2, 2)).toEqual([2, 0])
    expect(at(4, 2)).toEqual([3, 1])
  })

  test('is taken from the cache for its own head alone', () => {
    const store = new RecordStore({ budget: 2 ** 26, live: false })
    store.append(flowAt(0))
    const bounds = { time: { from: 0, to: NOW }, endSequence: Number.POSITIVE_INFINITY }
    const snapshot = new Snapshot(store, { ...bounds, until: START })
    expect(snapshot.isCurrentFor({ ...bounds, until: START })).toBe(true)
    expect(snapshot.isCurrentFor(bounds)).toBe(false)
    expect(snapshot.isCurrentFor({ ...bounds, until: START + 1 })).toBe(false)
  })
})
