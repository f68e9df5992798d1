/** Opens a capture that was dropped on the page or is served, and parses it while its bytes arrive. */
import { MAX_CACHED_BYTES } from '../capture/cache/line-cache.ts'
import { mergeCaptures } from '../capture/merge.ts'
import { readCapture } from '../capture/read.ts'
import { positionsOfBlob } from '../capture/scan/positioned-bytes.ts'
import { streamOfBlob } from '../capture/scan/read-ahead.ts'
import { unreachable } from '../lib/assert.ts'
import { takeReading } from './begun-reading.ts'
import { openHistory } from './history-records.ts'
import type { HistorySource } from './history-url.ts'
import { decompressingBeside } from './decompress-beside.ts'
import { bodyOf, download } from './network.ts'

export type CaptureSource =
  | HistorySource
  /** `others`: files that are read together with it, merged on one clock. */
  | { readonly kind: 'file'; readonly file: File; readonly others?: readonly File[] }
  /** `url` is absolute. */
  | { readonly kind: 'url'; readonly url: string; readonly name: string }

export interface OpenedCapture {
  /** The size, which a batch's `bytesRead` reaches at the end: bytes, or seconds of a history; null when it is not known. */
  readonly total: number | null
  readonly batches: ReturnType<typeof readCapture>
}

/**
 * Opens a capture. Throws NetworkError or HttpError when the download fails, and the signal's reason after an abort.
 * Reading the batches throws NetworkError, or the browser's DOMException for a file that was moved or changed.
 * `toTrouble` has a sentence for each of them.
 */
export async function openCapture(
  source: CaptureSource,
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<OpenedCapture> {
  switch (source.kind) {
    case 'file': {
      signal.throwIfAborted()
      const { file, others = [] } = source
      const begun = others.length === 0 ? await takeReading(file, signal) : null
      return begun === null ? openFiles([file, ...others], signal) : { total: file.size, batches: begun }
    }
    case 'url': {
      const response = await download(fetcher, source.url, { signal })
      return { total: lengthOf(response), batches: readCapture(bodyOf(response), { signal }) }
    }
    case 'history':
      return openHistory(source, signal, fetcher)
    default:
      return unreachable(source, 'capture source')
  }
}

/** Reads files from their beginning, merged on one clock. */
export function openFiles(files: readonly File[], signal: AbortSignal): OpenedCapture {
  const total = files.reduce((sum, { size }) => sum + size, 0)
  const cacheBytes = Math.floor(MAX_CACHED_BYTES / files.length)
  const captures = files.map((file) => {
    // Several would start a worker each.
    const decompressBeside = files.length === 1 ? decompressingBeside(file, signal) : undefined
    const options = { signal, cacheBytes, positions: positionsOfBlob(file) }
    return {
      name: file.name,
      batches: readCapture(streamOfBlob(file), {
        ...options,
        ...(decompressBeside === undefined ? {} : { decompressBeside }),
      }),
    }
  })
  const [only, second] = captures
  return {
    total,
    batches: only !== undefined && second === undefined ? only.batches : mergeCaptures(captures),
  }
}

/**
 * Null with a content coding, because content-length then counts the compressed bytes, and the ones read here are not.
 */
function lengthOf({ headers }: Response): number | null {
  const length = headers.get('content-length')
  if (length === null || headers.has('content-encoding')) return null
  return /^\d+$/.test(length) ? Number(length) : null
}
