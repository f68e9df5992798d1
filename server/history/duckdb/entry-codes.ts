/**
 * The dense numbers that stand for entries in the files: the 8 random bytes of an id in each record would not compress. The numbers of
 * all clusters are from one count, and are never given again while a process runs.
 */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { ensure } from '../../../src/lib/assert.ts'
import type { Bucket, EntryId } from '../history-store.ts'
import { KEY_COLUMN_LIST, type KeyRow, keyRowOf } from '../sql/key-columns.ts'
import { actionCode } from '../sql/tables.ts'
import type { DuckDbSession } from './duckdb-session.ts'

/** Entries that are remembered, about 100 bytes each. Those that are forgotten are found by a scan of the ids. */
const MAX_REMEMBERED = 300_000

interface EntryCode {
  readonly k: number
  readonly action: number
}

/** One value for each row of a bucket. */
export interface EntryCodeColumns {
  readonly ks: Uint32Array
  readonly actions: Uint8Array
}

export class EntryCodes {
  readonly #session: DuckDbSession
  readonly #known = new Map<number, Map<EntryId, EntryCode>>()
  #remembered = 0
  #next = 0

  constructor(session: DuckDbSession) {
    this.#session = session
  }

  async open(): Promise<void> {
    const [row] = await (await this.#session.writer.run('select max(k) from keys')).getRows()
    this.#next = row?.[0] === null || row === undefined ? 0 : Number(row[0]) + 1
  }

  /** The codes of the bucket's entries, in their order; entries that are new are stored first, in a transaction of their own. */
  async codesOf(cluster: number, bucket: Bucket): Promise<EntryCodeColumns> {
    const { entries } = bucket
    if (this.#remembered > MAX_REMEMBERED) this.forget()
    const known = this.#of(cluster)
    const unknown = [...entries].filter((entry) => !known.has(entry))
    if (unknown.length > 0) await this.#find(cluster, unknown)
    const fresh = unknown.filter((entry) => !known.has(entry))
    if (fresh.length > 0) await this.#store(cluster, fresh, bucket)
    const ks = new Uint32Array(entries.length)
    const actions = new Uint8Array(entries.length)
    for (let row = 0; row < entries.length; row++) {
      const code = ensure(known.get(entries[row]!), 'code of an entry')
      ks[row] = code.k
      actions[row] = code.action
    }
    return { ks, actions }
  }

  /** After keys were deleted. */
  forget(): void {
    this.#known.clear()
    this.#remembered = 0
  }

  #of(cluster: number): Map<EntryId, EntryCode> {
    const known = this.#known.get(cluster) ?? new Map<EntryId, EntryCode>()
    this.#known.set(cluster, known)
    return known
  }

  #remember(cluster: number, entry: EntryId, code: EntryCode): void {
    this.#of(cluster).set(entry, code)
    this.#remembered += 1
  }

  async #find(cluster: number, entries: readonly EntryId[]): Promise<void> {
    const { api, writer } = this.#session
    const result = await writer.run(
      'select id, k, action from keys where cluster = $1::usmallint and id in (select unnest($2::ubigint[]))',
      [cluster, api.listValue([...entries])],
      [api.USMALLINT, api.LIST(api.UBIGINT)],
    )
    for (const [id, k, action] of await result.getRows()) {
      this.#remember(cluster, id as bigint, { k: Number(k), action: actionCode(action as never) })
    }
  }

  async #store(cluster: number, entries: readonly EntryId[], { keyOf }: Bucket): Promise<void> {
    const { api } = this.#session
    const stored: (readonly [EntryId, EntryCode])[] = []
    let next = this.#next
    await this.#session.transaction(async (connection) => {
      const appender = await connection.createAppender('keys')
      const types = await columnTypes(connection, 'keys')
      for (let from = 0; from < entries.length; from += 1024) {
        const rows = entries.slice(from, from + 1024).map((entry) => {
          const subject = keyOf(entry)
          const k = next
          next += 1
          stored.push([entry, { k, action: actionCode(subject.key.action) }])
          return valuesOf(cluster, k, entry, keyRowOf(subject), (list) => api.listValue(list))
        })
        const chunk = api.DuckDBDataChunk.create(types, rows.length)
        chunk.setRows(rows)
        appender.appendDataChunk(chunk)
      }
      appender.closeSync()
    })
    // Not before they are stored: a code that is remembered is in the file.
    this.#next = next
    for (const [entry, code] of stored) this.#remember(cluster, entry, code)
  }
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
