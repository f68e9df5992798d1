/** Buckets of made-up records, for tests of the history. */
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { Flow, LabelledKey } from '../../../src/flows/flow.ts'
import { ALL } from '../../../src/filter/tree/expression.ts'
import { ensure } from '../../../src/lib/assert.ts'
import { entryId } from '../entry-id.ts'
import type {
  Bucket,
  CounterColumns,
  EntryId,
  HistoryLimits,
  HistorySelection,
  HistoryStore,
} from '../history-store.ts'

/** The bucket of these records; of two records of one entry the last one counts. Their own times do not. */
export function bucketOf(
  bucket: Pick<Bucket, 'cluster' | 'start'> & Partial<Pick<Bucket, 'seconds' | 'version'>>,
  flows: readonly Flow[],
): Bucket {
  const byEntry = new Map(flows.map((flow) => [entryId(flow), flow]))
  const entries = BigUint64Array.from(byEntry.keys()).sort()
  const flowOf = (entry: EntryId): Flow => ensure(byEntry.get(entry), 'entry of the bucket')
  const columns = COUNTER_NAMES.map((name) => [
    name,
    Float64Array.from(entries, (entry) => flowOf(entry)[name] ?? Number.NaN),
  ])
  return {
    seconds: 15,
    version: 1,
    ...bucket,
    ...(Object.fromEntries(columns) as unknown as CounterColumns), // one column for each counter
    entries,
    keyOf(entry): LabelledKey {
      const { key, sourceLabels, destLabels } = flowOf(entry)
      return { key, sourceLabels, destLabels }
    },
  }
}

/** Everything that a cluster has, unless said otherwise. */
export function selectionOf(cluster: string, selection: Partial<HistorySelection> = {}): HistorySelection {
  return {
    cluster,
    range: { from: 0, to: 4_000_000_000 },
    filter: ALL,
    namespaces: 'all',
    grain: 'raw',
    ...selection,
  }
}

/** Limits that no test reaches, unless said otherwise. */
export function limitsOf(limits: Partial<HistoryLimits> = {}): HistoryLimits {
  return {
    maxRows: 1_000_000,
    maxMs: 60_000,
    maxMemory: 1_000_000_000,
    signal: new AbortController().signal,
    ...limits,
  }
}

/** The records of a selection, as flows in their order. */
export async function recordsOf(
  store: HistoryStore,
  selection: HistorySelection,
  step = 15,
  limits: HistoryLimits = limitsOf(),
): Promise<readonly Flow[]> {
  const keys: LabelledKey[] = []
  const flows: Flow[] = []
  for await (const page of store.records(selection, { step }, limits)) {
    keys.push(...page.keys)
    for (const [row, index] of page.keyIndexes.entries()) {
      const startTime = ensure(page.starts[row], 'start')
      const counters = COUNTER_NAMES.map((name) => {
        const value = ensure(page[name][row], name)
        return [name, Number.isNaN(value) ? null : value]
      })
      flows.push({
        ...ensure(keys[index], 'key of the record'),
        startTime,
        endTime: startTime + ensure(page.seconds[row], 'seconds'),
        ...(Object.fromEntries(counters) as Record<(typeof COUNTER_NAMES)[number], number | null>), // of these names
      })
    }
  }
  return flows
}
