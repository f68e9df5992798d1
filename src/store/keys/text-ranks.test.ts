import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { TextRanks } from './text-ranks.ts'

test('ranks are those of the sorted distinct texts, in whatever pieces the items are added', () => {
  const texts = fc.array(fc.oneof(fc.constantFrom('a', 'b', 'ba', 'B', ''), fc.string({ maxLength: 3 })), {
    maxLength: 200,
    size: 'max',
  })
  fc.assert(
    fc.property(texts, fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 10 }), (all, pieces) => {
      const ranks = new TextRanks(() => (item) => all[item] ?? '')
      const given: { readonly count: number; readonly ranks: Uint32Array; readonly copy: number[] }[] = []
      let count = 0
      for (const piece of [...pieces, all.length]) {
        count = Math.min(all.length, count + piece)
        const found = ranks.ranks(count)
        // `toSorted` without a function compares UTF-16 units.
        const sorted = [...new Set(all.slice(0, count))].toSorted()
        expect([...found]).toEqual(all.slice(0, count).map((text) => sorted.indexOf(text)))
        given.push({ count, ranks: found, copy: [...found] })
      }
      for (const { ranks: earlier, copy } of given) expect([...earlier]).toEqual(copy)
    }),
  )
})
