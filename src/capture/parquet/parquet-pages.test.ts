/** Hostile pages: a few bytes that would make a reader allocate, or loop, without end. */
import { describe, expect, test } from 'vitest'

import { checkDelta } from './delta-check.ts'
import { type ColumnShape, plainPages } from './parquet-pages.ts'
import { endOfStruct } from './thrift-check.ts'

/** Thrift's compact protocol, as far as a page header needs it. */
const varint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))]
const i32 = (value: number): number[] => [0x15, ...varint(value * 2)]
const STOP = 0

/** A version 1 data page of `values` values in dictionary encoding. */
function dataPage(content: readonly number[], values: number, plainLength = content.length): Uint8Array {
  const inner = [...i32(values), ...i32(8), ...i32(3), ...i32(3), STOP]
  const header = [...i32(0), ...i32(plainLength), ...i32(content.length), 0x2c, ...inner, STOP]
  return Uint8Array.from([...header, ...content, 0])
}

const FLAT: ColumnShape = {
  codec: 'UNCOMPRESSED',
  isBoolean: false,
  isInteger: false,
  maxDefinitionLevel: 0,
  maxRepetitionLevel: 0,
}
const budget = () => ({ plainBytes: 1_000_000, values: 1_000_000 })

describe('a page', () => {
  test('of some indexes is taken', () => {
    expect(plainPages(dataPage([1, ...varint(2 * 10), 1], 10), FLAT, budget()).size).toBe(0)
  })

  test('with a run longer than its values is refused', () => {
    expect(() => plainPages(dataPage([1, ...varint(2 ** 29), 1], 10), FLAT, budget())).toThrow(
      'a page is damaged',
    )
  })

  test('with more values than a group may have is refused', () => {
    expect(() => plainPages(dataPage([1], 2 ** 29), FLAT, budget())).toThrow(/its row group is too large/)
  })

  test('that says to be longer than a group may be is refused before it is decompressed', () => {
    const page = dataPage([1, 2, 3], 1, 2 ** 29)
    expect(() => plainPages(page, { ...FLAT, codec: 'SNAPPY' }, budget())).toThrow(
      /its row group is too large/,
    )
  })

  test('in an encoding that repeats the text before is refused by its name', () => {
    const page = dataPage([1], 1)
    page[page.indexOf(0x10)] = 14
    expect(() => plainPages(page, FLAT, budget())).toThrow(/DELTA_BYTE_ARRAY, which is not read here/)
  })
})

test('a block of delta-encoded numbers in too many parts is refused', () => {
  expect(() =>
    checkDelta(Uint8Array.from([...varint(2 ** 31), ...varint(2 ** 31), 2, 0]), 2, false),
  ).toThrow()
})

describe('a struct', () => {
  test('with a number of any length is refused', () => {
    expect(() => endOfStruct(new Uint8Array(1000).fill(0xff).fill(0x16, 0, 1), 0)).toThrow(/damaged/)
  })

  test('with a list longer than itself is refused', () => {
    expect(() => endOfStruct(Uint8Array.from([0x19, 0xf5, ...varint(2 ** 31), 0]), 0)).toThrow(/damaged/)
  })

  test('inside too many others is refused', () => {
    expect(() => endOfStruct(new Uint8Array(100).fill(0x1c), 0)).toThrow(/nested too deeply/)
  })
})
