import { create, toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { flowToMessage } from '../../wire/testing/flow-to-message.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import type { Flow } from '../../flows/flow.ts'
import { FlowResultSchema } from '../../gen/goldmane/api_pb.ts'
import { FlowView } from '../query/flow-view.ts'
import { RecordStore } from './record-store.ts'
import type { ViewRequest } from '../protocol.ts'

const NOW = 1_790_001_000
const START = 1_790_000_010
const AMPLE = 64 * 2 ** 20

const request = (more: Partial<ViewRequest> = {}): ViewRequest => ({
  shape: 'keys',
  filter: ALL,
  time: null,
  sort: { column: 'seen', descending: true },
  offset: 0,
  limit: 50,
  selected: null,
  frozen: null,
  newSince: null,
  arrangement: null,
  trendMeasure: 'records',
  ...more,
})

/** A record in the bucket of that number, counted from START. */
function at(bucket: number, key: Parameters<typeof buildFlow>[0] = {}): Flow {
  return buildFlow(key, { startTime: START + bucket * 15, endTime: START + bucket * 15 + 15 })
}

function result(id: number, flow: Flow): Uint8Array {
  return toBinary(FlowResultSchema, create(FlowResultSchema, { id: BigInt(id), flow: flowToMessage(flow) }))
}

describe('the memory budget', { timeout: 60_000 }, () => {
  test('evicts the oldest records and the keys that only they used, and counts them', () => {
    const budget = 256 * 1024
    const store = new RecordStore({ budget, live: true, chunkRows: 256 })
    for (let i = 0; i < 8000; i++)
      store.appendResult(result(i, at(Math.floor(i / 100), { sourceName: `pod-${i}` })))
    const { bytes, records, keys, evicted, newest } = store.holdings()
    expect(bytes).toBeLessThanOrEqual(budget)
    expect(records + evicted).toBe(8000)
    expect(records).toBeGreaterThan(0)
    expect(keys).toBe(records)
    expect(newest).toBe(START + 80 * 15)
    expect(store.keys.flowCount).toBeLessThan(3 * keys)
    const last = new FlowView(store).view(request({ limit: 1 }), NOW).rows[0]
    expect(last?.key.sourceName).toMatch(/^pod-79\d\d$/)
    // After compaction the flow has another number; its row id and its FlowResult.id still find it.
    store.appendResult(result(7999, at(81, { sourceName: 'pod-7999' })))
    expect(new FlowView(store).view(request({ selected: last?.id ?? '' }), NOW).selected).not.toBeNull()
    expect(store.holdings().refused).toBe(0)
  })

  test('evicts at once when lowered, and stores more from then on when raised', () => {
    const store = new RecordStore({ budget: AMPLE, live: false, chunkRows: 256 })
    for (let i = 0; i < 4000; i++) store.append(at(i))
    const { bytes, records } = store.holdings()
    store.setBudget(bytes / 2)
    const small = store.holdings()
    expect(small.bytes).toBeLessThanOrEqual(bytes / 2)
    expect(small.evicted).toBeGreaterThan(0)
    expect(small.records + small.evicted).toBe(records)
    expect(small.newest).toBe(START + 4000 * 15)
    store.setBudget(AMPLE)
    for (let i = 4000; i < 8000; i++) store.append(at(i))
    expect(store.holdings()).toMatchObject({ records: small.records + 4000, evicted: small.evicted })
  })

  test('keeps the newest records of a capture that begins with them', () => {
    const store = new RecordStore({ budget: 100 * 1024, live: false, chunkRows: 256 })
    for (let i = 0; i < 10_000; i++) store.append(at(10_000 - i))
    const { evicted, newest } = store.holdings()
    expect(evicted).toBeGreaterThan(0)
    expect(newest).toBe(START + 10_000 * 15 + 15)
  })

  test('never evicts the last full chunk and the open one, even if it is 0', () => {
    const store = new RecordStore({ budget: 0, live: false, chunkRows: 4 })
    for (let i = 0; i < 10; i++) store.append(at(i))
    expect(store.holdings()).toMatchObject({ records: 6, evicted: 4 })
  })

  test('leaves a full chunk beside the open one when keys alone exceed it', () => {
    const store = new RecordStore({ budget: AMPLE, live: false, chunkRows: 256 })
    for (let i = 0; i < 1025; i++) store.append(at(i, { sourceName: `pod-${i}` }))
    store.setBudget(0)
    expect(store.holdings()).toMatchObject({ records: 257, keys: 257, evicted: 768 })
    for (let i = 1025; i < 1280; i++) store.append(at(i, { sourceName: `pod-${i}` }))
    expect(store.holdings()).toMatchObject({ records: 256, keys: 256, evicted: 1024 })
  })

  test('compacts keys in slices, also when no more records come', () => {
    const store = new RecordStore({ budget: 0, live: false, chunkRows: 64, sliceEntries: 2 })
    const { keys } = store
    for (let i = 0; i < 128; i++) store.append(at(i, { sourceName: `pod-${i}` }))
    // Of 128 keys the evicted chunk had 64; the first slices copied 16 entries at most.
    expect(store.holdings()).toMatchObject({ records: 64, keys: 64, evicted: 64 })
    expect(store.keys).toBe(keys)
    let slices = 1
    while (store.compactFurther()) slices++
    expect(slices).toBeGreaterThan(50)
    expect(store.keys.flowCount).toBe(64)
    expect(store.keys.names.texts).not.toContain('pod-63')
    const { rows } = new FlowView(store).view(request({ limit: 100 }), NOW)
    expect(rows.map(({ key }) => key.sourceName).toSorted()).toEqual(
      Array.from({ length: 64 }, (_, i) => `pod-${i + 64}`).toSorted(),
    )
  })

  test('bounds the bytes by which records of known keys are recognised', () => {
    const store = new RecordStore({ budget: AMPLE, live: true, chunkRows: 256 })
    const small = new RecordStore({ budget: 256 * 1024, live: true, chunkRows: 256 })
    for (let bucket = 0; bucket < 4; bucket++)
      for (let key = 0; key < 60; key++) {
        const record = result(key, at(bucket, { sourceName: `pod-${key}-${'x'.repeat(1000)}` }))
        store.appendResult(record)
        small.appendResult(record)
      }
    expect(small.holdings()).toMatchObject({ records: 240, keys: 60 })
    expect(store.holdings().bytes - small.holdings().bytes).toBeGreaterThan(32 * 1024)
  })

  test('changed at any time, keeps records held plus evicted equal to records appended', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ budget: fc.nat(400_000), more: fc.nat(300) }), { maxLength: 12 }),
        (steps) => {
          const store = new RecordStore({ budget: AMPLE, live: true, chunkRows: 64 })
          let appended = 0
          for (const { budget, more } of steps) {
            store.setBudget(budget)
            for (let i = 0; i < more; i++) store.append(at(appended++, { destPort: appended % 97 }))
            const { records, evicted, newest } = store.holdings()
            expect(records + evicted).toBe(appended)
            expect(records).toBeGreaterThanOrEqual(Math.min(appended, 64))
            expect(newest).toBe(appended === 0 ? null : START + appended * 15)
            expect(new FlowView(store).view(request({ shape: 'intervals' }), NOW).total).toBe(records)
          }
        },
      ),
    )
  })
})

describe('a live store', () => {
  test('drops and counts records that a reconnect sends again', () => {
    const store = new RecordStore({ budget: AMPLE, live: true })
    for (const bucket of [0, 1, 2]) store.appendResult(result(1, at(bucket)))
    expect(store.resumeFrom()).toBe(START + 30)
    store.clearIds()
    for (const bucket of [1, 2, 3]) store.appendResult(result(9, at(bucket)))
    expect(store.holdings()).toMatchObject({ records: 4, duplicates: 2, gaps: 0 })
  })

  test('finds gaps: buckets of which nothing was received', () => {
    const store = new RecordStore({ budget: AMPLE, live: true })
    for (const bucket of [0, 1, 4, 6]) store.appendResult(result(1, at(bucket)))
    expect(store.holdings().gaps).toBe(2)
    const histogram = new FlowView(store).histogram(request(), 100, 'records', NOW)
    expect([...(histogram?.gaps ?? [])]).toEqual([0, 0, 1, 1, 0, 1, 0])
  })

  test('has no time to resume from while it is empty', () => {
    expect(new RecordStore({ budget: AMPLE, live: true }).resumeFrom()).toBeNull()
  })
})

describe('a frozen view', () => {
  test('leaves later records out and counts them as waiting, independently in each view', () => {
    const store = new RecordStore({ budget: AMPLE, live: true })
    store.append(at(0))
    const [reader, other] = [new FlowView(store), new FlowView(store)]
    const before = reader.view(request(), NOW)
    store.append(at(1))
    store.append(at(1, { action: 'Deny' }))
    const frozen = request({ frozen: { appended: before.appended, newest: null } })
    expect(reader.view(frozen, NOW)).toEqual({ ...before, waiting: 2, arrived: 2 })
    expect(other.view(request(), NOW)).toMatchObject({ total: 2, waiting: 0 })
    expect(reader.view(frozen, NOW).waiting).toBe(2)
    const after = reader.view(request(), NOW)
    expect(after).toMatchObject({ total: 2, waiting: 0, arrived: 0 })
    const frozenAgain = request({ frozen: { appended: after.appended, newest: null } })
    expect(reader.view(frozenAgain, NOW)).toMatchObject({ total: 2, waiting: 0 })
  })

  test('is empty when nothing was shown that it could stand at', () => {
    const store = new RecordStore({ budget: AMPLE, live: true })
    const reader = new FlowView(store)
    store.append(at(0))
    const frozen = request({ frozen: { appended: 0, newest: null } })
    expect(reader.view(frozen, NOW)).toMatchObject({ total: 0, rows: [], waiting: 1, arrived: 1 })
  })
})

describe('a frozen view over the budget', () => {
  test('loses the records that were evicted', () => {
    const store = new RecordStore({ budget: 0, live: true, chunkRows: 4 })
    const reader = new FlowView(store)
    const frozen = request({ frozen: { appended: 5, newest: null }, shape: 'intervals' })
    for (const bucket of [0, 1, 2, 3, 4]) store.append(at(bucket))
    expect(reader.view(frozen, NOW).total).toBe(5)
    store.append(at(5))
    expect(reader.view(frozen, NOW)).toMatchObject({ total: 5, waiting: 1 })
    for (const bucket of [6, 7]) store.append(at(bucket))
    expect(store.holdings().evicted).toBe(4)
    expect(reader.view(frozen, NOW)).toMatchObject({ total: 1, waiting: 3, arrived: 3 })
  })
})

describe('ids', () => {
  test('never change, because shared links contain them', () => {
    const store = new RecordStore({ budget: AMPLE, live: false })
    store.append(at(0))
    const ids = (['keys', 'intervals', 'signatures'] as const).map(
      (shape) => new FlowView(store).view(request({ shape }), NOW).rows[0]?.id,
    )
    expect(ids).toMatchInlineSnapshot(`
      [
        "1ekz7k10qc02f6",
        "1ekz7k10qc02f6-tlpwui",
        "s0tbgr3t1qkxmgx",
      ]
    `)
  })

  test('differ for two records of one key and start', () => {
    const store = new RecordStore({ budget: AMPLE, live: false })
    store.append(at(0))
    store.append(at(0))
    const { rows } = new FlowView(store).view(request({ shape: 'intervals' }), NOW)
    expect(new Set(rows.map(({ id }) => id)).size).toBe(2)
    const [, second] = rows
    const selected = second?.id ?? ''
    expect(new FlowView(store).view(request({ shape: 'intervals', selected }), NOW).selected?.index).toBe(1)
  })
})

describe('refusals of a reader', () => {
  test('are counted, even if only some of them are passed on', () => {
    const store = new RecordStore({ budget: AMPLE, live: false })
    const refusal = { line: 3, column: 1, reason: 'no JSON', excerpt: '…' }
    store.addRefusals([refusal], 2, 7)
    expect(store.refusals()).toEqual([refusal])
    expect(store.holdings()).toMatchObject({ refused: 7, unknown: 2 })
  })
})
