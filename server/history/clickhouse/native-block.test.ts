import { expect, test } from 'vitest'
import { NativeBlock } from './native-block.ts'

const hexOf = (block: NativeBlock): string => Buffer.concat(block.take()).toString('hex')
const text = (value: string): string => `0${value.length.toString(16)}${Buffer.from(value).toString('hex')}`

test('columns are as ClickHouse documents the format Native', () => {
  const block = new NativeBlock(2, 3)
  block.add('k', 'UInt16', Uint16Array.of(0, 1, 0x0203, 9).subarray(1))
  expect(() => block.add('t', 'UInt8', Uint8Array.of(1))).toThrow('a column of 1 rows in a block of 3')
  block.addTexts('c', [
    { text: 'a', rows: 1 },
    { text: 'bc', rows: 2 },
  ])
  const columns = [`${text('k')}0655496e743136010003020900`, `${text('c')}06537472696e67`, '0161026263026263']
  expect(hexOf(block)).toBe(`0203${columns.join('')}`)
})

test('a column that is too short or too long is refused', () => {
  const block = new NativeBlock(1, 2)
  expect(() => block.add('k', 'UInt8', Uint8Array.of(1))).toThrow('1 rows in a block of 2')
  expect(() => block.addCounters('n', new Float64Array(3))).toThrow('3 rows in a block of 2')
  expect(() => block.addTexts('c', [{ text: 'a', rows: 3 }])).toThrow('3 rows in a block of 2')
})

test('a counter keeps 53 bits, and is null where it was not recorded', () => {
  const values = [2 ** 53, 2 ** 32 - 1, 0, Number.NaN]
  const block = new NativeBlock(1, values.length)
  block.addCounters('n', Float64Array.from(values))
  const all = Buffer.concat(block.take())
  expect(all.subarray(0, -4 * 9).toString('latin1')).toBe('\x01\x04\x01n\x10Nullable(UInt64)')
  const bytes = all.subarray(-4 * 9)
  expect(bytes.subarray(0, 4).toString('hex')).toBe('00000001')
  expect([0, 1, 2, 3].map((row) => bytes.readBigUInt64LE(4 + row * 8))).toEqual([
    2n ** 53n,
    2n ** 32n - 1n,
    0n,
    0n,
  ])
})
