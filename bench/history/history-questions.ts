/** What the benchmarks ask a history. */
import type {
  HistoryLimits,
  HistoryRange,
  HistorySelection,
  HistoryStore,
} from '../../server/history/history-store.ts'
import { ALL } from '../../src/filter/tree/expression.ts'
import { barSeconds, BUCKET_SECONDS } from '../../src/flows/bucket.ts'

/** Wide bounds, since no figure is about them. */
const LIMITS: HistoryLimits = {
  maxRows: 2_000_000_000,
  maxMs: 120_000,
  maxMemory: 1_000_000_000,
  signal: new AbortController().signal,
}

/** All records of a cluster in a range, unless `more` has a filter. */
export function selectionOf(
  cluster: string,
  range: HistoryRange,
  more: Partial<HistorySelection> = {},
): HistorySelection {
  return { cluster, range, filter: ALL, namespaces: 'all', grain: 'raw', ...more }
}

/** The bars of a timeline, about 120: the same as the gateway asks for. */
export async function askHistogram(store: HistoryStore, selection: HistorySelection): Promise<void> {
  const step = selection.grain === 'hour' ? 3600 : BUCKET_SECONDS
  const width = barSeconds(selection.range, 120, step)
  const origin = Math.floor(selection.range.from / width) * width
  const { rows } = await store.query('histogram', { origin, width, step }, selection, LIMITS)
  if (rows.length === 0) throw new Error('the screen has no bars')
}

/** A whole screen: bars, five facets and the top groups. */
export async function askScreen(store: HistoryStore, selection: HistorySelection): Promise<void> {
  await askHistogram(store, selection)
  const fields = ['action', 'src.ns', 'dst.ns', 'port', 'proto']
  await store.query('facets', { fields, top: 10 }, selection, LIMITS)
  await store.query('sets', { by: 'group', top: 50 }, selection, LIMITS)
}

/** How many records there are, read one by one; `step` is that of their grain, in seconds. */
export async function countRecords(
  store: HistoryStore,
  selection: HistorySelection,
  step: number,
): Promise<number> {
  let rows = 0
  for await (const page of store.records(selection, { step }, LIMITS)) rows += page.starts.length
  return rows
}
