/**
 * Which entries ClickHouse has, with the codes of their actions: so that keys are sent once, and then so seldom that they outlive their
 * records.
 */
import type { Action } from '../../../src/flows/flow.ts'
import { ensure } from '../../../src/lib/assert.ts'
import { type EntryCodeColumns, EntryCodeTable } from '../entry-code-table.ts'
import type { EntryId } from '../history-store.ts'
import { CLICKHOUSE } from '../sql/dialect.ts'
import { count, sql, statementOf, text, verbatim } from '../sql/sql-text.ts'
import { actionCode } from '../sql/tables.ts'
import type { ClickHouseConnection } from './clickhouse-connection.ts'

/** A key is sent again after so many days; the tables keep it for twice as long after it was sent. */
const RESEND_DAYS = 30
/** Of one cluster, about 50 MB; with more, those that have not come for long are forgotten and sent again. */
const MAX_KNOWN = 1_000_000
const DAY_SECONDS = 86_400

/** What is known of a cluster's entries: the codes of their actions. */
export class KnownOfCluster {
  /** Unix days: entries are known for records from here on, {@link RESEND_DAYS} long. */
  readonly day: number
  readonly #max: number
  #recent = new EntryCodeTable()
  /** Those of before the last half of {@link #max}, of which the ones that come again are recent again. */
  #older = new EntryCodeTable()

  constructor(day: number, max = MAX_KNOWN) {
    this.day = day
    this.#max = max
  }

  /** Fills in the codes of the actions of these entries. Returns the rows of those that are not known. */
  fill(entries: BigUint64Array, actions: Uint8Array): readonly number[] {
    const missing = this.#recent.fill(entries, columnsOf(actions))
    if (missing.length === 0 || this.#older.size === 0) return missing
    const asked = BigUint64Array.from(missing, (row) => ensure(entries[row], 'entry'))
    const found = new Uint8Array(asked.length)
    const unknown = new Set(this.#older.fill(asked, columnsOf(found)))
    return missing.filter((row, i) => {
      if (unknown.has(i)) return true
      const action = ensure(found[i], 'action')
      actions[row] = action
      this.add(ensure(asked[i], 'entry'), action)
      return false
    })
  }

  /** Notes an entry that is held now. */
  add(entry: EntryId, action: number): void {
    if (this.#recent.has(entry)) return
    if (this.#recent.size >= this.#max / 2) {
      this.#older = this.#recent
      this.#recent = new EntryCodeTable()
    }
    this.#recent.add(entry, 0, action)
  }
}

/** For a table of codes: entries have no numbers of their own here. */
function columnsOf(actions: Uint8Array): EntryCodeColumns {
  return { ks: new Uint32Array(actions.length), actions }
}

export class KnownEntries {
  readonly #connection: ClickHouseConnection
  readonly #known = new Map<string, KnownOfCluster>()

  constructor(connection: ClickHouseConnection) {
    this.#connection = connection
  }

  /** The entries of a cluster that are held for records of this time. Those that are sent with such records are to be added. */
  async of(cluster: string, time: number): Promise<KnownOfCluster> {
    const day = Math.floor(time / DAY_SECONDS)
    const held = this.#known.get(cluster)
    if (held !== undefined && day >= held.day && day < held.day + RESEND_DAYS) return held
    const known = await this.#read(cluster, day)
    this.#known.set(cluster, known)
    return known
  }

  async #read(cluster: string, day: number): Promise<KnownOfCluster> {
    const keys = verbatim(this.#connection.table('keys'))
    const statement = sql`select id, any(action) as key_action from ${keys} where cluster = ${text(cluster)}
      and day >= toDate(${count(day)}) and day < toDate(${count(day + RESEND_DAYS)}) group by id order by max(day) desc limit ${count(MAX_KNOWN)}`
    const known = new KnownOfCluster(day)
    for await (const rows of this.#connection.batches(statementOf(statement, CLICKHOUSE)))
      // The column has texts of actions.
      for (const row of rows)
        known.add(BigInt(String(row['id'])), actionCode(String(row['key_action']) as Action))
    return known
  }
}
