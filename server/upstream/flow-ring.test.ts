import { expect, test } from 'vitest'

import { create, fromBinary } from '@bufbuild/protobuf'

import { FlowKeySchema, FlowResultSchema } from '../../src/gen/goldmane/api_pb.ts'
import { encodedResult, readAll, startOf } from '../testing/ring-frames.ts'
import { FlowRing } from './flow-ring.ts'
import { EVERYTHING, type RingView } from './ring/ring-view.ts'

const ample = { maxBytes: 2 ** 26 }
const DAY = 24 * 240

test('gives back what came in, with an id of its own', () => {
  const ring = new FlowRing(ample)
  const first = encodedResult(77, 0, { sourceName: 'a' })
  const second = encodedResult(78, 0, { sourceName: 'b' })
  expect([first, second, first].map((each) => ring.append(each))).toEqual(['stored', 'stored', 'known'])
  ring.publish()
  const reader = ring.openReader(EVERYTHING, 0)
  expect(reader.backFill).toEqual({ sent: 0, total: 2 })
  const results = readAll(reader)
  expect(results.map(({ id }) => id)).toEqual([1n, 2n])
  expect(results.map(({ flow }) => flow)).toEqual(
    [first, second].map((each) => fromBinary(FlowResultSchema, each).flow),
  )
  expect(reader.backFill).toBeNull()
})

test('shows nothing before it is published, and wakes a reader once for each publish', () => {
  const ring = new FlowRing(ample)
  const reader = ring.openReader(EVERYTHING, null)
  let wakes = 0
  reader.onMore(() => wakes++)
  ring.append(encodedResult(1, 0, { sourceName: 'a' }))
  ring.append(encodedResult(2, 0, { sourceName: 'b' }))
  expect([reader.read(1000), wakes]).toEqual([null, 0])
  ring.publish()
  ring.publish()
  expect([readAll(reader).length, wakes]).toEqual([2, 1])
  reader.close()
  ring.append(encodedResult(1, 1))
  ring.publish()
  expect(wakes).toBe(1)
})

test('readers of one view share the frames that they follow', () => {
  const ring = new FlowRing(ample)
  const readers = [1, 2].map(() => ring.openReader(EVERYTHING, null))
  ring.append(encodedResult(1, 0))
  ring.publish()
  const [first, second] = readers.map((reader) => reader.read(64 * 1024))
  expect(first).not.toBeNull()
  expect(second).toBe(first)
})

test('one record of another year does not throw the hour away', () => {
  const ring = new FlowRing(ample)
  ring.append(encodedResult(1, 0))
  expect(ring.append(encodedResult(1, 365 * DAY))).toBe('outside')
  expect(ring.append(encodedResult(1, 1))).toBe('stored')
  expect(ring.append(encodedResult(1, 365 * DAY + 1))).toBe('outside')
  expect([ring.oldestBucket, ring.newestBucket]).toEqual([startOf(0), startOf(1)])
})

test.each([
  ['forwards', 10 * DAY],
  ['back', -10 * DAY],
])('a clock that was set %s is believed with the second bucket, and nothing of it is lost', (_, days) => {
  const ring = new FlowRing(ample)
  const reader = ring.openReader(EVERYTHING, null)
  ring.append(encodedResult(1, 0))
  ring.publish()
  expect(readAll(reader)).toHaveLength(1)
  expect(ring.append(encodedResult(1, days))).toBe('outside')
  expect(ring.append(encodedResult(1, days + 1))).toBe('stored')
  ring.publish()
  expect(readAll(reader).map(({ flow }) => Number(flow?.startTime))).toEqual([
    startOf(days),
    startOf(days + 1),
  ])
  expect([ring.oldestBucket, ring.newestBucket]).toEqual([startOf(days), startOf(days + 1)])
})

test('refuses what is no record', () => {
  const ring = new FlowRing(ample)
  const good = encodedResult(1, 0)
  const noText = Uint8Array.of(0x12, 5, 0x0a, 3, 0x0a, 1, 0xff)
  for (const bytes of [new Uint8Array(0), good.subarray(0, 50), Uint8Array.of(0x12, 0), noText])
    expect(ring.append(bytes)).toBe('malformed')
  expect(ring.append(encodedResult(1, 0, {}, { startTime: 0, endTime: 0 }))).toBe('malformed')
  expect([ring.records, ring.keys]).toEqual([0, 0])
})

test('says which buckets it lacks', () => {
  const ring = new FlowRing(ample)
  for (const bucket of [0, 1, 4, 6]) ring.append(encodedResult(1, bucket))
  expect(ring.missing()).toEqual([
    { from: startOf(2), to: startOf(4) },
    { from: startOf(5), to: startOf(6) },
  ])
})

test('keys and labels that nobody uses any more are freed: hours of new ones take no more memory', () => {
  const ring = new FlowRing(ample)
  const view: RingView = {
    id: 'hides',
    show: (key) => ({
      rewritten: create(FlowKeySchema, { sourceName: `x-${key.sourceName}` }),
      hidesSourceLabels: true,
      hidesDestLabels: false,
    }),
  }
  const reader = ring.openReader(view, null)
  const sizes: number[] = []
  let read = 0
  for (let bucket = 0; bucket < 6 * 240; bucket++) {
    for (let i = 0; i < 5; i++) {
      const name = `pod-${bucket}-${i}`
      ring.append(encodedResult(bucket * 5 + i, bucket, { sourceName: name }, { destLabels: [`v=${name}`] }))
    }
    ring.publish()
    const results = readAll(reader)
    read += results.length
    // The codes of keys are used again, and what the view said of the key before must be forgotten.
    expect(results.map(({ flow }) => flow?.Key?.sourceName)).toEqual(
      [0, 1, 2, 3, 4].map((i) => `x-pod-${bucket}-${i}`),
    )
    if (bucket % 240 === 239) sizes.push(ring.bytes)
  }
  expect([read, ring.keys, ring.evicted]).toEqual([6 * 240 * 5, 241 * 5, 0])
  // A tenth for hints and arenas, which fill up before they are cleared; an hour of leaked keys would double it.
  expect(Math.max(...sizes.slice(3))).toBeLessThan(1.1 * Math.max(...sizes.slice(0, 3)))
})

test('a view that shows nothing gives way to others, and goes on by itself', async () => {
  const ring = new FlowRing(ample)
  for (let i = 0; i < 600; i++) ring.append(encodedResult(i, 0, { sourceName: `s${i}` }))
  ring.append(encodedResult(600, 0, { sourceName: 'last' }))
  ring.publish()
  const shown = { rewritten: null, hidesSourceLabels: false, hidesDestLabels: false }
  const reader = ring.openReader({ id: 'v', show: (key) => (key.sourceName === 'last' ? shown : null) }, 0)
  const more = new Promise<void>((resolve) => {
    reader.onMore(resolve)
  })
  expect(reader.read(1000)).toBeNull()
  expect(reader.backFill).not.toBeNull()
  await more
  expect(readAll(reader)).toHaveLength(1)
  expect(reader.backFill).toBeNull()
})
