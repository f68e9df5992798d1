/** Makes flows of the columns of one row group. */
import type { Flow } from '../../flows/flow.ts'
import { formatCount } from '../../lib/format.ts'
import { countOrNullOf, FieldError, isObject, type Json } from '../format/json-fields.ts'
import { timeOf } from '../format/json-time.ts'
import { placelessRefusal, type Refusal } from '../format/refusal.ts'
import type { ColumnValues } from './column-values.ts'
import { type Columns, valueAt } from './key-at.ts'
import { MEMBERS_COLUMN } from './parquet-columns.ts'
import { parsedJson, plainNumber } from './plain-values.ts'
import { type Entry, reasonOf, type RowEntries } from './row-entries.ts'

/** What rows are made of a group at once: one by one they would pass through generators a million times. */
const PIECE_FLOWS = 100

export type ParquetRows =
  | {
      readonly is: 'flows'
      readonly flows: readonly Flow[]
      /** How many of their enum values are outside the enums that we know. */
      readonly unknown: number
      /** Of each of the flows; empty where none of them has any. */
      readonly unknownMembers: readonly (Json | null)[]
    }
  | { readonly is: 'refused'; readonly refusal: Refusal }

/**
 * Gives the rows in their order. What is wrong with a value costs its rows alone. `first`: the number of the first record
 * in the file.
 */
export function* groupFlows(
  columns: Columns,
  rows: number,
  entries: RowEntries,
  first: number,
): Generator<ParquetRows> {
  const values = new RowValues(columns)
  const members = new UnknownMembers(columns.get(MEMBERS_COLUMN))
  let row = 0
  while (row < rows) {
    const flows: Flow[] = []
    const unknownMembers: (Json | null)[] = []
    let unknown = 0
    let fault: string | null = null
    while (row < rows && flows.length < PIECE_FLOWS && fault === null) {
      const entry = entries.at(row)
      if ('reason' in entry) fault = entry.reason
      else
        try {
          const flow = values.flowAt(row, entry.value)
          if (!members.areNone) unknownMembers.push(members.at(row))
          flows.push(flow)
          unknown += entry.value.unknown
        } catch (error) {
          fault = reasonOf(error)
        }
      row++
    }
    if (flows.length > 0) yield { is: 'flows', flows, unknown, unknownMembers }
    if (fault !== null) {
      const reason = `Record ${formatCount(first + row - 1)} cannot be read: ${fault}`
      yield { is: 'refused', refusal: placelessRefusal(reason) }
    }
  }
}

/** The times and counters of rows. */
class RowValues {
  readonly #startTime: Times
  readonly #endTime: Times
  readonly #packetsIn: Counts
  readonly #packetsOut: Counts
  readonly #bytesIn: Counts
  readonly #bytesOut: Counts
  readonly #started: Counts
  readonly #completed: Counts
  readonly #live: Counts

  constructor(columns: Columns) {
    const times = (name: string) => new Times(columns.get(name), name)
    const counts = (name: string) => new Counts(columns.get(name), name)
    this.#startTime = times('start_time')
    this.#endTime = times('end_time')
    this.#packetsIn = counts('packets_in')
    this.#packetsOut = counts('packets_out')
    this.#bytesIn = counts('bytes_in')
    this.#bytesOut = counts('bytes_out')
    this.#started = counts('num_connections_started')
    this.#completed = counts('num_connections_completed')
    this.#live = counts('num_connections_live')
  }

  /** Throws a FieldError. */
  flowAt(row: number, { key, sourceLabels, destLabels }: Entry): Flow {
    return {
      key,
      startTime: this.#startTime.at(row),
      endTime: this.#endTime.at(row),
      sourceLabels,
      destLabels,
      packetsIn: this.#packetsIn.at(row),
      packetsOut: this.#packetsOut.at(row),
      bytesIn: this.#bytesIn.at(row),
      bytesOut: this.#bytesOut.at(row),
      numConnectionsStarted: this.#started.at(row),
      numConnectionsCompleted: this.#completed.at(row),
      numConnectionsLive: this.#live.at(row),
    }
  }
}

class Times {
  readonly #column: ColumnValues | undefined
  readonly #field: string
  readonly #numbers: Float64Array | null
  /** Records of one time follow each other. */
  #last = 0
  #lastTime = 0

  constructor(column: ColumnValues | undefined, field: string) {
    this.#column = column
    this.#field = field
    this.#numbers = column?.numbers() ?? null
  }

  at(row: number): number {
    const number = this.#numbers?.[row]
    if (number === undefined || Number.isNaN(number))
      return timeOf(plainNumber(valueAt(this.#column, row)), this.#field)
    if (number !== this.#last) {
      this.#lastTime = timeOf(number, this.#field)
      this.#last = number
    }
    return this.#lastTime
  }
}

class Counts {
  readonly #column: ColumnValues | undefined
  readonly #field: string
  /** All values where each is a counter, or NaN for null. */
  readonly #counts: Float64Array | null

  constructor(column: ColumnValues | undefined, field: string) {
    this.#column = column
    this.#field = field
    const numbers = column?.numbers() ?? null
    this.#counts = numbers?.every(isCountOrNull) === true ? numbers : null
  }

  at(row: number): number | null {
    const count = this.#counts?.[row]
    if (count !== undefined) return Number.isNaN(count) ? null : count
    const value = valueAt(this.#column, row)
    return value === null || value === undefined ? null : countOrNullOf(plainNumber(value), this.#field)
  }
}

function isCountOrNull(number: number): boolean {
  return (Number.isSafeInteger(number) && number >= 0) || Number.isNaN(number)
}

class UnknownMembers {
  readonly #column: ColumnValues | undefined
  readonly areNone: boolean
  readonly #known = new Map<unknown, Json>()

  constructor(column: ColumnValues | undefined) {
    this.#column = column
    this.areNone = column === undefined || column.isEmpty
  }

  /** Throws a FieldError. */
  at(row: number): Json | null {
    const value = valueAt(this.#column, row)
    if (value === null || value === undefined || value === '') return null
    let members = this.#known.get(value)
    if (members === undefined) {
      const json = parsedJson(value, MEMBERS_COLUMN)
      if (!isObject(json)) throw new FieldError(MEMBERS_COLUMN, plainNumber(value), 'a JSON object')
      members = json
      this.#known.set(value, members)
    }
    return members
  }
}
