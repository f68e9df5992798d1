/** Which buckets the files that are written to have, in memory: a question for each bucket would cost more than its records. */
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import type { Bucket } from '../history-store.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import type { Part } from './part-files.ts'

/** Seconds. No writer's bucket is longer. */
export const LONGEST_BUCKET = 3600
/** Days that are remembered; a day of one cluster has 5,760 buckets. */
const MAX_DAYS = 4

export interface HeldVersion {
  readonly seconds: number
  readonly version: number
  readonly rows: number
  /** Of a bucket of which damage took records: how many it had, or those that are left where that is not known. Null of a whole one. */
  readonly rowsBeforeDamage: number | null
}

export class HeldIndex {
  readonly #session: DuckDbSession
  /** By the catalog of the file, the one used last at the end. */
  readonly #days = new Map<string, Map<number, HeldVersion>>()

  constructor(session: DuckDbSession) {
    this.#session = session
  }

  /** The buckets of a day. Inside of the session's `write`. */
  async of({ catalog }: Part): Promise<Map<number, HeldVersion>> {
    const held = this.#days.get(catalog) ?? (await this.#read(catalog))
    this.#days.delete(catalog)
    this.#days.set(catalog, held)
    const [oldest] = this.#days.keys()
    if (this.#days.size > MAX_DAYS && oldest !== undefined) this.#days.delete(oldest)
    return held
  }

  /** After buckets were deleted, or were perhaps stored. */
  forget(): void {
    this.#days.clear()
  }

  async #read(catalog: string): Promise<Map<number, HeldVersion>> {
    const rows = await this.#session.rows(
      `select cluster, t, s, ver, n, null from ${catalog}.main.done union all select cluster, t, s, ver, n, coalesce(noted, n) from ${catalog}.main.partial`,
      [],
    )
    return new Map(
      rows.map(([cluster, start, seconds, version, n, before]) => [
        heldKey(Number(cluster), Number(start)),
        {
          seconds: Number(seconds),
          version: Number(version),
          rows: Number(n),
          rowsBeforeDamage: before === null ? null : Number(before),
        },
      ]),
    )
  }
}

export function heldKey(cluster: number, start: Bucket['start']): number {
  return cluster * 2 ** 32 + start
}

/** The buckets that overlap another one and do not begin with it, as they do where they are of another length. */
export function overlappingBuckets(
  held: ReadonlyMap<number, HeldVersion>,
  cluster: number,
  { start, seconds }: Pick<Bucket, 'start' | 'seconds'>,
): readonly HeldVersion[] {
  const overlapping: HeldVersion[] = []
  for (let other = start - LONGEST_BUCKET; other < start + seconds; other += BUCKET_SECONDS) {
    const found = other === start ? undefined : held.get(heldKey(cluster, other))
    if (found !== undefined && other + found.seconds > start) overlapping.push(found)
  }
  return overlapping
}
