import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Batch } from './collect.ts'
import { mergeCaptures, type NamedCapture } from './merge.ts'
import { MAX_MERGED_CAPTURES } from './merge-limit.ts'
import { readCapture } from './read.ts'
import { line, protojsonFlow, whiskerRecord } from './testing/samples.ts'

const capture = (name: string, text: string): NamedCapture => ({
  name,
  batches: readCapture(new Blob([text]).stream(), { batchRecords: 3 }),
})

async function batchesOf(captures: readonly NamedCapture[]): Promise<readonly Batch[]> {
  const batches: Batch[] = []
  for await (const batch of mergeCaptures(captures)) batches.push(batch)
  return batches
}

const at = (number: number, second: number): string =>
  line(whiskerRecord(number, { start_time: 1_793_613_600 + second }))

/** The header of a capture that `tool` wrote. */
const header = (tool: string): string => line({ flowtraceCapture: 1, tool })

test('captures are merged in the order of their times, and nothing is lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 12 }), { minLength: 1, maxLength: 5 }),
      async (files) => {
        const sorted = files.map((seconds) => seconds.toSorted((a, b) => a - b))
        const captures = sorted.map((seconds, file) =>
          capture(`${file}`, seconds.map((second, i) => at(100 * file + i, second)).join('')),
        )
        const batches = await batchesOf(captures)
        const merged = batches.flatMap(({ flows }) => flows)
        // The sort is stable, so that equal times stay in the order of the files.
        const expected = sorted
          .flatMap((seconds, file) =>
            seconds.map((second, i) => ({ second, name: `api-${100 * file + i}-*` })),
          )
          .toSorted((a, b) => a.second - b.second)
        expect(merged.map(({ key }) => key.destName)).toEqual(expected.map(({ name }) => name))
      },
    ),
    { numRuns: 100 },
  )
})

test('a capture that is out of order keeps its own order, and loses nothing', async () => {
  const batches = await batchesOf([capture('a', at(1, 20) + at(2, 0)), capture('b', at(3, 10) + at(4, 30))])
  const names = batches.flatMap(({ flows }) => flows.map(({ key }) => key.destName))
  expect(names).toEqual(['api-3-*', 'api-1-*', 'api-2-*', 'api-4-*'])
})

test('refusals have the name of their file, and bytes and formats are of all', async () => {
  const first = `${at(1, 0)}nonsense\n`
  const second = `oops\n${line(protojsonFlow())}`
  const batches = await batchesOf([capture('a.jsonl', first), capture('b.jsonl', second), capture('c', '')])
  expect(batches.flatMap(({ refusals }) => refusals.map(({ file, line: row }) => [file, row]))).toEqual([
    ['a.jsonl', 2],
    ['b.jsonl', 1],
  ])
  expect(batches.reduce((sum, { refused }) => sum + refused, 0)).toBe(2)
  expect(batches.at(-1)).toMatchObject({
    bytesRead: first.length + second.length,
    format: 'Whisker records and Goldmane flows (protojson)',
  })
})

test('the headers of all captures are kept', async () => {
  const batches = await batchesOf([
    capture('a', header('one') + at(1, 0)),
    capture('b', header('two') + at(2, 0)),
  ])
  expect(batches.flatMap(({ headers }) => headers.map(({ tool }) => tool))).toEqual(['one', 'two'])
})

test('an error of one is thrown, and all are closed', async () => {
  let closed = false
  const endless = (async function* (): AsyncGenerator<Batch> {
    const { done, value } = await readCapture(new Blob([at(1, 0)]).stream()).next()
    try {
      for (;;) if (done !== true) yield value
    } finally {
      closed = true
    }
  })()
  // oxlint-disable-next-line require-yield -- a capture that fails at once
  const failing = (async function* (): AsyncGenerator<Batch> {
    throw new Error('gone')
  })()
  await expect(
    batchesOf([
      { name: 'a', batches: endless },
      { name: 'b', batches: failing },
    ]),
  ).rejects.toThrow('gone')
  expect(closed).toBe(true)
})

test('more captures than can be open at once are refused', async () => {
  const many = Array.from({ length: MAX_MERGED_CAPTURES + 1 }, () => capture('a', ''))
  await expect(batchesOf(many)).rejects.toThrow(RangeError)
})
