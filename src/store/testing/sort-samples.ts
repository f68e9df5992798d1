/** Lists of numbers for property tests, and the plain way to sort them. */
import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'

/** Many items with values of one kind: evenly spread, few distinct, a few very large, fractions, or missing. */
const anyValue: Arbitrary<Arbitrary<number>> = fc.constantFrom<Arbitrary<number>>(
  fc.nat(1_000_000),
  fc.nat(3),
  fc.constantFrom(0, 1, 2, 3, 500, 2 ** 52),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom(-1, 0, Number.MIN_VALUE, 2 * Number.MIN_VALUE),
  fc.constantFrom(7, Number.NaN),
)
export const manyValues: Arbitrary<readonly number[]> = anyValue.chain((value) =>
  fc.array(value, { minLength: 0, maxLength: 4000, size: 'max' }),
)

/** The items that have a value, sorted by value, then tie, then number. */
export function sorted(values: readonly number[], ties: Uint32Array): readonly number[] {
  return [...values.keys()]
    .filter((item) => !Number.isNaN(values[item]))
    .sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || (ties[a] ?? 0) - (ties[b] ?? 0) || a - b)
}
