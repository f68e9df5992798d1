/** The load of `history-scale`: clusters that are written at once. */
import process from 'node:process'
import type { Bucket, HistoryRange, HistoryStore } from '../../server/history/history-store.ts'
import { DAY_OF_7_MILLION, HistoryTraffic } from './history-rows.ts'

const BUCKET = 15
export const HOUR = 3600
/** Two minutes of buckets. */
const TIMES_AT_ONCE = 8

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
   * Puts the buckets of a range, those of {@link TIMES_AT_ONCE} times of all clusters at once: as recorders do that catch up. The
   * time in which buckets are made does not count.
   */
  async write(store: HistoryStore, { from, to }: HistoryRange): Promise<Writing> {
    const groups: { rows: number; ms: number; cpu: number }[] = []
    const putMs: number[] = []
    for (let start = from; start < to; start += TIMES_AT_ONCE * BUCKET) {
      const end = Math.min(to, start + TIMES_AT_ONCE * BUCKET)
      const buckets = this.#buckets(start, end)
      const [began, usage] = [performance.now(), process.cpuUsage()]
      await Promise.all(
        buckets.map(async (bucket) => {
          const outcome = await store.put(bucket)
          if (outcome !== 'stored') throw new Error(`a new bucket is ${outcome}`)
          putMs.push(performance.now() - began)
        }),
      )
      const { user, system } = process.cpuUsage(usage)
      const rows = sum(buckets.map(({ entries }) => entries.length))
      groups.push({ rows, ms: performance.now() - began, cpu: user + system })
    }
    const quarter = Math.ceil(groups.length / 4)
    const rowsOf = (part: typeof groups) => sum(part.map(({ rows }) => rows))
    const rate = (part: typeof groups) => (rowsOf(part) / sum(part.map(({ ms }) => ms))) * 1000
    const later = groups.slice(quarter)
    return {
      rows: rowsOf(groups),
      putMs,
      rate: rate(later),
      firstRate: rate(groups.slice(0, quarter)),
      cpu: sum(later.map(({ cpu }) => cpu)) / rowsOf(later),
    }
  }

  #buckets(from: number, to: number): readonly Bucket[] {
    const buckets: Bucket[] = []
    for (let start = from; start < to; start += BUCKET)
      for (const traffic of this.#traffics) buckets.push(traffic.bucket(start))
    return buckets
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
