/**
 * Which buckets are held, in which revision. ClickHouse writes the rows of a bucket neither at once nor on all shards at once, so a
 * bucket counts only after a row of the table `buckets` says that all of it is there; readers look at the revision that this row names.
 * A corrected bucket is another revision, beside the one that readers see meanwhile.
 *
 * Before a writer writes rows it claims a revision and looks whether another one has claimed the same: then it takes another one.
 * Of two writers that claim at once at least the later one sees both claims.
 */
import type { HeldBucket, HistoryRange } from '../history-store.ts'
import {
  count,
  ids,
  type Param,
  sql,
  type SqlText,
  statementOf,
  text,
  texts,
  verbatim,
} from '../sql/sql-text.ts'
import { CLICKHOUSE } from '../sql/dialect.ts'
import { HOUR_SECONDS } from '../sql/tables.ts'
import type { SqlRow } from '../sql/sums.ts'
import type { ClickHouseConnection } from './clickhouse-connection.ts'
import { HistoryError } from '../history-error.ts'
import { RowBinaryWriter } from './row-binary.ts'

/** In seconds: what a bucket of the ledger is of. */
export type Grain = 15 | typeof HOUR_SECONDS

interface BucketPlace {
  readonly cluster: string
  readonly start: number
}

/** A bucket in one version, as a writer has it. */
export interface LedgerBucket extends BucketPlace, HeldBucket {
  /** A hash of its rows: two buckets of one version that differ have two revisions. */
  readonly digest: bigint
}

/** A revision of a bucket that somebody wrote, or began to write. */
export interface BucketNote {
  readonly revision: number
  readonly version: number
  readonly digest: bigint
  readonly rows: number
  readonly isHeld: boolean
}

/** A bucket in the revision that its writer has claimed. */
export interface WrittenBucket {
  readonly bucket: LedgerBucket
  readonly revision: number
}

interface HeldRevision extends HeldBucket {
  readonly digest: bigint
}

/** The number of rows in buckets, their least start and their greatest end. */
export interface BucketExtent {
  readonly rows: number
  readonly first: number
  readonly last: number
}

const MAX_REVISION = 65_535
const MAX_CLAIMS = 20

export class BucketLedger {
  readonly #connection: ClickHouseConnection

  constructor(connection: ClickHouseConnection) {
    this.#connection = connection
  }

  /** The buckets of a range that are held, sorted by start. */
  async held(cluster: string, grain: Grain, range: HistoryRange): Promise<readonly HeldRevision[]> {
    const rows =
      await this.#rows(sql`select toUnixTimestamp(t) as held_t, argMax(s, ${order(grain)}) as held_s, argMax(ver, ${order(grain)}) as held_ver,
        argMax(rows, ${order(grain)}) as held_rows, argMax(digest, ${order(grain)}) as held_digest
      from ${this.#table} where ${this.#isHeld(text(cluster), grain, range)} group by t order by t`)
    return rows.map((row) => ({
      start: Number(row['held_t']),
      seconds: Number(row['held_s']),
      version: Number(row['held_ver']),
      rows: Number(row['held_rows']),
      digest: BigInt(String(row['held_digest'])),
    }))
  }

  /** The hours of a range with buckets that are held, a hash of which these are, and whether some of them may have been dropped. */
  async hours(
    cluster: string,
    range: HistoryRange,
  ): Promise<readonly { readonly hour: number; readonly digest: bigint; readonly isCut: boolean }[]> {
    const rows = await this.#rows(sql`${this.#hours(text(cluster), range)} order by hour`)
    return rows.map((row) => ({
      hour: Number(row['hour']),
      digest: BigInt(String(row['hour_digest'])),
      isCut: Number(row['is_cut']) === 1,
    }))
  }

  /** As a query, the same hours in order, and whether each was rolled up since it last changed. */
  rolledHours(cluster: Param, range: HistoryRange): SqlText {
    const rolled = sql`select toUnixTimestamp(t) as hour, argMax(digest, ${order(HOUR_SECONDS)}) as hour_digest
      from ${this.#table} where ${this.#isHeld(cluster, HOUR_SECONDS, range)} group by t`
    const both = sql`select hour, hour_digest, is_cut, 1 as is_recorded from (${this.#hours(cluster, range)})
      union all select hour, hour_digest, 0 as is_cut, 0 as is_recorded from (${rolled})`
    // Of an hour that retention has cut, the roll-up has more than the records that are left.
    return sql`select hour, count() = 2 and uniqExact(hour_digest) = 1 and max(is_cut) = 0 as is_rolled from (${both}) group by hour having max(is_recorded) = 1 order by hour`
  }

  /** As a query, the number of rows in the buckets of a range that are held. */
  rowsHeld(cluster: Param, grain: Grain, range: HistoryRange): SqlText {
    const held = sql`select argMax(rows, ${order(grain)}) as held_rows from ${this.#table} where ${this.#isHeld(cluster, grain, range)} group by t`
    return sql`select sum(held_rows) as all_rows from (${held})`
  }

  #hours(cluster: Param, range: HistoryRange): SqlText {
    const held = sql`select t as held_t, argMax(rev, ${order(15)}) as held_rev, argMax(ver, ${order(15)}) as held_ver
      from ${this.#table} where ${this.#isHeld(cluster, 15, range)} group by t`
    return sql`select toUnixTimestamp(toStartOfHour(held_t)) as hour, groupBitXor(sipHash64(held_t, held_rev, held_ver)) as hour_digest,
        hour < (${this.#droppedBefore(15)}) as is_cut
      from (${held}) group by hour`
  }

  /** So many rows of all clusters end before a time, and are not dropped yet. */
  async rowsBefore(grain: Grain, before: number): Promise<number> {
    const held = sql`select argMax(rows, ${order(grain)}) as held_rows from ${this.#table}
      where ${this.#isCounted(grain)} and toUnixTimestamp(t) + s <= ${count(before)} group by cluster, t`
    const [row] = await this.#rows(sql`select sum(held_rows) as all_rows from (${held})`)
    return Number(row?.['all_rows'] ?? 0)
  }

  /** Drops what ended before a time: readers see it no more. */
  async drop(grain: Grain, before: number): Promise<void> {
    const writer = new RowBinaryWriter(16)
    writer.uint16(grain)
    writer.uint32(before)
    await this.#connection.insert('dropped', writer.take())
  }

  /** What is held of a cluster, or of all for null; null where that is nothing. */
  async extent(grain: Grain, cluster: string | null): Promise<BucketExtent | null> {
    const ofCluster = cluster === null ? sql`true` : sql`cluster = ${text(cluster)}`
    const held = sql`select toUnixTimestamp(t) as held_t, max(toUnixTimestamp(t) + s) as held_end, argMax(rows, ${order(grain)}) as held_rows
      from ${this.#table} where ${ofCluster} and ${this.#isCounted(grain)} group by cluster, t`
    const [row] = await this.#rows(
      sql`select count() as buckets, sum(held_rows) as all_rows, min(held_t) as first_t, max(held_end) as last_end from (${held})`,
    )
    if (row === undefined || Number(row['buckets']) === 0) return null
    return { rows: Number(row['all_rows']), first: Number(row['first_t']), last: Number(row['last_end']) }
  }

  async clusters(): Promise<readonly string[]> {
    const rows = await this.#rows(
      sql`select distinct cluster from ${this.#table} where ${this.#isCounted(15)}`,
    )
    return rows.map((row) => String(row['cluster'])).sort()
  }

  /** Whether a fact belongs to a bucket that is held: a condition on its columns `t` and `rev`. */
  isOfHeld(cluster: Param, grain: Grain, range: HistoryRange): SqlText {
    // GLOBAL: read once, by the server that was asked, because a shard that lost a row of it would show half of a bucket.
    return sql`(t, rev) global in (select t, argMax(rev, ${order(grain)}) from ${this.#table} where ${this.#isHeld(cluster, grain, range)} group by t)`
  }

  /** What is noted of each bucket, in their order: the revisions that are whole, and those that somebody began. */
  async notesOf(grain: Grain, places: readonly BucketPlace[]): Promise<readonly (readonly BucketNote[])[]> {
    const clusters = texts([...new Set(places.map(({ cluster }) => cluster))])
    const starts = ids([...new Set(places.map(({ start }) => BigInt(start)))])
    const rows =
      await this.#rows(sql`select cluster, toUnixTimestamp(t) as noted_t, rev, ver, digest, max(rows) as noted_rows, max(${this.#isCounted(grain)}) as is_held
      from ${this.#table} where cluster in ${clusters} and grain = ${count(grain)} and t in arrayMap(x -> toDateTime(x, 'UTC'), ${starts})
      group by cluster, t, rev, ver, digest`)
    const notes = new Map<string, BucketNote[]>()
    for (const row of rows) {
      const name = nameOf({ cluster: String(row['cluster']), start: Number(row['noted_t']) })
      const of = notes.get(name) ?? []
      notes.set(name, of)
      of.push({
        revision: Number(row['rev']),
        version: Number(row['ver']),
        digest: BigInt(String(row['digest'])),
        rows: Number(row['noted_rows']),
        isHeld: Number(row['is_held']) === 1,
      })
    }
    return places.map((place) => notes.get(nameOf(place)) ?? [])
  }

  /**
   * Takes a revision for each bucket of which `notes` are noted, of different places: the one that it has already, when this
   * is another try, or one that nobody has.
   */
  async claim(
    grain: Grain,
    buckets: readonly LedgerBucket[],
    notes: readonly (readonly BucketNote[])[],
  ): Promise<readonly number[]> {
    const revisions: number[] = []
    let open: { readonly bucket: LedgerBucket; readonly index: number; readonly revision: number }[] = []
    for (const [index, bucket] of buckets.entries()) {
      const noted = notes[index] ?? []
      // One that another writer has claimed too, whose rows may be there by now, belongs to neither.
      const shared = new Set(noted.flatMap((each) => (isSame(each, bucket) ? [] : [each.revision])))
      const own = noted.find((each) => isSame(each, bucket) && !shared.has(each.revision))
      const revision = own?.revision ?? Math.max(-1, ...noted.map((each) => each.revision)) + 1
      revisions.push(revision)
      if (own === undefined) open.push({ bucket, index, revision })
    }
    for (let tries = 0; open.length > 0; tries++) {
      if (tries === MAX_CLAIMS || open.some(({ revision }) => revision > MAX_REVISION))
        throw new HistoryError('unavailable', 'Too many writers write the same bucket to ClickHouse at once')
      await this.#note(grain, open, false)
      const seen = await this.notesOf(
        grain,
        open.map(({ bucket }) => bucket),
      )
      open = open.flatMap((claim, i) => {
        const others = (seen[i] ?? []).filter((each) => !isSame(each, claim.bucket))
        const taken = new Set(others.map((each) => each.revision))
        revisions[claim.index] = claim.revision
        if (!taken.has(claim.revision)) return []
        // By chance, so that two who give way to each other do not meet again.
        return [{ ...claim, revision: Math.max(...taken) + 1 + Math.floor(Math.random() * 1000) }]
      })
    }
    return revisions
  }

  /** Says that all rows of these revisions are there. */
  async finish(grain: Grain, written: readonly WrittenBucket[]): Promise<void> {
    await this.#note(grain, written, true)
  }

  get #table(): SqlText {
    return verbatim(this.#connection.table('buckets'))
  }

  #isHeld(cluster: Param, grain: Grain, { from, to }: HistoryRange): SqlText {
    return sql`cluster = ${cluster} and ${this.#isCounted(grain)}
      and t >= toDateTime(${count(Math.max(0, from))}) and t < toDateTime(${count(Math.max(0, to))})`
  }

  #isCounted(grain: Grain): SqlText {
    return sql`grain = ${count(grain)} and done = 1 and toUnixTimestamp(t) + s > (${this.#droppedBefore(grain)})`
  }

  #droppedBefore(grain: Grain): SqlText {
    return sql`select max(before) from ${verbatim(this.#connection.table('dropped'))} where grain = ${count(grain)}`
  }

  async #note(grain: Grain, written: readonly WrittenBucket[], isDone: boolean): Promise<void> {
    const writer = new RowBinaryWriter(128 * written.length)
    for (const { bucket, revision } of written) {
      const { cluster, start, version, digest, seconds, rows } = bucket
      writer.text(cluster)
      writer.uint16(grain)
      writer.uint32(start)
      writer.uint16(revision)
      writer.uint64(BigInt(version))
      writer.uint64(digest)
      writer.uint32(seconds)
      writer.uint32(rows)
      writer.uint8(isDone ? 1 : 0)
    }
    await this.#connection.insert('buckets', writer.take())
  }

  #rows(statement: SqlText): Promise<readonly SqlRow[]> {
    return this.#connection.rows(statementOf(statement, CLICKHOUSE))
  }
}

/** Of what is noted of a bucket, what readers see; undefined when it is not held. */
export function heldOf(notes: readonly BucketNote[]): BucketNote | undefined {
  return notes
    .filter(({ isHeld }) => isHeld)
    .toSorted((a, b) => b.rows - a.rows || b.version - a.version)
    .at(0)
}

function nameOf({ cluster, start }: BucketPlace): string {
  return `${start} ${cluster}`
}

function isSame(note: BucketNote, bucket: LedgerBucket): boolean {
  return note.version === bucket.version && note.digest === bucket.digest
}

/** Which revision readers see: the one with most rows, and of these the newest; of hours, which are sums, the newest. */
function order(grain: Grain): SqlText {
  return grain === HOUR_SECONDS ? sql`ver` : sql`(rows, ver)`
}
