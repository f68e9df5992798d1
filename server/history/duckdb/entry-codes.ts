/**
 * The dense numbers that stand for entries in the files: the 8 random bytes of an id in each record would not compress. The numbers of
 * all clusters are from one count, and are never given again while a process runs.
 */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { assert } from '../../../src/lib/assert.ts'
import type { Bucket, EntryId } from '../history-store.ts'
import { KEY_COLUMN_LIST, type KeyRow, keyRowOf } from '../sql/key-columns.ts'
import { actionCode } from '../sql/tables.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import { fillAppenders } from './filled-appenders.ts'
import { KEYS_AT_ONCE } from './part-tables.ts'
import { type EntryCodeColumns, EntryCodeTable } from '../entry-code-table.ts'

/** Entries that are remembered. Where the file has more, those that are not are found by a scan of its ids. */
const MAX_REMEMBERED = 300_000
/** Rows of a chunk of new keys: few, so that what is made for them is garbage before V8 takes it for what stays. */
const ROWS_OF_CHUNK = 128

export interface BucketOfCluster {
  readonly cluster: number
  readonly bucket: Bucket
}

/** By cluster: entries, each with a bucket that knows its key. */
type UnknownEntries = ReadonlyMap<number, ReadonlyMap<EntryId, Bucket>>

export class EntryCodes {
  readonly #session: DuckDbSession
  readonly #maxRemembered: number
  readonly #known = new Map<number, EntryCodeTable>()
  #next = 0
  /** False after an error, which may have come when the keys were stored already. */
  #isNextSure = true
  /** Whether all entries of the file are remembered, so that another one is new. */
  #hasAll = false

  constructor(session: DuckDbSession, maxRemembered = MAX_REMEMBERED) {
    this.#session = session
    this.#maxRemembered = maxRemembered
  }

  async open(): Promise<void> {
    const [row] = await (await this.#session.writer.run('select max(k) from keys')).getRows()
    const next = row?.[0] === null || row === undefined ? 0 : Number(row[0]) + 1
    this.#next = Math.max(this.#next, next)
    this.#isNextSure = true
  }

  /** All codes that are stored are less. */
  get next(): number {
    return this.#next
  }

  /** The codes of each bucket's entries, in their order; entries that are new are stored first, in a transaction of their own. */
  async codesOf(buckets: readonly BucketOfCluster[]): Promise<readonly EntryCodeColumns[]> {
    if (this.#remembered() > this.#maxRemembered) this.forget()
    const columns = buckets.map(({ bucket: { entries } }) => ({
      ks: new Uint32Array(entries.length),
      actions: new Uint8Array(entries.length),
    }))
    let unknown = this.#fill(buckets, columns)
    if (unknown.size > 0 && !this.#hasAll) {
      await this.#find(unknown)
      unknown = this.#fill(buckets, columns)
    }
    if (unknown.size > 0) {
      await this.#store(unknown)
      unknown = this.#fill(buckets, columns)
    }
    assert(unknown.size === 0, 'a code for each entry')
    return columns
  }

  /** After keys were deleted. */
  forget(): void {
    this.#known.clear()
    this.#hasAll = false
  }

  #remembered(): number {
    let count = 0
    for (const { size } of this.#known.values()) count += size
    return count
  }

  #of(cluster: number): EntryCodeTable {
    const known = this.#known.get(cluster) ?? new EntryCodeTable()
    this.#known.set(cluster, known)
    return known
  }

  #fill(buckets: readonly BucketOfCluster[], columns: readonly EntryCodeColumns[]): UnknownEntries {
    const unknown = new Map<number, Map<EntryId, Bucket>>()
    for (const [i, { cluster, bucket }] of buckets.entries()) {
      const rows = this.#of(cluster).fill(bucket.entries, columns[i]!)
      if (rows.length === 0) continue
      const entries = unknown.get(cluster) ?? new Map<EntryId, Bucket>()
      unknown.set(cluster, entries)
      for (const row of rows) entries.set(bucket.entries[row]!, bucket)
    }
    return unknown
  }

  async #find(unknown: UnknownEntries): Promise<void> {
    const { api, writer } = this.#session
    const [held] = await this.#session.rows('select count(*) from keys', [])
    if (Number(held?.[0]) <= this.#maxRemembered) {
      this.forget()
      // Not as a stream, of which DuckDB's API hides an error after the first rows: keys that were missed would be stored again.
      const all = await writer.run('select cluster, id, k, action from keys')
      for (
        let rows = await all.fetchChunk();
        rows !== null && rows.rowCount > 0;
        rows = await all.fetchChunk()
      )
        for (const row of rows.getRows()) this.#remember(row)
      this.#hasAll = true
      return
    }
    for (const [cluster, entries] of unknown) {
      const found = await writer.run(
        'select cluster, id, k, action from keys where cluster = $1::usmallint and id in (select unnest($2::ubigint[]))',
        [cluster, api.listValue([...entries.keys()])],
        [api.USMALLINT, api.LIST(api.UBIGINT)],
      )
      for (const row of await found.getRows()) this.#remember(row)
    }
  }

  #remember([cluster, id, k, action]: readonly DuckDBValue[]): void {
    const known = this.#of(Number(cluster))
    const entry = id as bigint // the type of the column
    if (!known.has(entry)) known.add(entry, Number(k), actionCode(action as never))
  }

  /** In parts, because the keys of a cluster at a start take more memory at once than all else. */
  async #store(unknown: UnknownEntries): Promise<void> {
    for (const [cluster, entries] of unknown) {
      const all = [...entries]
      for (let from = 0; from < all.length; from += KEYS_AT_ONCE) {
        const part = all.slice(from, from + KEYS_AT_ONCE)
        await this.#storePart(cluster, part)
        // Until then DuckDB has them in memory, where they are several times as large as in the file.
        if (part.length === KEYS_AT_ONCE) await this.#session.writer.run('checkpoint')
      }
    }
  }

  async #storePart(cluster: number, entries: readonly (readonly [EntryId, Bucket])[]): Promise<void> {
    if (!this.#isNextSure) await this.open()
    const stored: (readonly [EntryId, number, number])[] = []
    const rows = this.#newRows(cluster, entries, (...row) => stored.push(row))
    try {
      await this.#session.transaction(async (connection) => appendKeys(this.#session, connection, rows))
    } catch (error) {
      this.#isNextSure = false
      this.forget()
      throw error
    }
    // Not before they are stored: a code that is remembered is in the file.
    this.#next += stored.length
    const known = this.#of(cluster)
    for (const row of stored) known.add(...row)
  }

  *#newRows(
    cluster: number,
    entries: readonly (readonly [EntryId, Bucket])[],
    onRow: (entry: EntryId, k: number, action: number) => void,
  ): Generator<DuckDBValue[]> {
    const { api } = this.#session
    let k = this.#next
    for (const [entry, { keyOf }] of entries) {
      const subject = keyOf(entry)
      onRow(entry, k, actionCode(subject.key.action))
      yield valuesOf(cluster, k, entry, keyRowOf(subject), (list) => api.listValue(list))
      k += 1
    }
  }
}

async function appendKeys(
  { api }: DuckDbSession,
  connection: DuckDBConnection,
  rows: Iterable<DuckDBValue[]>,
): Promise<void> {
  const appender = await connection.createAppender('keys')
  const types = await columnTypes(connection, 'keys')
  let waiting: DuckDBValue[][] = []
  // One for all: chunks are freed by the garbage collector, which does not know that each of these takes megabytes.
  const chunk = api.DuckDBDataChunk.create(types)
  const append = (): void => {
    chunk.reset()
    chunk.rowCount = waiting.length
    chunk.setRows(waiting)
    appender.appendDataChunk(chunk)
    waiting = []
  }
  fillAppenders([appender], () => {
    for (const row of rows) {
      waiting.push(row)
      if (waiting.length === ROWS_OF_CHUNK) append()
    }
    if (waiting.length > 0) append()
  })
}

async function columnTypes(connection: DuckDBConnection, table: string) {
  const result = await connection.run(`select * from ${table} limit 0`)
  return result.columnTypes()
}

function valuesOf(
  cluster: number,
  k: number,
  entry: EntryId,
  { grp, sig, conv, columns, folded, body }: KeyRow,
  listOf: (values: readonly DuckDBValue[]) => DuckDBValue,
): DuckDBValue[] {
  const values = KEY_COLUMN_LIST.map(({ column }): DuckDBValue => {
    const value = columns[column]
    return typeof value === 'object' ? listOf(value) : value
  })
  return [cluster, k, entry, grp, sig, conv, ...values, listOf(folded), body]
}
