/** Reads a range of a gateway's history (`history/records`): a capture in our own format, whose records come in the order of time. */
import { readCapture } from '../capture/read.ts'
import { isObject } from '../lib/is-object.ts'
import type { OpenedCapture } from './capture-file.ts'
import { type HistorySource, historyUrl } from './history-url.ts'
import { bodyOf, fetchResponse, HttpError } from './network.ts'
import { type Trouble, TroubleError, toTrouble } from './trouble.ts'

const MAX_SENTENCE_CHARS = 1000

/**
 * Throws as `openCapture` does. A refusal by the gateway is a TroubleError in its own words, with the narrower range that it
 * proposes. Batches count seconds of the range in place of bytes.
 */
export async function openHistory(
  source: HistorySource,
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<OpenedCapture> {
  const url = historyUrl(source, 'records')
  // Lines would do as well, of a gateway that does not know protobuf: the format is told by the bytes.
  const headers = { accept: 'application/x-protobuf, application/x-ndjson' }
  const response = await fetchResponse(fetcher, url, { signal, cache: 'no-store', headers })
  if (!response.ok) throw await refusalIn(response, url)
  return { total: source.range.to - source.range.from, batches: inSeconds(source, bodyOf(response), signal) }
}

async function* inSeconds(
  { range: { from, to } }: HistorySource,
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): OpenedCapture['batches'] {
  let read = 0
  for await (const batch of readCapture(body, { signal })) {
    const newest = batch.flows.at(-1)?.startTime ?? from
    read = Math.max(read, Math.min(to, newest) - from)
    yield { ...batch, bytesRead: read }
  }
}

async function refusalIn(response: Response, url: string): Promise<Error> {
  const answer: unknown = await response.json().catch(() => null)
  const say = isObject(answer) ? answer['say'] : null
  const error = new HttpError(response.status, url, typeof say === 'string' ? say : null)
  // Of a login, the page has its own form.
  if (response.status === 401 || !isObject(answer) || typeof say !== 'string') return error
  const narrower = rangeIn(answer['narrower'])
  const trouble: Trouble = {
    ...toTrouble(error),
    say: say.slice(0, MAX_SENTENCE_CHARS),
    detail: null,
    ...(narrower === null ? {} : { narrower }),
  }
  return new TroubleError(trouble, { cause: error })
}

function rangeIn(value: unknown): { readonly from: number; readonly to: number } | null {
  if (!isObject(value)) return null
  const { from, to } = value
  return typeof from === 'number' && typeof to === 'number' && from < to ? { from, to } : null
}
