import { expect, test } from 'vitest'

import { type FullEntries, KeptEntries } from './kept-entries.ts'

function entriesOf(full?: FullEntries) {
  const made: number[] = []
  const make = (entry: number) => {
    made.push(entry)
    return { made: `entry ${entry}`, bytes: 30 * 2 ** 20 }
  }
  return { made, entries: new KeptEntries(make, full) }
}

function fail(): never {
  throw new Error('too many')
}

test('each is made once, until all are forgotten because they take too much', () => {
  const { made, entries } = entriesOf()
  expect([1, 2, 1, 2].map((entry) => entries.of(entry))).toEqual(['entry 1', 'entry 2', 'entry 1', 'entry 2'])
  expect(made).toEqual([1, 2])
  entries.of(3)
  entries.of(1)
  entries.of(3)
  expect(made).toEqual([1, 2, 3, 1])
})

test('with another bound none is made twice, and what is beyond it fails', () => {
  const { made, entries } = entriesOf({ maxBytes: 100 * 2 ** 20, fail })
  for (const entry of [1, 2, 3, 1, 2, 3]) entries.of(entry)
  expect(made).toEqual([1, 2, 3])
  expect(() => entries.of(4)).toThrow('too many')
  expect(entries.of(1)).toBe('entry 1')
})
