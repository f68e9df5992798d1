import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EntryCodeTable } from './entry-code-table.ts'

/** Few lower halves, so that entries share a slot; and halves with the highest bit. */
const entry = fc
  .tuple(fc.constantFrom(0n, 1n, 0x8000_0000n, 0xffff_ffffn), fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }))
  .map(([high, low]) => (high << 32n) | (low % 40n === 0n ? low : low % 3000n))

test('finds the code of each entry that was added, as a Map does, and no other', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(entry, { maxLength: 1500, size: 'max' }),
      fc.array(entry, { maxLength: 100 }),
      (added, asked) => {
        const table = new EntryCodeTable()
        const codes = new Map(added.map((each, k) => [each, { k, action: k % 4 }]))
        for (const [each, { k, action }] of codes) table.add(each, k, action)
        expect(table.size).toBe(added.length)
        // As a part of a longer array, which begins in the middle of its buffer.
        const entries = BigUint64Array.from([7n, ...asked, ...added]).subarray(1)
        const columns = { ks: new Uint32Array(entries.length), actions: new Uint8Array(entries.length) }
        const unknown = new Set(table.fill(entries, columns))
        const found = Array.from(entries, (_, row) =>
          unknown.has(row) ? undefined : { k: columns.ks[row], action: columns.actions[row] },
        )
        expect(found).toEqual(Array.from(entries, (each) => codes.get(each)))
        expect(Array.from(entries, (each) => table.has(each))).toEqual(found.map(Boolean))
      },
    ),
    { numRuns: 12 },
  )
})
