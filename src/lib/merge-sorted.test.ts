import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { mergeSorted } from './merge-sorted.ts'

interface Item {
  readonly order: number
  readonly sequence: number
}

async function* iterate<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

async function merged(sequences: readonly (readonly Item[])[]): Promise<readonly Item[]> {
  const all: Item[] = []
  for await (const item of mergeSorted(sequences.map(iterate), ({ order }) => order)) all.push(item)
  return all
}

test('the merge of sorted sequences is the stable sort of them all', async () => {
  const orders = fc.array(fc.nat({ max: 9 }), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(fc.array(orders, { maxLength: 5 }), async (lists) => {
      const sequences = lists.map((list, sequence) =>
        list.toSorted((a, b) => a - b).map((order) => ({ order, sequence })),
      )
      expect(await merged(sequences)).toEqual(sequences.flat().toSorted((a, b) => a.order - b.order))
    }),
  )
})

test('a merge that is left early ends its sequences', async () => {
  let ended = 0
  async function* endless(): AsyncGenerator<number> {
    try {
      for (;;) yield 1
    } finally {
      ended++
    }
  }
  for await (const _ of mergeSorted([endless(), endless()], Number)) break
  expect(ended).toBe(2)
})
