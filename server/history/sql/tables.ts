/**
 * The tables of the history, as both engines have them. Their DDL is each engine's own; statements of this room use these
 * names.
 *
 * `keys` has a row for each entry of a cluster: `cluster`, `id` (the entry), `grp`, `sig`, `conv`, the columns of
 * src/filter/plan/key-column.ts, `folded`, and `body`, from which the key comes back. No question asks for `conv`, the hash of the
 * conversation: it stays because other columns would be another form of the files. DuckDB has its dense number as `k` besides.
 *
 * Facts are records: `cluster`, `t` (start), `s` (seconds), `k` (of the entry), `act` (code of the action) and the counters, which
 * are null where they are not recorded. Those of the roll-up have `n` (records), `first` and `last` besides, and `t` is the hour.
 */
import { ACTIONS, type Action, type Counters } from '../../../src/flows/flow.ts'
import { unreachable } from '../../../src/lib/assert.ts'
import type { HistorySelection } from '../history-store.ts'
import { type Operand, sql, type SqlText, verbatim } from './sql-text.ts'
import type { Dialect } from './dialect.ts'

/** The columns of the counters, in the order of the tables. */
export const COUNTER_COLUMNS = {
  packetsIn: 'pi',
  packetsOut: 'po',
  bytesIn: 'bi',
  bytesOut: 'bo',
  numConnectionsStarted: 'cs',
  numConnectionsCompleted: 'cc',
  numConnectionsLive: 'cl',
} as const satisfies Record<keyof Counters, string>

/** The code of an action that this version does not know: its text is in `keys`. */
export const OTHER_ACTION = 255

export function actionCode(action: Action): number {
  const code = (ACTIONS as readonly string[]).indexOf(action)
  return code < 0 ? OTHER_ACTION : code
}

export const HOUR_SECONDS = 3600

/** Where the records of a question are read. */
export interface FactSource {
  readonly dialect: Dialect
  /** What the columns `cluster` have for this cluster. */
  readonly cluster: Operand
  /** What can stand after `from`, with the columns of facts. */
  readonly facts: SqlText
  readonly keys: SqlText
  /** Which of the facts count, where not all do: a condition. */
  readonly isHeld?: SqlText
  readonly grain: HistorySelection['grain']
}

/** How often, when first and when last: over facts of a grain, as aggregates. */
export function extentOf({ dialect, grain }: FactSource): Record<'n' | 'first' | 'last', SqlText> {
  switch (grain) {
    case 'raw':
      // As seconds after the aggregate, which is once for a group and not for each record.
      return { n: sql`count(*)`, first: dialect.seconds(sql`min(t)`), last: dialect.seconds(sql`max(t + s)`) }
    case 'hour':
      return { n: sql`sum(n)`, first: sql`min(first)`, last: sql`max(last)` }
    default:
      return unreachable(grain, 'grain')
  }
}

/** The end of a fact in Unix seconds. */
export function endOf({ dialect, grain }: FactSource): SqlText {
  return grain === 'hour' ? verbatim('last') : sql`(${dialect.seconds(verbatim('t'))} + s)`
}
