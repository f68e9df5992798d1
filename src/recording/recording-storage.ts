/**
 * Where recordings are kept: in IndexedDB, which a shared worker has and a page over plain HTTP too (ADR 0034). A chunk
 * and the state after it are one transaction, so that a kill at any moment leaves whole lines and counts that fit them.
 */
import type { Recording, RecordingEnd } from './recording.ts'

export type Chunk = Uint8Array<ArrayBuffer>

export interface RecordingStorage {
  list(): Promise<readonly Recording[]>
  /** Adds a recording, or takes it over: the recorder that wrote it before can write no more. */
  begin(recording: Recording): Promise<void>
  /** Replaces what is known of a recording of the same owner, with its newest chunk if there is one. */
  write(recording: Recording, chunk: Chunk | null): Promise<void>
  /** Changes what is known of a recording, if it is there. */
  change(id: string, change: (recording: Recording) => Recording): Promise<void>
  /** The recording with its chunks in their order; null where it is not there. */
  read(id: string): Promise<{ readonly recording: Recording; readonly chunks: readonly Chunk[] } | null>
  remove(id: string): Promise<void>
}

/** The recording was deleted, or another recorder goes on with it. */
export class RecordingTakenError extends Error {
  override readonly name = 'RecordingTakenError'
}

/** How a recording ends that could not be written. */
export function endOfFailure(error: unknown): RecordingEnd {
  if (error instanceof RecordingTakenError) return 'closed'
  return error instanceof Error && error.name === 'QuotaExceededError' ? 'no-room' : 'failed'
}

const RECORDINGS = 'recordings'
const CHUNKS = 'chunks'

export class IndexedDbStorage implements RecordingStorage {
  readonly #database: string

  /** `folder`: the path of the page, which keeps apart two gateways below one origin. */
  constructor(folder: string) {
    this.#database = `flowtrace-recordings ${folder}`
  }

  list(): Promise<readonly Recording[]> {
    return inTransaction(this.#database, 'readonly', (recordings) => done<Recording[]>(recordings.getAll()))
  }

  begin(recording: Recording): Promise<void> {
    return inTransaction(this.#database, 'readwrite', async (recordings) => {
      await done(recordings.put(recording, recording.id))
    })
  }

  write(recording: Recording, chunk: Chunk | null): Promise<void> {
    return inTransaction(this.#database, 'readwrite', async (recordings, chunks) => {
      const kept = await done<Recording | undefined>(recordings.get(recording.id))
      if (kept?.owner !== recording.owner) throw new RecordingTakenError()
      // The reader may have renamed it meanwhile.
      await done(recordings.put({ ...recording, name: kept.name }, recording.id))
      if (chunk !== null) await done(chunks.put(chunk, [recording.id, recording.chunks - 1]))
    })
  }

  change(id: string, change: (recording: Recording) => Recording): Promise<void> {
    return inTransaction(this.#database, 'readwrite', async (recordings) => {
      const kept = await done<Recording | undefined>(recordings.get(id))
      if (kept !== undefined) await done(recordings.put(change(kept), id))
    })
  }

  read(id: string): Promise<{ readonly recording: Recording; readonly chunks: readonly Chunk[] } | null> {
    return inTransaction(this.#database, 'readonly', async (recordings, chunks) => {
      const recording = await done<Recording | undefined>(recordings.get(id))
      if (recording === undefined) return null
      return { recording, chunks: await done<Chunk[]>(chunks.getAll(chunksOf(id))) }
    })
  }

  remove(id: string): Promise<void> {
    return inTransaction(this.#database, 'readwrite', async (recordings, chunks) => {
      await done(recordings.delete(id))
      await done(chunks.delete(chunksOf(id)))
    })
  }
}

function chunksOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id, 0], [id, Number.POSITIVE_INFINITY])
}

/** Resolves when all is written; rejects with what `work` threw, and then nothing is written. */
async function inTransaction<Result>(
  name: string,
  mode: IDBTransactionMode,
  work: (recordings: IDBObjectStore, chunks: IDBObjectStore) => Promise<Result>,
): Promise<Result> {
  const request = indexedDB.open(name, 1)
  request.addEventListener('upgradeneeded', () => {
    request.result.createObjectStore(RECORDINGS)
    request.result.createObjectStore(CHUNKS)
  })
  const database = await done(request)
  try {
    const transaction = database.transaction([RECORDINGS, CHUNKS], mode, { durability: 'strict' })
    const committed = new Promise<void>((resolve, reject) => {
      transaction.addEventListener('complete', () => resolve())
      transaction.addEventListener('abort', () =>
        reject(transaction.error ?? new Error('it was not written')),
      )
    })
    // Awaited below, unless the work fails first.
    committed.catch(() => undefined)
    try {
      const result = await work(transaction.objectStore(RECORDINGS), transaction.objectStore(CHUNKS))
      await committed
      return result
    } catch (error) {
      abort(transaction)
      throw error
    }
  } finally {
    database.close()
  }
}

/** A transaction that has failed is aborted already. */
function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort()
  } catch {
    // Nothing is left to undo.
  }
}

function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('the database failed')))
  })
}
