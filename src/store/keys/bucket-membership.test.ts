import { create, toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { flowToMessage } from '../../wire/testing/flow-to-message.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import { FlowResultSchema } from '../../gen/goldmane/api_pb.ts'
import { FlowView } from '../query/flow-view.ts'
import { RecordStore } from './record-store.ts'

const START = 1_790_000_010
const AMPLE = 64 * 2 ** 20

/** An encoded record of the key of that number in the bucket of that number. */
function record(key: number, bucket: number): Uint8Array {
  const startTime = START + bucket * 15
  const flow = buildFlow({ sourceName: `pod-${key}` }, { startTime, endTime: startTime + 15 })
  return toBinary(FlowResultSchema, create(FlowResultSchema, { id: BigInt(key), flow: flowToMessage(flow) }))
}

/** Each held record as "key bucket", sorted. */
function heldBy(store: RecordStore): readonly string[] {
  const { rows, total } = new FlowView(store).view(
    {
      shape: 'intervals',
      filter: ALL,
      time: null,
      sort: { column: 'seen', descending: true },
      offset: 0,
      limit: 10_000,
      selected: null,
      frozen: null,
      newSince: null,
      arrangement: null,
      trendMeasure: 'records',
    },
    START + 86_400,
  )
  expect(total).toBe(rows.length)
  return rows.map(({ key, firstSeen }) => `${key.sourceName.slice(4)} ${(firstSeen - START) / 15}`).toSorted()
}

const anyArrival = fc.record({
  key: fc.nat(20),
  bucket: fc.nat(30),
  /** Whether a stream was opened before: Goldmane may have restarted. */
  reopened: fc.boolean(),
})

describe('a live store', () => {
  test('holds each record once, in whatever order live, replayed and late ones come', () => {
    fc.assert(
      fc.property(
        fc.array(anyArrival, { maxLength: 400 }),
        fc.constantFrom(8, 64, 65_536),
        (arrivals, chunkRows) => {
          const store = new RecordStore({ budget: AMPLE, live: true, chunkRows })
          const naive = new Set<string>()
          for (const { key, bucket, reopened } of arrivals) {
            if (reopened) store.clearIds()
            store.appendResult(record(key, bucket))
            naive.add(`${key} ${bucket}`)
          }
          expect(heldBy(store)).toEqual([...naive].toSorted())
          const { records, duplicates, gaps } = store.holdings()
          expect(records + duplicates).toBe(arrivals.length)
          const buckets = [...new Set(arrivals.map(({ bucket }) => bucket))].toSorted((a, b) => a - b)
          expect(gaps).toBe(buckets.filter((bucket, i) => i > 0 && bucket - buckets[i - 1]! > 1).length)
        },
      ),
    )
  })

  test('takes the late records of a gap, keeps what it held before, and takes them once', () => {
    const store = new RecordStore({ budget: AMPLE, live: true })
    for (const bucket of [0, 1, 5]) store.appendResult(record(1, bucket))
    expect(store.holdings().gaps).toBe(1)
    for (let round = 0; round < 2; round++)
      for (const bucket of [2, 3, 4]) for (const key of [1, 2]) store.appendResult(record(key, bucket))
    expect(store.holdings()).toMatchObject({ records: 9, duplicates: 6, gaps: 0 })
    expect(store.resumeFrom()).toBe(START + 75)
  })

  test('does not take a record again that it has evicted', () => {
    const store = new RecordStore({ budget: 0, live: true, chunkRows: 4 })
    for (let bucket = 0; bucket < 12; bucket++) store.appendResult(record(1, bucket))
    const before = store.holdings()
    expect(before.evicted).toBeGreaterThan(0)
    for (let bucket = 0; bucket < 12; bucket++) store.appendResult(record(1, bucket))
    expect(store.holdings()).toMatchObject({
      records: before.records,
      evicted: before.evicted,
      duplicates: 12,
    })
  })

  test('knows late records after flows were renumbered', () => {
    const store = new RecordStore({ budget: 200 * 1024, live: true, chunkRows: 64 })
    for (let bucket = 0; bucket < 30; bucket++)
      for (let key = 0; key < 40; key++) store.appendResult(record(bucket * 40 + key, bucket))
    store.appendResult(record(29 * 40 + 1, 29))
    const { evicted, duplicates, records } = store.holdings()
    expect(evicted).toBeGreaterThan(0)
    expect(duplicates).toBe(1)
    for (let bucket = 30; bucket < 60; bucket++)
      for (let key = 0; key < 40; key++) {
        store.appendResult(record(bucket * 40 + key, bucket))
        store.appendResult(record(bucket * 40 + key, bucket))
      }
    expect(store.holdings().duplicates).toBe(1 + 1200)
    expect(store.holdings().records + store.holdings().evicted).toBe(records + evicted + 1200)
  })
})
