import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { manyValues, sorted } from '../testing/sort-samples.ts'
import { TopK } from './top-k.ts'

test('top-k gives the first items of the sorted list, in whatever pieces the values are offered', () => {
  fc.assert(
    fc.property(
      manyValues,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      (values, size, piece, spread, descending, tiesDescending, backwards) => {
        const ties = Uint32Array.from(values, (_, item) => (item * 7919) % spread)
        const sign = descending === tiesDescending ? 1 : -1
        const all = sorted(
          values.map((value) => sign * value),
          ties,
        )
        const top = new TopK(size, descending, [(item) => ties[item] ?? 0], tiesDescending)
        const bases = Array.from({ length: Math.ceil(values.length / piece) }, (_, i) => i * piece)
        for (const base of backwards ? bases.toReversed() : bases) {
          top.offer(Float64Array.from(values.slice(base, base + piece)), base)
        }
        expect([...top.items()]).toEqual((tiesDescending ? all.toReversed() : all).slice(0, size))
      },
    ),
    { numRuns: 200 },
  )
}, 60_000)
