import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import { FlowView } from './flow-view.ts'
import { RecordStore } from '../keys/record-store.ts'
import type { RowKind, Sort, ViewRequest } from '../protocol.ts'
import { ReferenceStore } from '../testing/reference-store.ts'

const NOW = 1_790_001_000
const START = 1_790_000_010
const ROWS = 3200
const KEYS = 1500

/** More rows than top-k finds from either end, so that the bucket sort is used too. `order` is that of their times. */
function recordAt(i: number, order: 'rising' | 'falling' | 'mixed') {
  const place = order === 'rising' ? i : order === 'falling' ? ROWS - i : (i * 7919) % ROWS
  const startTime = START + Math.floor(place / 300) * 15
  const key = { sourceName: `web-${i % KEYS}-*`, destPort: (i * 31) % 7 }
  const bytes = i % 11 === 0 ? null : (i * 7919) % 997
  return buildFlow(key, { startTime, endTime: startTime + 15, bytesIn: bytes, bytesOut: null })
}

const SORTS: readonly Sort[] = (['seen', 'bytes', 'source'] as const).flatMap((column) => [
  { column, descending: true },
  { column, descending: false },
])

function requestOf(shape: RowKind, sort: Sort, offset: number, limit: number): ViewRequest {
  return {
    shape,
    filter: ALL,
    time: null,
    sort,
    offset,
    limit,
    selected: null,
    frozen: null,
    newSince: null,
    arrangement: null,
    trendMeasure: 'records',
  }
}

describe.each(['rising', 'falling', 'mixed'] as const)(
  'sorted rows that were appended %s in time',
  (order) => {
    const store = new RecordStore({ budget: 64 * 2 ** 20, live: false, chunkRows: 512 })
    const view = new FlowView(store)
    const reference = new ReferenceStore({ live: false, chunkRows: 512 })
    for (let i = 0; i < ROWS; i++) {
      store.append(recordAt(i, order))
      reference.append(recordAt(i, order))
    }

    test.each(['intervals', 'keys'] as const)(
      'of %s: every window and every index is that of the reference',
      (shape) => {
        const all = SORTS.map((sort) => ({
          sort,
          ids: reference.view(requestOf(shape, sort, 0, ROWS), NOW).rows.map(({ id }) => id),
        }))
        fc.assert(
          fc.property(
            fc.constantFrom(...all),
            fc.array(fc.tuple(fc.nat(ROWS), fc.nat(120)), { minLength: 1, maxLength: 4 }),
            ({ sort, ids }, windows) => {
              for (const [offset, limit] of windows) {
                const index = offset % ids.length
                const request = { ...requestOf(shape, sort, offset, limit), selected: ids[index] ?? '' }
                const { rows, selected } = view.view(request, NOW)
                expect(rows.map(({ id }) => id)).toEqual(ids.slice(offset, offset + limit))
                expect(selected?.index).toBe(index)
              }
            },
          ),
          { numRuns: 60 },
        )
      },
    )
  },
)

describe('sorted rows that are asked for again after others were appended', () => {
  const pieces = fc.array(
    fc.record({
      rows: fc.nat(900),
      limit: fc.constantFrom(0, 5, 100, 300, 1100),
      offset: fc.constantFrom(0, 0, 0, 40, 700),
    }),
    { minLength: 2, maxLength: 6 },
  )

  test.each(['rising', 'falling', 'mixed'] as const)(
    'are those of a new reader, where rows are appended %s in time',
    (order) => {
      fc.assert(
        fc.property(
          fc.constantFrom(...SORTS),
          fc.constantFrom(ALL, include(ALL, 'port', '3')),
          // Over the budget of one byte, rows are evicted as others are appended.
          fc.constantFrom(64 * 2 ** 20, 1),
          pieces,
          (sort, filter, budget, steps) => {
            const store = new RecordStore({ budget, live: false, chunkRows: 512 })
            const view = new FlowView(store)
            let count = 0
            for (const { rows, limit, offset } of steps) {
              for (const end = count + rows; count < end; count++) store.append(recordAt(count, order))
              const request = { ...requestOf('intervals', sort, offset, limit), filter }
              const continued = view.view(request, NOW).rows.map(({ id }) => id)
              const fresh = new FlowView(store).view(request, NOW).rows.map(({ id }) => id)
              expect(continued).toEqual(fresh)
            }
          },
        ),
        { numRuns: 60 },
      )
    },
  )
})
