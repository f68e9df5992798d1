/** The gateway's short answers about its history: how the writing fares, since when a conversation is seen, bars and hits. */
import * as z from 'zod/mini'
import { ACTIONS, type FlowKey, REPORTERS } from '../flows/flow.ts'
import { hitSchema, nameIn, timeSchema } from '../wire/hit-schema.ts'
import { type HitsAnswer, parseHits } from '../wire/history-hits.ts'
import type { SeenAnswer } from '../wire/history-seen.ts'
import { type HistoryStatus, parseHistoryStatus } from '../wire/history-status.ts'
import { type HistorySource, historyUrl } from './history-url.ts'
import { download, fetchResponse, HttpError } from './network.ts'
import { TroubleError } from './trouble.ts'

export type { HistoryStatus, HitsAnswer, SeenAnswer }

/** The answer of `history.json`. Throws NetworkError, HttpError, TroubleError, or the signal's reason after an abort. */
export async function fetchHistoryStatus(
  url: string,
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<HistoryStatus> {
  const response = await download(fetcher, url, { signal, cache: 'no-store' })
  const status = parseHistoryStatus(await response.json().catch(() => null))
  signal.throwIfAborted()
  if (status === null) throw unreadable('history.json')
  return status
}

/** The verdicts that the history has of the conversation of a key. Throws as {@link fetchHistoryStatus}. */
export async function fetchSeen(
  endpoint: string,
  key: FlowKey,
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<SeenAnswer> {
  const url = new URL('history/seen', endpoint)
  const ends = {
    src_ns: key.sourceNamespace,
    src: key.sourceName,
    dst_ns: key.destNamespace,
    dst: key.destName,
    proto: key.proto,
    port: String(key.destPort),
  }
  for (const [name, value] of Object.entries(ends)) url.searchParams.set(name, value)
  const { success, data } = answerSchema.safeParse(await fetchAnswer(fetcher, url, signal))
  if (!success) throw unreadable('history/seen')
  return data
}

/** The bars of a range by verdict, of a query. Throws as {@link fetchHistoryStatus}. */
export async function fetchHistogram(
  asked: Omit<HistorySource, 'kind'>,
  bars: number,
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<HistoryBars> {
  const url = `${historyUrl(asked, 'histogram')}&bars=${bars}`
  const response = await download(fetcher, url, { signal, cache: 'no-store' })
  const { success, data } = barsSchema.safeParse(await response.json().catch(() => null))
  signal.throwIfAborted()
  if (!success) throw unreadable('history/histogram')
  return data
}

/** The hits of all flows of a range, [from, to) in Unix seconds. Throws as {@link fetchHistoryStatus}. */
export async function fetchHits(
  endpoint: string,
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<HitsAnswer> {
  const url = new URL(`history/hits?from=${Math.floor(from)}&to=${Math.ceil(to)}`, endpoint)
  const answer = parseHits(await fetchAnswer(fetcher, url, signal))
  if (answer === null) throw unreadable('history/hits')
  return answer
}

/** An answer in JSON; null for one that is none. A refusal is an HttpError with the gateway's sentence. */
async function fetchAnswer(fetcher: typeof fetch, { href }: URL, signal: AbortSignal): Promise<unknown> {
  const response = await fetchResponse(fetcher, href, { signal, cache: 'no-store' })
  const json: unknown = await response.json().catch(() => null)
  signal.throwIfAborted()
  if (!response.ok) throw new HttpError(response.status, href, sentenceIn(json))
  return json
}

export interface HistoryBars {
  readonly from: number
  /** Seconds of a bar. */
  readonly width: number
  readonly bars: readonly { readonly start: number; readonly action: string; readonly records: number }[]
  /** Why a part is missing, a sentence without a full stop; null if it is whole. */
  readonly incomplete: string | null
}

const name = z.string().check(z.maxLength(1000))
const verdictSchema = z.object({
  reporter: nameIn(REPORTERS),
  action: nameIn(ACTIONS),
  hit: z.nullable(hitSchema),
  first: timeSchema,
  last: timeSchema,
  records: z.int(),
})
const barsSchema = z.object({
  from: timeSchema,
  width: z.int().check(z.positive()),
  bars: z.array(z.object({ start: timeSchema, action: name, records: z.int() })).check(z.maxLength(20_000)),
  incomplete: z.nullable(z.string()),
})
const answerSchema = z.object({
  from: z.nullable(timeSchema),
  verdicts: z.array(verdictSchema).check(z.maxLength(1000)),
  omitted: z.int(),
  incomplete: z.nullable(z.string()),
})

function sentenceIn(json: unknown): string | null {
  const { say } = Object(json)
  return typeof say === 'string' && say.length <= 1000 ? say : null
}

function unreadable(what: string): TroubleError {
  const say = `What the server says of its history cannot be read (${what}). Its version may not fit this page’s.`
  return new TroubleError({ kind: 'bad-data', say, detail: null, retry: false })
}
