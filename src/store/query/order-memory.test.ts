/** An order that is kept for hours must not keep what the store has dropped since. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { expect, test } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import { ensure } from '../../lib/assert.ts'
import { RecordStore } from '../keys/record-store.ts'
import type { Shape, ViewRequest } from '../protocol.ts'
import { FlowView } from './flow-view.ts'

const START = 1_790_000_010

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

function append(store: RecordStore, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const startTime = START + i * 15
    store.append(buildFlow({ sourceName: `web-${i >> 4}` }, { startTime, endTime: startTime + 15 }))
  }
}

test.each<Shape>(['groups', 'signatures', 'intervals'])(
  'evicted chunks and collected keys of %s are freed while their order is kept',
  async (shape) => {
    const store = new RecordStore({ budget: 40_000, live: true, chunkRows: 64 })
    const view = new FlowView(store)
    const request: ViewRequest = {
      shape,
      filter: ALL,
      time: null,
      sort: { column: 'attention', descending: true },
      offset: 0,
      limit: 50,
      selected: null,
      frozen: null,
      newSince: START,
      arrangement: 1,
      trendMeasure: 'conns',
    }
    append(store, 0, 128)
    const { total } = view.view(request, START)
    const chunk = new WeakRef(ensure(store.rows.chunks[0], 'there is a chunk'))
    const keys = new WeakRef(store.keys)
    append(store, 128, 4000)
    expect(store.holdings().evicted).toBeGreaterThan(128)
    const after = view.view(request, START)
    if (shape !== 'intervals') expect(after).toMatchObject({ total, waiting: expect.any(Number) })
    // A WeakRef holds its target until the turn in which it was made or read ends.
    await new Promise((resolve) => setImmediate(resolve))
    collectGarbage()
    expect(chunk.deref()).toBeUndefined()
    expect(keys.deref()).toBeUndefined()
    // The view is used after the collection, so that it was alive during it.
    expect(view.view(request, START).total).toBe(after.total)
  },
)
