import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { parseQuantity, printQuantity, type QuantityKind } from './quantity.ts'

const KINDS: readonly QuantityKind[] = ['port', 'rule', 'count', 'bytes', 'seconds']

describe('a quantity', () => {
  test.each<[QuantityKind, string, number | undefined]>([
    ['port', '0', 0],
    ['port', '65535', 65_535],
    ['port', '65536', undefined],
    ['port', '-1', undefined],
    ['port', '80.5', undefined],
    ['port', '1k', undefined],
    ['rule', '3', 3],
    ['rule', '-1', -1],
    ['rule', '1.5', undefined],
    ['rule', '2s', undefined],
    ['count', '10k', 10_000],
    ['count', '1.5M', 1_500_000],
    ['count', '2.3k', 2300],
    ['count', '1G', 1e9],
    ['count', '1KB', undefined],
    ['count', '.5', 0.5],
    ['count', '1e3', 1000],
    ['count', '1e999', undefined],
    ['count', '', undefined],
    ['count', 'x1k', undefined],
    ['count', '1kx', undefined],
    ['bytes', '1kb', 1000],
    ['bytes', '1KiB', 1024],
    ['bytes', '1Mi', 1_048_576],
    ['bytes', '7B', 7],
    ['bytes', '1.0001B', 1.0001],
    ['bytes', '2s', undefined],
    ['seconds', '90', 90],
    ['seconds', '1m30s', 90],
    ['seconds', '1H', 3600],
    ['seconds', '1d', 86_400],
    ['seconds', '1.5h', 5400],
    ['seconds', '5m x', undefined],
    ['seconds', 'x5m', undefined],
    ['seconds', '5', 5],
    ['seconds', '5k', undefined],
  ])('of kind %s is read from %j as %j', (kind, text, number) => {
    expect(parseQuantity(kind, text)).toBe(number)
  })

  test('that is too large for a number is none, also as a sum', () => {
    expect(parseQuantity('seconds', `${'9'.repeat(310)}d`)).toBeUndefined()
  })

  test.each<[QuantityKind, number, string]>([
    ['port', 8000, '8000'],
    ['rule', 1000, '1000'],
    ['count', 0, '0'],
    ['count', -1000, '-1000'],
    ['count', 999, '999'],
    ['count', 1000, '1k'],
    ['count', 1500, '1.5k'],
    ['count', 1234, '1234'],
    ['count', 2_000_000, '2M'],
    ['count', 3e9, '3G'],
    ['bytes', 1500, '1.5KB'],
    ['bytes', 1024, '1024'],
    ['seconds', 30, '30s'],
    ['seconds', 90, '90s'],
    ['seconds', 120, '2m'],
    ['seconds', 3600, '1h'],
    ['seconds', 86_400, '24h'],
    ['seconds', 0.5, '0.5'],
    ['count', 0.25, '0.25'],
  ])('of kind %s is printed from %j as %j', (kind, number, text) => {
    expect(printQuantity(kind, number)).toBe(text)
  })

  test('is read back from what is printed', () => {
    const number = fc.oneof(
      fc.nat(100_000),
      fc.tuple(fc.nat(9999), fc.constantFrom(100, 1000, 1e5, 1e6, 1e9)).map(([n, factor]) => n * factor),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }),
    )
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), number, (kind, n) => {
        const valid = parseQuantity(kind, String(n))
        fc.pre(valid !== undefined)
        expect(parseQuantity(kind, printQuantity(kind, n))).toBe(valid)
      }),
    )
  })
})
