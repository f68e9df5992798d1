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

test('a long text has its length in front, seven bits a byte', () => {
  const writer = new RowBinaryWriter(1)
  writer.text('x'.repeat(300))
  expect(writer.take().subarray(0, 3).toString('hex')).toBe('ac0278')
})
