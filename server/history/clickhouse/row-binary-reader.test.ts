import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { RowBinaryReader } from './row-binary-reader.ts'
import { RowBinaryWriter } from './row-binary.ts'

const TYPES = [
  'LowCardinality(String)',
  'UInt64',
  'Int64',
  'Nullable(UInt64)',
  'Array(String)',
  "DateTime('UTC')",
]
const NAMES = ['text', 'id', 'count', 'counter', 'list', 'time']

const anyRow = fc.record({
  text: fc.string({ unit: 'grapheme', maxLength: 300 }),
  id: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  count: fc.maxSafeInteger(),
  counter: fc.option(fc.nat(2 ** 31 - 1)),
  list: fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }),
  time: fc.nat(2 ** 31 - 1),
})

function answerOf(rows: readonly (typeof anyRow extends fc.Arbitrary<infer Row> ? Row : never)[]): Buffer {
  const writer = new RowBinaryWriter(1)
  writer.uint8(NAMES.length)
  for (const text of [...NAMES, ...TYPES]) writer.text(text)
  for (const { text, id, count, counter, list, time } of rows) {
    writer.text(text)
    writer.uint64(id)
    writer.int64(count)
    writer.uint8(counter === null ? 1 : 0)
    if (counter !== null) writer.int64(counter)
    writer.list(list, (each) => writer.text(each))
    writer.uint32(time)
  }
  return writer.take()
}

test('rows are what was written, wherever the answer is cut into pieces', () => {
  fc.assert(
    fc.property(fc.array(anyRow), fc.array(fc.nat(200), { minLength: 1 }), (rows, lengths) => {
      const answer = answerOf(rows)
      const reader = new RowBinaryReader()
      const read: unknown[] = []
      for (let at = 0, i = 0; at < answer.length; i++) {
        const length = (lengths[i % lengths.length] ?? 0) + 1
        read.push(...reader.read(answer.subarray(at, at + length)))
        at += length
      }
      reader.end()
      expect(
        read.map((row) => ({ ...(row as object), id: BigInt((row as { id: number | bigint }).id) })),
      ).toEqual(rows)
    }),
  )
})

test('an answer that ends in the middle of a row is no answer', () => {
  const answer = answerOf([{ text: 'a', id: 1n, count: 1, counter: null, list: [], time: 1 }])
  const reader = new RowBinaryReader()
  expect(reader.read(answer.subarray(0, -1))).toEqual([])
  expect(() => reader.end()).toThrow('was cut off')
})

test('a column of another type is refused by its name', () => {
  const writer = new RowBinaryWriter()
  writer.uint8(1)
  writer.text('a')
  writer.text('Map(String, String)')
  expect(() => new RowBinaryReader().read(writer.take())).toThrow(
    'ClickHouse answers with a Map(String, String)',
  )
})
