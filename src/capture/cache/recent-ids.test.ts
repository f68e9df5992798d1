import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { RecentIds } from './recent-ids.ts'

test('the latest ids are known again, never one that was not added, and their number is bounded', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 12 })), fc.integer({ min: 1, max: 6 }), (ids, max) => {
      const recent = new RecentIds(max)
      const distinct: number[] = []
      for (const id of ids) {
        const isNew = recent.add(String(id))
        if (distinct.slice(-max).includes(id)) expect(isNew).toBe(false)
        if (!distinct.includes(id) || distinct.lastIndexOf(id) < distinct.length - 2 * max)
          expect(isNew).toBe(true)
        if (isNew) distinct.push(id)
      }
    }),
  )
})
