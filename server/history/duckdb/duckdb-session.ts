/**
 * An open DuckDB: one connection that writes, in turns, and a few that read beside it. A DuckDB of a process sees what was
 * committed when a statement begins, so that readers and the writer do not wait for each other.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api'
import { HistoryError, type HistoryTrouble } from '../history-error.ts'
import { asHistoryError, isFatal } from './duckdb-error.ts'
import type { DuckDb } from './duckdb-module.ts'
import { MAIN_CATALOG, mainAttachment } from './part-tables.ts'
import { StatementTurns } from './statement-turns.ts'

/** Questions that are answered at the same time; each may take all cores, so more would only be slower together. */
const MAX_READERS = 3
/** An interrupt between two statements is lost, so it is repeated until the running one has heard it. */
export const INTERRUPT_EVERY_MS = 25

/** How often a write is tried again without questions beside it. */
const MAX_RETRIES = 2

export interface SessionSettings {
  /** Bytes that DuckDB may take for its pages and for sorting; it spills to disk beyond. */
  readonly memory: number
  /** Where it spills to. */
  readonly temporary: string
}

export class DuckDbSession {
  readonly api: DuckDb
  readonly writer: DuckDBConnection
  readonly #instance: DuckDBInstance
  readonly #idle: DuckDBConnection[] = []
  readonly #waiting: ((connection: DuckDBConnection) => void)[] = []
  readonly #readers = new Set<DuckDBConnection>()
  /** Connections for reading that are being made. */
  #opening = 0
  /** Statements of readers, each with why it was ended, if it was. */
  readonly #running = new Map<Promise<unknown>, HistoryError | null>()
  readonly #turns = new StatementTurns()
  #writes: Promise<unknown> = Promise.resolve()
  /** Whether a transaction failed whose rollback failed too, for want of memory: DuckDB runs nothing before another rollback. */
  #hasAborted = false
  /** Why statements of readers end now; null while they need not. */
  #ending: HistoryError | null = null

  private constructor(api: DuckDb, instance: DuckDBInstance, writer: DuckDBConnection) {
    this.api = api
    this.#instance = instance
    this.writer = writer
  }

  /** Opens or makes the main file. @throws {HistoryError} */
  static async open(api: DuckDb, file: string, settings: SessionSettings): Promise<DuckDbSession> {
    try {
      // The main file is attached as the others are: of one that is opened with DuckDB the size of row groups cannot be chosen.
      const instance = await api.DuckDBInstance.create(':memory:', {
        memory_limit: `${Math.round(settings.memory / 1024)}KiB`,
        temp_directory: settings.temporary,
        max_temp_directory_size: '4GiB',
        // Nothing is fetched from a network, and nothing but our files is opened.
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
        allow_community_extensions: 'false',
        // All answers that have an order name it.
        preserve_insertion_order: 'false',
      })
      try {
        const writer = await instance.connect()
        await writer.run(mainAttachment(file))
        await chooseMain(writer)
        return new DuckDbSession(api, instance, writer)
      } catch (error) {
        instance.closeSync()
        throw error
      }
    } catch (error) {
      throw asHistoryError(error)
    }
  }

  /**
   * Runs a task that writes when those before it are done. Where it has no memory or disk beside the questions that are asked, these end,
   * and it is run again: it must not fail because somebody reads. @throws {HistoryError}
   */
  async write<T>(task: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const turn = this.#writes.then(async () => this.#turns.besideWriting(async () => this.#writeFirst(task)))
    this.#writes = turn.catch(() => {})
    try {
      return await turn
    } catch (error) {
      throw asHistoryError(error)
    }
  }

  async #writeFirst<T>(task: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    let isShared = false
    try {
      for (let tries = 0; ; tries++) {
        isShared ||= this.#isAsked
        try {
          await this.#rollBackAborted()
          return await task(this.writer)
        } catch (error) {
          const { trouble } = asHistoryError(error)
          isShared ||= this.#isAsked
          // Questions that have failed for the same have perhaps just ended.
          const why = isShared && tries < MAX_RETRIES && !isFatal(error) ? reasonToEnd(trouble) : null
          if (why === null) throw error
          await this.#endQuestions(why)
        }
      }
    } finally {
      this.#ending = null
    }
  }

  /** Whether a connection for reading is in use. */
  get #isAsked(): boolean {
    return this.#readers.size > this.#idle.length
  }

  /** Ends what readers run, and resolves when all of it is over. Nothing more is begun until the writer is done. */
  async #endQuestions(why: HistoryError): Promise<void> {
    this.#ending = why
    for (const statement of this.#running.keys()) this.#running.set(statement, why)
    await this.#interruptAll()
  }

  async #interruptAll(): Promise<void> {
    while (this.#running.size > 0) {
      for (const connection of this.#readers) connection.interrupt()
      await Promise.race([...this.#running.keys(), delay(INTERRUPT_EVERY_MS)]).catch(() => {})
    }
  }

  /** As one transaction, of which all is there after a crash, or nothing. Inside of {@link write}. */
  async transaction(task: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
    await this.writer.run('begin transaction')
    try {
      await task(this.writer)
      await this.writer.run('commit')
    } catch (error) {
      // Only the first error says what happened.
      this.#hasAborted = true
      await this.#rollBackAborted().catch(() => {})
      throw error
    }
  }

  async #rollBackAborted(): Promise<void> {
    if (!this.#hasAborted) return
    try {
      await this.writer.run('rollback')
    } catch (error) {
      if (!hasNoTransaction(error)) throw error
    }
    this.#hasAborted = false
  }

  /** The rows of a statement of the writer, whose parameters are numbers. Inside of {@link write}. */
  async rows(statement: string, values: readonly number[]): Promise<readonly DuckDBValue[][]> {
    return (await this.writer.run(statement, [...values])).getRows()
  }

  /**
   * How many bytes an attached file has at least. Not by its number of blocks, of which DuckDB cuts free ones off the end of the file and
   * goes on counting them. Inside of {@link write}.
   */
  async fileBytes(catalog: string): Promise<number> {
    const result = await this.writer.run(
      'select used_blocks * block_size from pragma_database_size() where database_name = $1',
      [catalog.slice(1, -1)],
    )
    const [row] = await result.getRows()
    return Number(row?.[0] ?? 0)
  }

  /** A connection for reading, to be given back. It waits while {@link MAX_READERS} are in use. */
  async takeReader(signal: AbortSignal): Promise<DuckDBConnection> {
    signal.throwIfAborted()
    const idle = this.#idle.pop()
    if (idle !== undefined) return idle
    if (this.#readers.size + this.#opening < MAX_READERS) return this.#openReader()
    return new Promise((take, reject) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(onTurn), 1)
        reject(signal.reason as Error) // what the caller gave to abort()
      }
      const onTurn = (connection: DuckDBConnection): void => {
        signal.removeEventListener('abort', onAbort)
        take(connection)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push(onTurn)
    })
  }

  async #openReader(): Promise<DuckDBConnection> {
    this.#opening += 1
    try {
      const connection = await this.#instance.connect()
      await chooseMain(connection)
      this.#readers.add(connection)
      return connection
    } finally {
      this.#opening -= 1
    }
  }

  giveBack(connection: DuckDBConnection): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#idle.push(connection)
    else next(connection)
  }

  /**
   * Runs a statement of a reader, which a writer may end, and {@link close} interrupts and waits for. Where it has no memory beside others
   * it is run again without them.
   */
  async running<T>(start: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#turns.run(async () => this.#runOne(start), isForMemory, signal)
  }

  /** The rows of a statement of a reader, whose parameters are numbers. @throws {HistoryError} */
  async readerRows(
    connection: DuckDBConnection,
    statement: string,
    values: readonly number[],
    signal: AbortSignal,
  ): Promise<readonly DuckDBValue[][]> {
    return (await this.running(async () => connection.run(statement, [...values]), signal)).getRows()
  }

  async #runOne<T>(start: () => Promise<T>): Promise<T> {
    if (this.#ending !== null) throw this.#ending
    const task = start()
    this.#running.set(task, null)
    try {
      const answer = await task
      const ended = this.#running.get(task)
      if (ended) throw ended
      return answer
    } catch (error) {
      throw this.#running.get(task) ?? error
    } finally {
      this.#running.delete(task)
    }
  }

  /** Waits for the write that runs. Open questions fail. */
  async close(): Promise<void> {
    await this.#writes
    await this.#interruptAll()
    for (const connection of this.#readers) connection.closeSync()
    // Before the instance, because an open connection would keep the lock on the file.
    this.writer.closeSync()
    this.#instance.closeSync()
  }
}

/** Finds tables without a catalog in the main file, as each connection has to be told. */
async function chooseMain(connection: DuckDBConnection): Promise<void> {
  await connection.run(`use ${MAIN_CATALOG}`)
}

/** Whether a statement had too little memory, and was not ended for a writer. */
function isForMemory(error: unknown): boolean {
  if (error instanceof HistoryError || isFatal(error)) return false
  return asHistoryError(error).trouble === 'too much memory'
}

/** Whether a rollback failed because DuckDB has rolled back by itself, as after a commit that failed and after a fatal error. */
function hasNoTransaction(error: unknown): boolean {
  return isFatal(error) || (error instanceof Error && error.message.includes('no transaction is active'))
}

/** Why questions end for a writer that fails; null where that is no help. */
function reasonToEnd(trouble: HistoryTrouble): HistoryError | null {
  if (trouble === 'too much memory')
    return new HistoryError(
      trouble,
      'The question was ended, because recording needed the memory (--history-memory); a shorter time or a scope needs less',
    )
  return trouble === 'full'
    ? new HistoryError(trouble, 'The question was ended, because recording needed the space on the disk')
    : null
}
