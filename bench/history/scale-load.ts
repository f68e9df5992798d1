/** The load of `history-scale`: clusters that are written at once. */
import process from 'node:process'
import type { Bucket, HistoryRange, HistoryStore } from '../../server/history/history-store.ts'
import { DAY_OF_7_MILLION, HistoryTraffic } from './history-rows.ts'

const BUCKET = 15
export const HOUR = 3600
/** What a recorder puts at once: see server/history/writer/history-recorder.ts. */
const ROWS_AT_ONCE = 40_000

export interface Writing {
  readonly rows: number
  /** Of each bucket, until it is stored. */
  readonly putMs: readonly number[]
  /** Rows a second after the first quarter, and in it, when most keys are new. */
  readonly rate: number
  readonly firstRate: number
  /** Microseconds of processor time for each row after the first quarter, of this process with the engine's threads in it. */
  readonly cpu: number
}

/** The synthetic clusters, each with a traffic of its own. */
export class Load {
  readonly #traffics: readonly HistoryTraffic[]
  readonly clusters: readonly string[]

  constructor(clusters: number) {
    this.clusters = Array.from({ length: clusters }, (_, i) => `bench-${i + 1}`)
    this.#traffics = this.clusters.map(
      (cluster, i) => new HistoryTraffic({ ...DAY_OF_7_MILLION, cluster, seed: 17 + i }),
    )
  }

  get keys(): number {
    return this.#traffics.reduce((sum, { made }) => sum + made, 0)
  }

  /**
   * Puts the buckets of a range, the clusters beside each other, as recorders do that catch up. The time in which buckets are made, an hour
   * of them beforehand, does not count.
   */
  async write(store: HistoryStore, { from, to }: HistoryRange): Promise<Writing> {
    const groups: { rows: number; ms: number; cpu: number }[] = []
    const putMs: number[] = []
    for (let start = from; start < to; start += HOUR) {
      const clusters = this.#buckets(start, Math.min(to, start + HOUR))
      const [began, usage] = [performance.now(), process.cpuUsage()]
      await Promise.all(clusters.map((buckets) => putAll(store, buckets, putMs)))
      const { user, system } = process.cpuUsage(usage)
      const rows = rowsOf(clusters.flat())
      groups.push({ rows, ms: performance.now() - began, cpu: user + system })
    }
    const quarter = Math.ceil(groups.length / 4)
    const rowsIn = (part: typeof groups) => sum(part.map(({ rows }) => rows))
    const rate = (part: typeof groups) => (rowsIn(part) / sum(part.map(({ ms }) => ms))) * 1000
    const later = groups.slice(quarter)
    return {
      rows: rowsIn(groups),
      putMs,
      rate: rate(later),
      firstRate: rate(groups.slice(0, quarter)),
      cpu: sum(later.map(({ cpu }) => cpu)) / rowsIn(later),
    }
  }

  /** Those of each cluster. */
  #buckets(from: number, to: number): readonly (readonly Bucket[])[] {
    const starts = Array.from({ length: Math.ceil((to - from) / BUCKET) }, (_, i) => from + i * BUCKET)
    return this.#traffics.map((traffic) => starts.map((start) => traffic.bucket(start)))
  }
}

async function putAll(store: HistoryStore, buckets: readonly Bucket[], putMs: number[]): Promise<void> {
  for (let at = 0; at < buckets.length;) {
    let [end, rows] = [at, 0]
    while (end < buckets.length && rows < ROWS_AT_ONCE) rows += buckets[end++]?.entries.length ?? 0
    const began = performance.now()
    const put = async (bucket: Bucket) => {
      const outcome = await store.put(bucket)
      if (outcome !== 'stored') throw new Error(`a new bucket is ${outcome}`)
      putMs.push(performance.now() - began)
    }
    await Promise.all(buckets.slice(at, end).map(put))
    at = end
  }
}

const rowsOf = (buckets: readonly Bucket[]): number => sum(buckets.map(({ entries }) => entries.length))

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
