import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { ByteArena } from './byte-arena.ts'

const MB = 2 ** 20
/** Most are short; some fill a block, or are longer than one. */
const anyLength = fc.oneof(
  { weight: 8, arbitrary: fc.nat(3000) },
  fc.constantFrom(0, MB - 1, MB, MB + 1, 3 * MB),
  fc.integer({ min: MB / 2, max: MB }),
)

/** Bytes that differ between runs, and in a run. */
function bytesOf(run: number, length: number): Uint8Array {
  return new Uint8Array(length).map((_, i) => run * 31 + i + (i >>> 8))
}

test('an arena gives back and recognises every run, wherever it begins in the bytes compared', () => {
  fc.assert(
    fc.property(fc.array(anyLength, { minLength: 1, maxLength: 30 }), fc.nat(7), (lengths, shift) => {
      const arena = new ByteArena()
      const runs = lengths.map((length, i) => bytesOf(i, length))
      const positions = runs.map((run) => arena.append(run))
      for (const [i, run] of runs.entries()) {
        const position = positions[i] ?? -1
        expect(Buffer.compare(arena.view(position, run.length), run)).toBe(0)
        const shifted = new Uint8Array(shift + run.length + 1)
        shifted.set(run, shift)
        expect(arena.equals(position, run.length, shifted, shift)).toBe(true)
        if (run.length === 0) continue
        const last = shift + run.length - 1
        shifted[last] = (shifted[last] ?? 0) ^ 1
        expect(arena.equals(position, run.length, shifted, shift)).toBe(false)
      }
      const total = lengths.reduce((sum, length) => sum + length, 0)
      expect(arena.byteLength).toBeGreaterThanOrEqual(total)
    }),
    { numRuns: 30 },
  )
})

test('a small arena takes little memory', () => {
  const arena = new ByteArena()
  for (let i = 0; i < 100; i++) arena.append(bytesOf(i, 50))
  expect(arena.byteLength).toBe(8192)
})
