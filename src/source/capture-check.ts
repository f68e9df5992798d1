/** Looks into a file before it takes the place of what is open: whether it is a capture, and which one. */
import type { Batch } from '../capture/collect.ts'
import type { Refusal } from '../capture/format/refusal.ts'
import { formatBytes } from '../lib/format.ts'
import { dropReading, keepReading, stopReading } from './begun-reading.ts'
import { hashOf } from './capture-hash.ts'
import type { CaptureId } from './capture-id.ts'
import { openFiles } from './capture-file.ts'
import { toTrouble } from './trouble.ts'

export type CaptureCheck =
  | { readonly ok: true; readonly id: CaptureId }
  | {
      readonly ok: false
      /** A sentence for the reader. */
      readonly say: string
      /** The first reasons, at most {@link MAX_REASONS}. */
      readonly reasons: readonly Refusal[]
      /** How many pieces were refused. */
      readonly refused: number
    }

/** A reader goes through no more of them. */
const MAX_REASONS = 300

/** Bytes of a file, as stored, among which there must be a record for it to be a capture. */
const MAX_CHECKED_BYTES = 16 * 1024 * 1024

/** More batches before the first record are read again by the opening. */
const MAX_KEPT_BATCHES = 4

/**
 * Reads a file up to its first record, at most 16 MiB, and computes its hash. Never rejects but with the signal's reason:
 * any other error becomes a sentence. An opening of the file that follows goes on with the reading.
 */
export async function checkCapture(file: File, signal: AbortSignal): Promise<CaptureCheck> {
  dropReading()
  if (file.size === 0) return refusal('The file is empty.')
  const aborting = new AbortController()
  const abort = () => aborting.abort(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    signal.throwIfAborted()
    // Beside the search: both wait for the disk most of the time.
    const hashing = hashOf(file)
    hashing.catch(() => undefined)
    const { batches } = openFiles([file], aborting.signal)
    const found = await findRecord(batches)
    if ('ok' in found) {
      stopReading({ rest: batches, aborting })
      return found
    }
    const hash = await hashing
    signal.throwIfAborted()
    const reading = { file, hash, first: found.read, rest: batches, aborting }
    if (found.read.length > MAX_KEPT_BATCHES) stopReading(reading)
    else keepReading(reading)
    return { ok: true, id: { name: file.name, size: file.size, hash } }
  } catch (error) {
    aborting.abort()
    signal.throwIfAborted()
    return refusal(toTrouble(error).say)
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function refusal(say: string, reasons: readonly Refusal[] = [], refused = 0): CaptureCheck {
  return { ok: false, say, reasons, refused }
}

/** What was read up to the first record, or why there is none. The rest of the batches is left to be read. */
async function findRecord(
  batches: AsyncGenerator<Batch>,
): Promise<{ readonly read: readonly Batch[] } | CaptureCheck> {
  const read: Batch[] = []
  const reasons: Refusal[] = []
  let refused = 0
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- a loop over the batches would end their reading with itself
    const { done, value: batch } = await batches.next()
    if (done === true) break
    // One more than are kept, to tell that they are more; of a file full of refusals all would be held.
    if (read.length <= MAX_KEPT_BATCHES) read.push(batch)
    if (batch.flows.length > 0) return { read }
    reasons.push(...batch.refusals.slice(0, MAX_REASONS - reasons.length))
    refused += batch.refused
    if (batch.bytesRead >= MAX_CHECKED_BYTES) {
      return refusal(
        `There is no flow record in its first ${formatBytes(MAX_CHECKED_BYTES)}.`,
        reasons,
        refused,
      )
    }
  }
  return refusal('The file was read to its end, and there is no flow record in it.', reasons, refused)
}
