/**
 * The reading of a file that its check began, and that the opening goes on with: the first records, of Parquet a whole
 * group of them, are read once and not twice before the first row.
 */
import type { Batch } from '../capture/collect.ts'
import { hashOf } from './capture-hash.ts'

export interface BegunReading {
  readonly file: File
  readonly hash: string
  /** What the check has read, and what follows. */
  readonly first: readonly Batch[]
  readonly rest: AsyncGenerator<Batch>
  /** Stops the reading. */
  readonly aborting: AbortController
}

/** An opening follows its check at once, unless the reader is asked something. Meanwhile some megabytes are held. */
const KEPT_MS = 2000

let kept: BegunReading | null = null
let timer: ReturnType<typeof setTimeout> | undefined

/** Keeps a reading for the opening, in place of the one of before. */
export function keepReading(reading: BegunReading): void {
  dropReading()
  kept = reading
  timer = setTimeout(dropReading, KEPT_MS)
}

/** Stops the reading that is kept. */
export function dropReading(): void {
  clearTimeout(timer)
  if (kept !== null) stopReading(kept)
  kept = null
}

export function stopReading({ rest, aborting }: Pick<BegunReading, 'rest' | 'aborting'>): void {
  aborting.abort()
  void rest.return(undefined).catch(() => undefined)
}

/** The batches of the reading that was kept of the same file, from its beginning; null where there is none. */
export async function takeReading(file: File, signal: AbortSignal): Promise<AsyncGenerator<Batch> | null> {
  const found = kept
  if (found === null || !isAlike(found.file, file)) return null
  // A file that is sent to a worker twice is two objects there, and two files may have the same name and time.
  const hash = await hashOf(file).catch(() => null)
  if (hash !== found.hash || kept !== found) return null
  clearTimeout(timer)
  kept = null
  return goOn(found, signal)
}

function isAlike(a: File, b: File): boolean {
  return a.name === b.name && a.size === b.size && a.lastModified === b.lastModified
}

async function* goOn(reading: BegunReading, signal: AbortSignal): AsyncGenerator<Batch> {
  const abort = () => reading.aborting.abort(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    signal.throwIfAborted()
    yield* reading.first
    yield* reading.rest
  } finally {
    signal.removeEventListener('abort', abort)
    stopReading(reading)
  }
}
