/** Looks into a file before it takes the place of what is open: whether it is a capture, and which one. */
import type { Refusal } from '../capture/format/refusal.ts'
import { formatBytes } from '../lib/format.ts'
import { hashOf } from './capture-hash.ts'
import type { CaptureId } from './capture-id.ts'
import { openCapture } from './capture-file.ts'
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

/**
 * Reads a file up to its first record, at most 16 MiB, and computes its hash. Never rejects but with the signal's reason:
 * any other error becomes a sentence.
 */
export async function checkCapture(file: File, signal: AbortSignal): Promise<CaptureCheck> {
  if (file.size === 0) return refusal('The file is empty.')
  try {
    // Beside the search: both wait for the disk most of the time.
    const hash = hashOf(file)
    hash.catch(() => undefined)
    const found = await findRecord(file, signal)
    if (found !== null) return found
    return { ok: true, id: { name: file.name, size: file.size, hash: await hash } }
  } catch (error) {
    signal.throwIfAborted()
    return refusal(toTrouble(error).say)
  }
}

function refusal(say: string, reasons: readonly Refusal[] = [], refused = 0): CaptureCheck {
  return { ok: false, say, reasons, refused }
}

/** Null once a record was found, and why none was. */
async function findRecord(file: File, signal: AbortSignal): Promise<CaptureCheck | null> {
  const reasons: Refusal[] = []
  let refused = 0
  const { batches } = await openCapture({ kind: 'file', file }, signal)
  for await (const batch of batches) {
    if (batch.flows.length > 0) return null
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
