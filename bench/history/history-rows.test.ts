import { describe, expect, test } from 'vitest'
import { entryId } from '../../server/history/entry-id.ts'
import { HistoryTraffic, type TrafficShape } from './history-rows.ts'

const SHAPE: TrafficShape = { cluster: 'c1', keys: 400, rowsOfBucket: 60, churnOfHour: 0.05, seed: 3 }
const START = 1_700_002_800 // A whole hour.

function buckets(traffic: HistoryTraffic, count: number) {
  return Array.from({ length: count }, (_, i) => traffic.bucket(START + i * 15))
}

const rowsOf = (shape: TrafficShape) =>
  buckets(new HistoryTraffic(shape), 3).map(({ entries, bytesIn }) => [[...entries], [...bytesIn]])

describe('the rows of synthetic buckets', () => {
  const made = buckets(new HistoryTraffic(SHAPE), 480)

  test('are sorted by distinct entries, whose keys can be told', () => {
    for (const { entries, keyOf } of made.slice(0, 20)) {
      expect(entries.every((entry, i) => i === 0 || entry > (entries[i - 1] ?? entry))).toBe(true)
      for (const entry of entries) expect(entryId(keyOf(entry))).toBe(entry)
    }
  })

  test('are as many as asked for, few keys in all buckets and most in few', () => {
    const rows = made.reduce((sum, { entries }) => sum + entries.length, 0)
    expect(rows / made.length).toBeGreaterThan(55)
    expect(rows / made.length).toBeLessThan(65)
    const counts = new Map<bigint, number>()
    for (const { entries } of made.slice(0, 240))
      for (const entry of entries) counts.set(entry, (counts.get(entry) ?? 0) + 1)
    const sorted = [...counts.values()].toSorted((a, b) => b - a)
    expect(sorted[0]).toBe(240)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(60)
  })

  test('are the same for the same seed, and others for another one', () => {
    expect(rowsOf(SHAPE)).toEqual(rowsOf(SHAPE))
    expect(rowsOf(SHAPE)).not.toEqual(rowsOf({ ...SHAPE, seed: 4 }))
  })

  test('a rollout replaces keys every hour', () => {
    const traffic = new HistoryTraffic(SHAPE)
    buckets(traffic, 240)
    expect(traffic.made).toBe(400)
    traffic.bucket(START + 240 * 15)
    expect(traffic.made).toBe(420)
  })
})
