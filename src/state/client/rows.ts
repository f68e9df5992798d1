/** The rows that the worker sends for the table. Panels take these types from here, because they do not import the store. */
import type * as protocol from '../../store/protocol.ts'

/** What a table row stands for: a 15 s record, a flow key, or a signature. */
export type Shape = protocol.Shape

/** The order of the rows: a column, ascending or descending. */
export type Sort = protocol.Sort

/** One row of the table: a key with its labels, and counters that are sums over the records that it stands for. */
export type Row = protocol.Row

/** The part of the rows that the table can show now, with the totals of all of them and the open row. */
export type TableWindow = protocol.TableWindow
