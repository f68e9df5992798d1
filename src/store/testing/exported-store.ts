/** What tests and benchmarks of exports begin with: a store of some records, and a view of all of them. */
import { ALL } from '../../filter/tree/expression.ts'
import type { Flow } from '../../flows/flow.ts'
import { RecordStore } from '../keys/record-store.ts'
import type { ViewRequest } from '../protocol.ts'

/** So large that nothing is evicted. */
const AMPLE_BUDGET_BYTES = 4 * 2 ** 30

/** A store that holds these records. `chunkRows` as the store has it, where a test needs more than one chunk. */
export function storeOf(
  flows: readonly Flow[],
  { live = false, chunkRows }: { readonly live?: boolean; readonly chunkRows?: number } = {},
): RecordStore {
  const chunks = chunkRows === undefined ? {} : { chunkRows }
  const store = new RecordStore({ budget: AMPLE_BUDGET_BYTES, live, ...chunks })
  for (const flow of flows) store.append(flow)
  return store
}

/** A view of all records, one a row. */
export const WHOLE_VIEW = {
  shape: 'intervals',
  filter: ALL,
  time: null,
  sort: { column: 'seen', descending: true },
  offset: 0,
  limit: 0,
  selected: null,
  frozen: null,
  newSince: null,
  arrangement: null,
  trendMeasure: 'records',
} as const satisfies ViewRequest

/** What watches an export that nobody cancels, in the shape of the worker's `ExportWatch`. */
export const UNWATCHED = {
  signal: new AbortController().signal,
  onProgress: () => {},
  clock: () => 0,
} as const
