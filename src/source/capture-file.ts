/** Opens a capture, dropped on the page or offered by the server. What it holds is read while it arrives. */
import { readCapture } from '../capture/read.ts'
import { unreachable } from '../lib/assert.ts'
import { bodyOf, download } from './network.ts'

export type CaptureSource =
  | { readonly kind: 'file'; readonly file: File }
  /** `url` is absolute. */
  | { readonly kind: 'url'; readonly url: string; readonly name: string }

export interface OpenedCapture {
  /** Bytes to come, against which a batch's `bytesRead` counts; null when that is not known. */
  readonly total: number | null
  readonly batches: ReturnType<typeof readCapture>
}

/**
 * Opens a capture. Throws NetworkError or HttpError when the server does not give it, and while it is read NetworkError,
 * or the browser's DOMException for a file that went away; an abort throws the signal's reason. The door knows all.
 */
export async function openCapture(
  source: CaptureSource,
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<OpenedCapture> {
  switch (source.kind) {
    case 'file':
      signal.throwIfAborted()
      return { total: source.file.size, batches: readCapture(source.file.stream(), { signal }) }
    case 'url': {
      const response = await download(fetcher, source.url, { signal })
      return { total: lengthOf(response), batches: readCapture(bodyOf(response), { signal }) }
    }
    default:
      return unreachable(source, 'capture source')
  }
}

/** The announced length counts the bytes on the wire: under a content coding these are not the ones that arrive here. */
function lengthOf({ headers }: Response): number | null {
  const length = headers.get('content-length')
  if (length === null || headers.has('content-encoding')) return null
  return /^\d+$/.test(length) ? Number(length) : null
}
