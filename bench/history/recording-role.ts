/** A gateway's process that records: one cluster's stream goes into a history that is asked meanwhile. */
import process from 'node:process'
import { openCluster } from '../../server/bridge/served-cluster.ts'
import { openDuckDbHistory } from '../../server/history/duckdb/duckdb-history.ts'
import type { HistoryRange } from '../../server/history/history-store.ts'
import { ClusterRecording } from '../../server/history/writer/cluster-recording.ts'
import { HistoryKeeper } from '../../server/history/writer/history-keeper.ts'
import { silentLog } from '../../server/lib/log.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { roleArguments, serveRole } from '../gateway/processes.ts'
import { askScreen, selectionOf } from './history-questions.ts'

export interface RecordingArguments {
  /** Of the process in Goldmane's place. */
  readonly port: number
  readonly folder: string
  /** Bytes that DuckDB may take. */
  readonly memory: number
  /** What is asked: records that are there already. */
  readonly cluster: string
  readonly range: HistoryRange
}

export interface RecordingReport {
  /** Bytes of memory, now and at most until now. */
  readonly rss: number
  readonly peak: number
  /** Of JavaScript, and of its arrays. */
  readonly heap: number
  readonly arrays: number
  /** Records that were stored. */
  readonly stored: number
  readonly dropped: number
}

export async function runRecording(): Promise<void> {
  const { port, folder, memory, cluster, range } = roleArguments() as unknown as RecordingArguments // as the bench wrote them
  const context = { log: silentLog, clock: systemClock }
  const store = openDuckDbHistory(folder, { memory })
  await store.open()
  const { ring, follower } = openCluster({
    ...context,
    name: 'live',
    upstream: { url: `http://127.0.0.1:${port}` },
  })
  // The records that are asked for are older than any days by default.
  const keeper = new HistoryKeeper({ ...context, store, days: 3650, hourDays: 3650, maxBytes: null })
  const options = { ...context, store, keeper, ring, follower }
  const recording = new ClusterRecording({ ...options, engine: 'duckdb', cluster: 'live' })
  serveRole(async ({ ask }): Promise<RecordingReport | null> => {
    if (ask === 'screen') {
      await askScreen(store, selectionOf(cluster, range))
      return null
    }
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
    const { rows, dropped } = recording.readings
    const peak = process.resourceUsage().maxRSS * 1024
    return { rss, peak, heap: heapUsed, arrays: arrayBuffers, stored: rows, dropped }
  })
}
