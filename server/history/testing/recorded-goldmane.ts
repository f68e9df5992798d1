/** For tests of the recorder: an in-memory Goldmane that is followed over HTTP/2, and recorded into a store. */
import { onTestFinished } from 'vitest'
import { ALL } from '../../../src/filter/tree/expression.ts'
import { type FollowedOptions, startFollowed } from '../../testing/followed-goldmane.ts'
import type { HistoryStore, RecordPage } from '../history-store.ts'
import { makeExclusive } from '../writer/exclusively.ts'
import { HistoryRecorder } from '../writer/history-recorder.ts'
import { StoredIndex } from '../writer/stored-index.ts'
import { MemoryHistory } from './memory-history.ts'

const CLUSTER = 'prod'

export interface RecordedOptions extends Omit<FollowedOptions, 'onGapStays'> {
  readonly store?: HistoryStore
  /** Whether another gateway writes the store too. */
  readonly isShared?: boolean
}

/** Follows and records. All ends with the test, or with `stop`, as when the gateway ends. */
export async function startRecorded({
  store = new MemoryHistory(),
  isShared = false,
  ...options
}: RecordedOptions = {}) {
  let recorder: HistoryRecorder | null = null
  const followed = await startFollowed({
    ...options,
    onGapStays: (ranges, why) => recorder?.onGapStays(ranges, why),
  })
  const { ring, follower, clock, upstream } = followed
  const index = new StoredIndex({ store, cluster: CLUSTER, isShared, clock })
  const started = new HistoryRecorder({
    store,
    cluster: CLUSTER,
    index,
    exclusively: makeExclusive(),
    ring,
    follower,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    clock,
    random: () => 0.5,
  })
  recorder = started
  const stop = async (graceMs = 5000) => {
    await started.close(graceMs)
    await follower.close()
    upstream.close()
  }
  onTestFinished(() => stop(0))
  return { ...followed, store, index, recorder: started, stop }
}

/** The records that a store has of the cluster, as `start/port`, sorted; what is stored twice is there twice. */
export async function storedIn(store: HistoryStore): Promise<string[]> {
  const stored: string[] = []
  for await (const { starts, keyIndexes, page } of pagesOf(store)) {
    for (const [row, start] of starts.entries()) stored.push(`${start}/${page[keyIndexes[row] ?? 0]}`)
  }
  return stored.sort()
}

async function* pagesOf(store: HistoryStore): AsyncIterable<RecordPage & { readonly page: number[] }> {
  const range = { from: 0, to: 4e9 }
  const selection = { cluster: CLUSTER, range, filter: ALL, namespaces: 'all', grain: 'raw' } as const
  const { signal } = new AbortController()
  const limits = { maxRows: 1e9, maxMs: 60_000, maxMemory: 2 ** 30, signal }
  const ports: number[] = []
  for await (const page of store.records(selection, { step: 15 }, limits)) {
    ports.push(...page.keys.map(({ key }) => key.destPort))
    yield { ...page, page: ports }
  }
}

/** The gaps that a store has of the cluster. */
export function gapsIn(store: HistoryStore) {
  return store.gaps(CLUSTER, { from: 0, to: 4e9 })
}
