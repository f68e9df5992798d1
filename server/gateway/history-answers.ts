/** Answers a viewer's questions about the history over HTTP: records as a capture, a histogram, since when, and hits. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LabelledKey } from '../../src/flows/flow.ts'
import { unreachable } from '../../src/lib/assert.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { keyFromMessage, keyToMessage } from '../../src/wire/flow-message.ts'
import type { Viewer } from '../auth/viewer.ts'
import { viewOf } from '../bridge/viewer-view.ts'
import { answerHits } from '../history/answer/answer-hits.ts'
import { answerHistogram } from '../history/answer/answer-histogram.ts'
import { type AskedRecords, openRecords } from '../history/answer/answer-records.ts'
import { answerSeen, readConversation } from '../history/answer/answer-seen.ts'
import { MisreadQuestion, readBars, readSelection, readStep } from '../history/answer/history-question.ts'
import type { RecordFormat } from '../history/answer/record-output.ts'
import type { HistoryViewer } from '../history/answer/shown-keys.ts'
import { RangeTooLarge } from '../history/answer/too-large.ts'
import { HistoryError, type HistoryTrouble } from '../history/history-error.ts'
import type { HistoryLimits, HistoryStore } from '../history/history-store.ts'
import { sendJson } from '../http/plain-answer.ts'
import { ClientPlaces } from '../lib/client-places.ts'
import type { Log } from '../lib/log.ts'
import { SeldomLog } from '../lib/seldom-log.ts'
import { Turns } from '../lib/turns.ts'
import { sendChunks } from './send-chunks.ts'

export const HISTORY_QUESTIONS = ['records', 'histogram', 'seen', 'hits'] as const
export type HistoryQuestionName = (typeof HISTORY_QUESTIONS)[number]

/** Answers at a time, those that wait for their turn included. */
const PLACES = { all: 12, perClient: 4 }
/**
 * Records are sent to so many readers at a time. Of DuckDB's three connections an answer may need two at once, for the
 * hours and for what is newer: three answers that each have one would wait for each other for ever. Each may keep 128 MiB of
 * keys (MAX_KEY_BYTES).
 */
const RECORD_TURNS = { duckdb: 2, memory: 2, clickhouse: 4 } as const
/** Milliseconds that a question for records waits for others before it is refused. */
export const MAX_TURN_WAIT_MS = 20_000
/** The type by which the page says that it reads length-delimited protobuf. */
const PROTOBUF_TYPE = 'application/x-protobuf'
const DEFAULT_LIMITS = { maxRows: 1_000_000, maxMs: 30_000, maxMemory: 256 * 2 ** 20 }
/** Sums are read of all records of a range; the time is what bounds them. */
const MAX_SUMMED_ROWS = 2_000_000_000

export interface HistoryAnswersOptions {
  /** Its name in the history. */
  readonly cluster: string
  /** Of the program, for the header of a capture. */
  readonly version: string
  readonly clock: Clock
  readonly log: Log
  /** Who the request is from, for the limit of each client. */
  readonly addressOf?: (request: IncomingMessage) => string
  readonly limits?: Omit<HistoryLimits, 'signal'>
}

export interface HistoryAnswerCounts {
  /** Readers that were given up, because they took nothing or too little of what was sent. */
  readonly stalled: number
  /** Questions that were refused, because others were reading. */
  readonly refused: number
  /** Questions that wait for their turn now. */
  readonly waiting: number
}

export interface HistoryAnswers {
  readonly counts: HistoryAnswerCounts
  /** Answers a GET; `params` is the query of its address. */
  answer(
    question: HistoryQuestionName,
    params: URLSearchParams,
    exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
    viewer: Viewer,
  ): Promise<void>
}

/** Several clusters share a store, and so its turns. */
const turnsOfStores = new WeakMap<HistoryStore, Turns>()

function turnsOf(store: HistoryStore, clock: Clock): Turns {
  const known = turnsOfStores.get(store)
  if (known !== undefined) return known
  const turns = new Turns(RECORD_TURNS[store.engine], clock)
  turnsOfStores.set(store, turns)
  return turns
}

interface Counts {
  stalled: number
  refused: number
  waiting: number
}

export function createHistoryAnswers(store: HistoryStore, options: HistoryAnswersOptions): HistoryAnswers {
  const places = new ClientPlaces(PLACES)
  const counts: Counts = { stalled: 0, refused: 0, waiting: 0 }
  // A page asks again by itself while the history is down.
  const refusals = new SeldomLog('history question refused', options.log, options.clock)
  return {
    counts,
    async answer(question, params, { request, response }, viewer) {
      const place = places.take(options.addressOf?.(request) ?? request.socket.remoteAddress ?? '')
      if (typeof place !== 'function') return refuseBusy(response, counts)
      const aborting = new AbortController()
      response.once('close', () => aborting.abort(new Error('the reader has gone')))
      const limits = { ...DEFAULT_LIMITS, ...options.limits, signal: aborting.signal }
      try {
        const format = formatFor(request)
        await answerOne(store, options, { question, params, viewer, counts, format }, response, limits)
      } catch (error) {
        if (aborting.signal.aborted) return
        refuse(response, error, options.log, refusals)
      } finally {
        place()
      }
    },
  }
}

interface Asked {
  readonly question: HistoryQuestionName
  readonly params: URLSearchParams
  readonly viewer: Viewer
  readonly counts: Counts
  /** Of records. */
  readonly format: RecordFormat
}

async function answerOne(
  store: HistoryStore,
  { cluster, version, clock }: HistoryAnswersOptions,
  { question, params, viewer, counts, format }: Asked,
  response: ServerResponse,
  limits: HistoryLimits,
): Promise<void> {
  const seen = historyViewer(viewer)
  const now = clock.now() / 1000
  switch (question) {
    case 'records': {
      const selection = readSelection(params)
      const step = readStep(params)
      if (selection instanceof MisreadQuestion) return misread(response, selection)
      if (step instanceof MisreadQuestion) return misread(response, step)
      const tool = `flowtrace ${version}`
      const asked = { ...selection, ...seen, step, cluster, tool, now, format }
      return sendRecords({ store, asked, clock, counts }, response, limits)
    }
    case 'histogram': {
      const selection = readSelection(params)
      const bars = readBars(params)
      if (selection instanceof MisreadQuestion) return misread(response, selection)
      if (bars instanceof MisreadQuestion) return misread(response, bars)
      // Bars of a query on hidden names would tell what they are.
      if (seen.show !== null && selection.filterText !== null)
        return misread(response, new MisreadQuestion('Where names are hidden, bars cannot be filtered.'))
      const asked = { ...selection, namespaces: seen.namespaces, bars, cluster, now }
      const summed = { ...limits, maxRows: MAX_SUMMED_ROWS }
      return sendJson(response, 200, await answerHistogram(store, asked, summed))
    }
    case 'seen': {
      const key = readConversation(params)
      if (key instanceof MisreadQuestion) return misread(response, key)
      const summed = { ...limits, maxRows: MAX_SUMMED_ROWS }
      return sendJson(response, 200, await answerSeen(store, { ...seen, cluster, key, now }, summed))
    }
    case 'hits': {
      const selection = readSelection(params)
      if (selection instanceof MisreadQuestion) return misread(response, selection)
      if (seen.show !== null && selection.filterText !== null)
        return misread(response, new MisreadQuestion('Where names are hidden, hits cannot be filtered.'))
      const summed = { ...limits, maxRows: MAX_SUMMED_ROWS }
      const { range, filter } = selection
      return sendJson(
        response,
        200,
        await answerHits(store, { ...seen, range, filter, cluster, now }, summed),
      )
    }
    default:
      return unreachable(question, 'question of the history')
  }
}

/** An answer in protobuf that has no record is lines after all, so that its type says bytes alone. */
const CONTENT_TYPES = { ndjson: 'application/x-ndjson', protobuf: 'application/octet-stream' } as const

/** Lines for whoever asks with curl; the page says that it takes protobuf, which costs both sides half. */
function formatFor({ headers }: IncomingMessage): RecordFormat {
  return headers.accept?.includes(PROTOBUF_TYPE) === true ? 'protobuf' : 'ndjson'
}

interface RecordsToSend {
  readonly store: HistoryStore
  readonly asked: AskedRecords
  readonly clock: Clock
  readonly counts: Counts
}

/** Sends records when it is the question's turn. The turn ends with the answer, however it ends. */
async function sendRecords(
  { store, asked, clock, counts }: RecordsToSend,
  response: ServerResponse,
  limits: HistoryLimits,
): Promise<void> {
  const turns = turnsOf(store, clock)
  counts.waiting++
  const giveBack = await turns.take(MAX_TURN_WAIT_MS, limits.signal).finally(() => counts.waiting--)
  if (giveBack === null) return refuseBusy(response, counts)
  try {
    const bytes = await openRecords(store, asked, limits)
    response.writeHead(200, {
      'content-type': CONTENT_TYPES[asked.format],
      'cache-control': 'no-store',
      vary: 'accept',
    })
    if ((await sendChunks(bytes, response, clock)) === 'stalled') counts.stalled++
  } finally {
    giveBack()
  }
}

function refuseBusy(response: ServerResponse, counts: Counts): void {
  counts.refused++
  response.setHeader('retry-after', '5')
  sendJson(response, 503, { say: 'Others are reading the history now. Try again.' })
}

/** The namespaces are applied by the engine; what remains to be hidden of a key is done here. */
function historyViewer(viewer: Viewer): HistoryViewer {
  const { namespaces, hidesOtherEnd } = viewer
  const { show } = viewOf(undefined, viewer)
  if (show === null || !hidesOtherEnd) return { namespaces, show: null }
  return {
    namespaces,
    show: (recorded: LabelledKey): LabelledKey | null => {
      const shown = show(keyToMessage(recorded.key))
      if (shown === null) return null
      return {
        key: shown.rewritten === null ? recorded.key : keyFromMessage(shown.rewritten),
        sourceLabels: shown.hidesSourceLabels ? [] : recorded.sourceLabels,
        destLabels: shown.hidesDestLabels ? [] : recorded.destLabels,
      }
    },
  }
}

function misread(response: ServerResponse, { say }: MisreadQuestion): void {
  sendJson(response, 400, { say })
}

const STATUS_OF: Readonly<Record<HistoryTrouble, number>> = {
  'too large': 413,
  'too slow': 504,
  'too much memory': 507,
  unavailable: 503,
  refused: 502,
  full: 507,
  locked: 503,
  damaged: 500,
  failed: 500,
}

/** With a sentence for the reader, and for a range that is too large a narrower one. */
function refuse(response: ServerResponse, error: unknown, log: Log, refusals: SeldomLog): void {
  if (response.headersSent) return void response.destroy()
  if (!(error instanceof HistoryError)) {
    log.error('history question failed', { error: String(error) })
    return sendJson(response, 500, { say: 'The history failed to answer.' })
  }
  const { trouble, message } = error
  if (trouble !== 'too large') refusals.warn(message, { trouble, message })
  const narrower = error instanceof RangeTooLarge ? error.narrower : null
  sendJson(response, STATUS_OF[trouble], { say: `${message}.`, trouble, narrower })
}
