import fc from 'fast-check'
import { expect, test } from 'vitest'

import { ColumnValues } from './column-values.ts'
import { TextTable } from './text-table.ts'
import { TupleTable } from './tuple-table.ts'

const encoder = new TextEncoder()

test('equal texts have one number, others another one, and each is decoded as it is', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 8 }), { maxLength: 3000 }), (texts) => {
      const table = new TextTable()
      const numbers = texts.map((text) => table.add(encoder.encode(text)))
      const wellFormed = texts.map((text) =>
        new TextDecoder('utf-8', { ignoreBOM: true }).decode(encoder.encode(text)),
      )
      expect(numbers.map((number) => table.textOf(number))).toEqual(wellFormed)
      const first = [...new Set(wellFormed)]
      expect(numbers).toEqual(wellFormed.map((text) => first.indexOf(text)))
    }),
    { numRuns: 50 },
  )
})

test('equal rows of columns have one number, in all calls', () => {
  const row = fc.tuple(fc.integer(), fc.nat(3), fc.nat(2))
  fc.assert(
    fc.property(fc.array(fc.array(row, { maxLength: 1500 }), { maxLength: 3 }), (calls) => {
      const table = new TupleTable(3)
      const seen: string[] = []
      for (const rows of calls) {
        const columns = [0, 1, 2].map((i) => Int32Array.from(rows, (values) => values[i]!))
        const numbers = table.add(columns, rows.length)
        for (const [at, values] of rows.entries()) {
          const text = values.join()
          if (!seen.includes(text)) seen.push(text)
          expect(numbers[at]).toBe(seen.indexOf(text))
        }
      }
    }),
    { numRuns: 30 },
  )
})

test('equal lists of a column have one number', () => {
  const lists = fc.array(fc.array(fc.constantFrom('a', 'b', 'c=d'), { maxLength: 5 }), { maxLength: 4000 })
  fc.assert(
    fc.property(lists, (rows) => {
      const texts = new TextTable()
      const column = columnOf(rows, texts)
      const seen: string[] = []
      const numbers = column.listNumbers()
      for (const [row, list] of rows.entries()) {
        expect(column.listAt(row)).toEqual(list)
        const text = list.join()
        if (!seen.includes(text)) seen.push(text)
        expect(numbers?.[row]).toBe(seen.indexOf(text))
      }
    }),
    { numRuns: 30, examples: [[[[], ['a'], []]]] },
  )
})

/** Of so many hashes of 32 bits about ten are equal. */
const MANY = 300_000

test('texts with the same hash keep numbers of their own', () => {
  const table = new TextTable()
  const numbers = Array.from({ length: MANY }, (_, i) => table.add(encoder.encode(`pod-${i * 7919}`)))
  expect(new Set(numbers).size).toBe(MANY)
  expect(table.textOf(numbers[MANY - 1]!)).toBe(`pod-${(MANY - 1) * 7919}`)
})

test('rows with the same hash keep numbers of their own', () => {
  const columns = [
    Int32Array.from({ length: MANY }, (_, i) => i % 677),
    Int32Array.from({ length: MANY }, (_, i) => Math.floor(i / 677)),
  ]
  expect(new Set(new TupleTable(2).add(columns, MANY)).size).toBe(MANY)
})

test('lists in the same slot keep numbers of their own', () => {
  const rows = Array.from({ length: 3000 }, (_, i) => [`a=${i % 500}`, `b=${Math.floor(i / 500)}`])
  const numbers = columnOf([...rows, ...rows], new TextTable()).listNumbers() ?? []
  expect([...numbers]).toEqual([...rows.keys(), ...rows.keys()])
})

/** A column of lists as a page of Parquet has them: an empty list is a level below the greatest, without a value. */
function columnOf(rows: readonly (readonly string[])[], texts: TextTable): ColumnValues {
  const flat = rows.flatMap((list) => list.map((text) => texts.add(encoder.encode(text))))
  const definitionLevels = rows.flatMap((list) => (list.length === 0 ? [0] : list.map(() => 1)))
  const repetitionLevels = rows.flatMap((list) =>
    list.length === 0 ? [0] : list.map((_, i) => Math.min(i, 1)),
  )
  const column = new ColumnValues(texts, definitionLevels.length, { rows: rows.length })
  // One value there must be for the column to be one of texts.
  const values = Int32Array.from([...flat, 0])
  const indexes = flat.map((_, i) => i)
  column.addPage({ is: 'texts', values }, indexes, definitionLevels, 1, repetitionLevels)
  return column
}

test('a column may begin with a page of nulls', () => {
  const texts = new TextTable()
  const column = new ColumnValues(texts, 5, null)
  column.addPage({ is: 'numbers', values: new Float64Array(0) }, null, [0, 0], 1, [])
  const values = Int32Array.from([texts.add(encoder.encode('tcp')), texts.add(encoder.encode('udp'))])
  column.addPage({ is: 'texts', values }, null, [1, 0, 1], 1, [])
  expect([0, 1, 2, 3, 4].map((row) => column.at(row))).toEqual([null, null, 'tcp', null, 'udp'])
})
