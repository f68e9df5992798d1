/**
 * Which entries ClickHouse has, with the codes of their actions: so that keys are sent once, and then so seldom that they outlive their
 * records.
 */
import type { Action } from '../../../src/flows/flow.ts'
import type { EntryId } from '../history-store.ts'
import { CLICKHOUSE } from '../sql/dialect.ts'
import { count, sql, statementOf, text, verbatim } from '../sql/sql-text.ts'
import { actionCode } from '../sql/tables.ts'
import type { ClickHouseConnection } from './clickhouse-connection.ts'

/** A key is sent again after so many days; the tables keep it for twice as long after it was sent. */
const RESEND_DAYS = 30
/** Of one cluster, about 60 MB; with more, those that came first are forgotten and sent again. */
const MAX_KNOWN = 1_000_000
const DAY_SECONDS = 86_400

interface Known {
  /** Unix days: entries are known for records from here on, {@link RESEND_DAYS} long. */
  readonly day: number
  readonly actions: Map<EntryId, number>
}

export class KnownEntries {
  readonly #connection: ClickHouseConnection
  readonly #known = new Map<string, Known>()

  constructor(connection: ClickHouseConnection) {
    this.#connection = connection
  }

  /**
   * The codes of the actions of entries that are held. Those that it lacks are to be sent with records of this time, and then to be added to
   * it with {@link add}.
   */
  async of(cluster: string, time: number): Promise<ReadonlyMap<EntryId, number>> {
    const day = Math.floor(time / DAY_SECONDS)
    const held = this.#known.get(cluster)
    if (held !== undefined && day >= held.day && day < held.day + RESEND_DAYS) return held.actions
    const known = { day, actions: await this.#read(cluster, day) }
    this.#known.set(cluster, known)
    return known.actions
  }

  /** The keys of these entries were stored. */
  add(cluster: string, added: ReadonlyMap<EntryId, number>): void {
    const known = this.#known.get(cluster)
    if (known === undefined) return
    for (const [entry, action] of added) known.actions.set(entry, action)
    let surplus = known.actions.size - MAX_KNOWN
    for (const entry of known.actions.keys()) {
      if (surplus-- <= 0) break
      known.actions.delete(entry)
    }
  }

  async #read(cluster: string, day: number): Promise<Map<EntryId, number>> {
    const keys = verbatim(this.#connection.table('keys'))
    const statement = sql`select id, any(action) as key_action from ${keys} where cluster = ${text(cluster)}
      and day >= toDate(${count(day)}) and day < toDate(${count(day + RESEND_DAYS)}) group by id order by max(day) desc limit ${count(MAX_KNOWN)}`
    const actions = new Map<EntryId, number>()
    for await (const rows of this.#connection.batches(statementOf(statement, CLICKHOUSE)))
      // The column has texts of actions.
      for (const row of rows)
        actions.set(BigInt(String(row['id'])), actionCode(String(row['key_action']) as Action))
    return actions
  }
}
