/** The load of `history-scale`: clusters that are written at once, and the screen that is asked of one of them. */
import process from 'node:process'
import type { HistoryLimits, HistoryRange, HistoryStore } from '../../server/history/history-store.ts'
import { ALL } from '../../src/filter/tree/expression.ts'
import { DAY_OF_7_MILLION, HistoryTraffic } from './history-rows.ts'

const BUCKET = 15
export const HOUR = 3600

/** Bounds of the engine's own that no figure is about. */
function limits(signal: AbortSignal): HistoryLimits {
  return { maxRows: 2_000_000_000, maxMs: 120_000, maxMemory: 1_000_000_000, signal }
}

export interface Writing {
  readonly rows: number
  /** Of each bucket, in their order. */
  readonly putMs: readonly number[]
  /** Rows a second of the time of `put`, without the making of buckets. */
  readonly rate: number
  /** Microseconds of processor time of `put`, the engine's threads included, for each row. */
  readonly cpu: number
  /** The same in the last quarter by that of the first. */
  readonly lastByFirst: number
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

  /** Puts the buckets of a range, those of one time for all clusters after one another. */
  async write(store: HistoryStore, { from, to }: HistoryRange): Promise<Writing> {
    const putMs: number[] = []
    const rowCounts: number[] = []
    let cpu = 0
    for (let start = from; start < to; start += BUCKET) {
      for (const traffic of this.#traffics) {
        const bucket = traffic.bucket(start)
        const [began, usage] = [performance.now(), process.cpuUsage()]
        const outcome = await store.put(bucket)
        putMs.push(performance.now() - began)
        const { user, system } = process.cpuUsage(usage)
        cpu += user + system
        if (outcome !== 'stored') throw new Error(`a new bucket is ${outcome}`)
        rowCounts.push(bucket.entries.length)
      }
    }
    const quarter = Math.ceil(putMs.length / 4)
    const rate = (begin: number, end?: number) =>
      (sum(rowCounts.slice(begin, end)) / sum(putMs.slice(begin, end))) * 1000
    const rows = sum(rowCounts)
    return { rows, putMs, rate: rate(0), cpu: cpu / rows, lastByFirst: rate(-quarter) / rate(0, quarter) }
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** What the page asks at first: bars, five facets and the top groups of a cluster's range. Milliseconds. */
export async function askScreen(
  store: HistoryStore,
  cluster: string,
  range: HistoryRange,
  grain: 'raw' | 'hour',
  signal: AbortSignal,
): Promise<number> {
  const selection = { cluster, range, filter: ALL, namespaces: 'all', grain } as const
  const width = Math.max(BUCKET, Math.ceil((range.to - range.from) / 120 / BUCKET) * BUCKET)
  const began = performance.now()
  const bars = await store.query('histogram', { origin: range.from, width }, selection, limits(signal))
  const fields = ['action', 'src.ns', 'dst.ns', 'port', 'proto']
  await store.query('facets', { fields, top: 10 }, selection, limits(signal))
  await store.query('sets', { by: 'group', top: 50 }, selection, limits(signal))
  if (bars.rows.length === 0) throw new Error('the screen has no bars')
  return performance.now() - began
}

/** How many records an answer of records has, as rows of the roll-up. */
export async function countHours(store: HistoryStore, cluster: string, range: HistoryRange): Promise<number> {
  const selection = { cluster, range, filter: ALL, namespaces: 'all', grain: 'hour' } as const
  const { signal } = new AbortController()
  let rows = 0
  for await (const page of store.records(selection, { step: HOUR }, limits(signal)))
    rows += page.starts.length
  return rows
}
