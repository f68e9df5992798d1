import { readdir } from 'node:fs/promises'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { SortedRuns } from './sorted-runs.ts'

test('lines come out as a stable sort has them, whatever fits into the memory', async () => {
  const folder = await temporaryFolder()
  const limits = fc.record({
    lines: fc.integer({ min: 1, max: 5 }),
    characters: fc.integer({ min: 1, max: 60 }),
    runs: fc.integer({ min: 2, max: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 5 }), { maxLength: 30 }), limits, async (orders, each) => {
      const runs = new SortedRuns(folder, each)
      const lines = orders.map((order, i) => ({ order, line: `{"n":${i}}\n` }))
      for (const { order, line } of lines) await runs.add(order, line)
      const sorted = []
      for await (const line of runs.sorted()) sorted.push(line)
      expect(sorted).toEqual(lines.toSorted((a, b) => a.order - b.order))
    }),
    { numRuns: 30 },
  )
})

test('few files are kept, however many lines there are', async () => {
  const folder = await temporaryFolder()
  const runs = new SortedRuns(folder, { lines: 1, characters: 100, runs: 3 })
  for (let i = 0; i < 26; i++) await runs.add(i, `${i}\n`)
  // 26 is 222 in base 3: two runs of each level.
  expect(await readdir(folder)).toHaveLength(6)
})
