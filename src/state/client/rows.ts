/** The rows that the worker sends for the table. Panels take these types from here, because they do not import the store. */
import type * as protocol from '../../store/protocol.ts'

/** What a table row stands for: a group, a signature (a group by port), or a 15 s record. */
export type Shape = protocol.Shape

/** What a row of an answer stands for; a key only in answers to questions. */
export type RowKind = protocol.RowKind

/** The order of the rows: a column, ascending or descending. */
export type Sort = protocol.Sort

/** A port that a row asked for. */
export type PortUse = protocol.PortUse

/** What deserves attention, in numbers. */
export type Summary = protocol.Summary

/** One row of the table: a key with its labels, and counters that are sums over the records that it stands for. */
export type Row = protocol.Row

/** The part of the rows that the table can show now, with the totals of all of them and the open row. */
export type TableWindow = protocol.TableWindow
