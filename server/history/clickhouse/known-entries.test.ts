import { expect, test } from 'vitest'
import { KnownOfCluster } from './known-entries.ts'

/** The codes of the entries that are known, by entry. */
function knownOf(known: KnownOfCluster, entries: readonly bigint[]): ReadonlyMap<bigint, number> {
  const actions = new Uint8Array(entries.length)
  const unknown = new Set(known.fill(BigUint64Array.from(entries), actions))
  return new Map(entries.flatMap((entry, row) => (unknown.has(row) ? [] : [[entry, actions[row] ?? 0]])))
}

test('entries are known with the codes of their actions once they were added', () => {
  const known = new KnownOfCluster(7)
  known.add(5n, 1)
  known.add(2n ** 63n + 5n, 2)
  expect(knownOf(known, [2n ** 63n + 5n, 6n, 5n])).toEqual(
    new Map([
      [2n ** 63n + 5n, 2],
      [5n, 1],
    ]),
  )
})

test('with too many, those that have not come for long are forgotten', () => {
  const known = new KnownOfCluster(7, 8)
  const all = Array.from({ length: 10 }, (_, i) => BigInt(i))
  for (const entry of all.slice(0, 6)) known.add(entry, 1)
  // Comes again.
  expect(knownOf(known, [1n]).size).toBe(1)
  for (const entry of all.slice(6)) known.add(entry, 1)
  const left = [...knownOf(known, all).keys()]
  expect(left).toContain(1n)
  expect(left).not.toContain(0n)
  expect(left.length).toBeLessThanOrEqual(8)
  expect(left).toEqual(expect.arrayContaining(all.slice(7)))
})

test('one that is added again takes the place of no other one', () => {
  const known = new KnownOfCluster(7, 8)
  known.add(2n, 1)
  for (let times = 0; times < 20; times++) known.add(1n, 1)
  expect(knownOf(known, [1n, 2n]).size).toBe(2)
})
