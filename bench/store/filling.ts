/** Stores for the benchmarks, and records to fill them with. */
import type { Flow } from '../../src/flows/flow.ts'
import { RecordStore } from '../../src/store/keys/record-store.ts'
import { measure } from '../timing.ts'
import type { Traffic } from '../traffic.ts'

/** So large that nothing is evicted. */
const AMPLE_BUDGET_BYTES = 4 * 2 ** 30

export function emptyStore(live: boolean): RecordStore {
  return new RecordStore({ budget: AMPLE_BUDGET_BYTES, live })
}

/** Milliseconds to append all records. */
export function fill(store: RecordStore, { rows, flow }: Traffic): number {
  return measure(() => {
    for (let i = 0; i < rows; i++) store.append(flow(i))
  })
}

/** Returns what makes records of keys that are not in the traffic, each of another one. */
export function newKeysIn({ flow, rows }: Traffic): () => Flow {
  let made = 0
  return () => {
    const like = flow(rows - 1 - made)
    return { ...like, key: { ...like.key, sourceName: `newcomer-${made++ >> 1}-*` } }
  }
}
