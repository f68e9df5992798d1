import { expect, test } from 'vitest'
import { RowBinaryWriter } from './row-binary.ts'

test('values are as ClickHouse documents RowBinary', () => {
  const writer = new RowBinaryWriter(1)
  writer.uint8(1)
  writer.uint16(0x0203)
  writer.uint32(0x04050607)
  writer.uint64(0x08090a0b0c0d0e0fn)
  writer.int64(-2)
  writer.text('ü')
  writer.list(['a', ''], (each) => writer.text(each))
  expect(writer.take().toString('hex')).toBe(
    ['01', '0302', '07060504', '0f0e0d0c0b0a0908', 'feffffffffffffff', '02c3bc', '02016100'].join(''),
  )
})

test('a counter keeps 53 bits, and is null where it was not recorded', () => {
  const writer = new RowBinaryWriter(1)
  for (const value of [2 ** 53, 2 ** 32 - 1, 0, Number.NaN]) writer.counter(value)
  const bytes = writer.take()
  expect(bytes.readBigUInt64LE(1)).toBe(2n ** 53n)
  expect(bytes.readBigUInt64LE(10)).toBe(2n ** 32n - 1n)
  expect(bytes.subarray(18).toString('hex')).toBe(`00${'00'.repeat(8)}01`)
})

test('a long text has its length in front, seven bits a byte', () => {
  const writer = new RowBinaryWriter(1)
  writer.text('x'.repeat(300))
  expect(writer.take().subarray(0, 3).toString('hex')).toBe('ac0278')
})
