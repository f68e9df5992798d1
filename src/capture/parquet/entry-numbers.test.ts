import fc from 'fast-check'
import { expect, test } from 'vitest'

import { EntryNumbers } from './entry-numbers.ts'

const row = fc.tuple(
  fc.constantFrom('', 'a', '["a"]'),
  fc.nat(2),
  fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
)

test('entries are numbered in the order of their first rows, over all row groups', () => {
  fc.assert(
    fc.property(fc.array(fc.array(row, { maxLength: 40 }), { maxLength: 4 }), (groups) => {
      const numbers = new EntryNumbers(3)
      const seen: string[] = []
      for (const rows of groups) {
        const columns = [0, 1, 2].map((i) => rows.map((values) => values[i]))
        const found = numbers.add(columns, rows.length)
        for (const [at, values] of rows.entries()) {
          const text = JSON.stringify(values)
          if (!seen.includes(text)) seen.push(text)
          expect(found[at]).toBe(seen.indexOf(text))
        }
        expect(numbers.count).toBe(seen.length)
      }
    }),
  )
})

test('a table of many entries begins anew, and its numbers go on', () => {
  const numbers = new EntryNumbers(1, 2)
  expect([...numbers.add([['a', 'b', 'c', 'a']], 4)]).toEqual([0, 1, 2, 0])
  expect([...numbers.add([['a', 'd']], 2)]).toEqual([3, 4])
  expect(numbers.count).toBe(5)
})
