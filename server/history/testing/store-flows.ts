/** Fills a history with flows, for tests that are about what is read of it. */
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { Flow, LabelledKey } from '../../../src/flows/flow.ts'
import { entryId } from '../entry-id.ts'
import type { Bucket, CounterColumns, EntryId, HistoryStore } from '../history-store.ts'

/** Stores the flows, of which no two may be of one entry in one bucket, as whole buckets. */
export async function storeFlows(
  store: HistoryStore,
  cluster: string,
  flows: readonly Flow[],
  version = 1,
): Promise<void> {
  const buckets = new Map<number, Flow[]>()
  for (const flow of flows) buckets.set(flow.startTime, [...(buckets.get(flow.startTime) ?? []), flow])
  for (const [start, inBucket] of buckets) await store.put(bucketOf(cluster, start, inBucket, version))
}

function bucketOf(cluster: string, start: number, flows: readonly Flow[], version: number): Bucket {
  const keys = new Map<EntryId, LabelledKey>()
  const rows = flows
    .map((flow) => ({ flow, entry: entryId(flow) }))
    .sort((a, b) => (a.entry < b.entry ? -1 : 1))
  for (const { flow, entry } of rows) keys.set(entry, flow)
  const columns = Object.fromEntries(
    COUNTER_NAMES.map((name) => [name, Float64Array.from(rows, ({ flow }) => flow[name] ?? Number.NaN)]),
  ) as unknown as CounterColumns // of these names
  return {
    ...columns,
    cluster,
    start,
    seconds: (flows[0]?.endTime ?? start + 15) - start,
    version,
    entries: BigUint64Array.from(rows, ({ entry }) => entry),
    keyOf: (entry) => {
      const { key, sourceLabels, destLabels } = keys.get(entry) as LabelledKey // asked of this bucket's alone
      return { key, sourceLabels, destLabels }
    },
  }
}
