/** Reads for one question over the embedded history: a connection of its own, limits of time and rows, and the files of the range. */
import type { DuckDBConnection, DuckDBDataChunk, DuckDBMaterializedResult } from '@duckdb/node-api'
import { HistoryError } from '../history-error.ts'
import type { HistoryLimits, HistoryRange } from '../history-store.ts'
import { hoursIn, summedHours, wholeHours } from '../sql/rolled-hours.ts'
import type { SqlReader, SummedHours } from '../sql/sql-reader.ts'
import { type SqlText, type Statement, statementOf } from '../sql/sql-text.ts'
import { readNumber, type SqlRow } from '../sql/sums.ts'
import type { FactSource } from '../sql/tables.ts'
import { boundValues } from './bound-values.ts'
import { asHistoryError, isInterrupt } from './duckdb-error.ts'
import { type DuckDbSession, INTERRUPT_EVERY_MS } from './duckdb-session.ts'

/** Rows that are handed over together, so that the keys of a page are read with one statement. Each may have a key of its own, of some kilobytes. */
const BATCH_ROWS = 2048

/** The roll-up beside raw records. */
interface RollUp {
  readonly source: FactSource
  /** Selects the hours of a range with records, and whether they are rolled up as they are now. */
  readonly hoursOf: (range: HistoryRange) => SqlText
  /** Records before it were deleted. */
  readonly rawSince: number
}

export interface ReaderSources {
  readonly source: FactSource
  readonly countHeld: SqlText | null
  /** Null where there is none, or where the question is of the roll-up itself. */
  readonly rolled: RollUp | null
}

export class DuckDbReader implements SqlReader {
  readonly source: FactSource
  readonly #session: DuckDbSession
  readonly #connection: DuckDBConnection
  /** Counts the records of the files that are read, by their notes; null where there are none. */
  readonly #countHeld: SqlText | null
  readonly #rolled: RollUp | null
  readonly #limits: HistoryLimits
  #usedMs = 0

  constructor(
    session: DuckDbSession,
    connection: DuckDBConnection,
    { source, countHeld, rolled }: ReaderSources,
    limits: HistoryLimits,
  ) {
    this.#session = session
    this.#connection = connection
    this.source = source
    this.#countHeld = countHeld
    this.#rolled = rolled
    this.#limits = limits
  }

  async recordsAtMost(): Promise<number> {
    if (this.#countHeld === null) return Number.POSITIVE_INFINITY
    const [row] = await this.rows(statementOf(this.#countHeld, this.source.dialect), 1)
    return readNumber(row?.['held'])
  }

  async summedHours(range: HistoryRange): Promise<SummedHours | null> {
    const whole = wholeHours(range)
    if (this.#rolled === null || whole === null) return null
    const { source, hoursOf, rawSince } = this.#rolled
    const { dialect } = this.source
    const rows = await this.rows(statementOf(hoursOf(whole), dialect), hoursIn(whole))
    const recorded = rows.map((row) => {
      const hour = readNumber(row['hour'])
      // Of an hour that retention has cut, the roll-up has more than the records that are left.
      return { hour, isRolled: row['is_rolled'] === true && hour >= rawSince }
    })
    return summedHours(source, recorded)
  }

  async rows(statement: Statement, maxRows: number): Promise<readonly SqlRow[]> {
    const result = await this.#run(statement, maxRows)
    const names = result.deduplicatedColumnNames()
    const rows: SqlRow[] = []
    for (let chunk = await nextChunk(result); chunk !== null; chunk = await nextChunk(result))
      rows.push(...chunk.getRowObjects(names))
    return rows
  }

  async *batches(statement: Statement, maxRows: number): AsyncIterable<readonly SqlRow[]> {
    const result = await this.#run(statement, maxRows)
    const names = result.deduplicatedColumnNames()
    let held: SqlRow[] = []
    for (;;) {
      this.#limits.signal.throwIfAborted()
      const chunk = await nextChunk(result)
      if (chunk === null) break
      held.push(...chunk.getRowObjects(names))
      if (held.length < BATCH_ROWS) continue
      yield held
      held = []
    }
    if (held.length > 0) yield held
  }

  /** All rows at once: of a result that is streamed DuckDB's API hides an error after the first rows, and it ends as if it were whole. */
  async #run(statement: Statement, maxRows: number): Promise<DuckDBMaterializedResult> {
    return this.#withinLimits(async () => {
      const all = await this.#connection.run(statement.text, ...boundValues(this.#session.api, statement))
      if (all.rowCount > maxRows) throw tooManyRows(maxRows)
      return all
    })
  }

  /** Interrupts the connection when the time is up or the question is cancelled. The time in which the caller uses pages does not count. */
  async #withinLimits<T>(task: () => Promise<T>): Promise<T> {
    const { signal, maxMs } = this.#limits
    signal.throwIfAborted()
    // Of a question with several statements, each of which may be too short to be interrupted.
    if (this.#usedMs > maxMs) throw tooSlow(maxMs)
    let started: number | null = null
    const used = (): number => this.#usedMs + (started === null ? 0 : performance.now() - started)
    let isInterrupted = false
    const interrupt = (): void => {
      isInterrupted = true
      this.#connection.interrupt()
    }
    const timer = setInterval(() => {
      if (started !== null && (signal.aborted || used() > maxMs)) interrupt()
    }, INTERRUPT_EVERY_MS)
    // What another statement's turn takes is not this question's time.
    const begin = async (): Promise<T> => {
      this.#usedMs = used()
      started = performance.now()
      return task()
    }
    const onAbort = interrupt
    signal.addEventListener('abort', onAbort)
    try {
      const answer = await this.#session.running(begin, signal)
      if (isInterrupted) signal.throwIfAborted()
      if (isInterrupted) throw tooSlow(maxMs)
      return answer
    } catch (error) {
      signal.throwIfAborted()
      if (isInterrupt(error)) throw tooSlow(maxMs)
      throw withProposal(asHistoryError(error))
    } finally {
      clearInterval(timer)
      signal.removeEventListener('abort', onAbort)
      this.#usedMs = used()
    }
  }
}

async function nextChunk(result: DuckDBMaterializedResult): Promise<DuckDBDataChunk | null> {
  const chunk = await result.fetchChunk()
  return chunk === null || chunk.rowCount === 0 ? null : chunk
}

function tooManyRows(maxRows: number): HistoryError {
  return new HistoryError('too large', `The answer has more rows than the limit of ${maxRows}`)
}

function withProposal(error: HistoryError): HistoryError {
  if (error.trouble !== 'too much memory' || error.cause === undefined) return error
  return new HistoryError(
    'too much memory',
    'The question needs more memory than the history has (--history-memory); a shorter time or a scope needs less',
    { cause: error.cause },
  )
}

function tooSlow(maxMs: number): HistoryError {
  return new HistoryError('too slow', `The question takes longer than ${maxMs} ms`)
}
