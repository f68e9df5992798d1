/** Answers a viewer's questions about the history over HTTP: records as a capture, a histogram, and since when. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LabelledKey } from '../../src/flows/flow.ts'
import { unreachable } from '../../src/lib/assert.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { keyFromMessage, keyToMessage } from '../../src/wire/flow-message.ts'
import type { Viewer } from '../auth/viewer.ts'
import { viewOf } from '../bridge/viewer-view.ts'
import { answerHistogram } from '../history/answer/answer-histogram.ts'
import { openRecords } from '../history/answer/answer-records.ts'
import { answerSeen, readConversation } from '../history/answer/answer-seen.ts'
import { MisreadQuestion, readBars, readSelection, readStep } from '../history/answer/history-question.ts'
import type { HistoryViewer } from '../history/answer/shown-keys.ts'
import { RangeTooLarge } from '../history/answer/too-large.ts'
import { HistoryError, type HistoryTrouble } from '../history/history-error.ts'
import type { HistoryLimits, HistoryStore } from '../history/history-store.ts'
import { sendJson } from '../http/plain-answer.ts'
import { ClientPlaces } from '../lib/client-places.ts'
import type { Log } from '../lib/log.ts'
import { sendChunks } from './send-chunks.ts'

export const HISTORY_QUESTIONS = ['records', 'histogram', 'seen'] as const
export type HistoryQuestionName = (typeof HISTORY_QUESTIONS)[number]

/** Answers at a time. Each holds a cursor of the engine and reads its files. */
const PLACES = { all: 12, perClient: 4 }
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

export interface HistoryAnswers {
  /** Answers a GET; `params` is the query of its address. */
  answer(
    question: HistoryQuestionName,
    params: URLSearchParams,
    exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
    viewer: Viewer,
  ): Promise<void>
}

export function createHistoryAnswers(store: HistoryStore, options: HistoryAnswersOptions): HistoryAnswers {
  const places = new ClientPlaces(PLACES)
  return {
    async answer(question, params, { request, response }, viewer) {
      const place = places.take(options.addressOf?.(request) ?? request.socket.remoteAddress ?? '')
      if (typeof place !== 'function') {
        response.setHeader('retry-after', '5')
        return sendJson(response, 503, { say: 'Others are reading the history now. Try again.' })
      }
      const aborting = new AbortController()
      response.once('close', () => aborting.abort(new Error('the reader has gone')))
      const limits = { ...DEFAULT_LIMITS, ...options.limits, signal: aborting.signal }
      try {
        await answerOne(store, options, { question, params, viewer }, response, limits)
      } catch (error) {
        if (aborting.signal.aborted) return
        refuse(response, error, options.log)
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
}

async function answerOne(
  store: HistoryStore,
  { cluster, version, clock }: HistoryAnswersOptions,
  { question, params, viewer }: Asked,
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
      const bytes = await openRecords(
        store,
        { ...selection, ...seen, step, cluster, tool: `flowtrace ${version}`, now },
        limits,
      )
      response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
      return sendChunks(bytes, response, clock)
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
    default:
      return unreachable(question, 'question of the history')
  }
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
function refuse(response: ServerResponse, error: unknown, log: Log): void {
  if (response.headersSent) return void response.destroy()
  if (!(error instanceof HistoryError)) {
    log.error('history question failed', { error: String(error) })
    return sendJson(response, 500, { say: 'The history failed to answer.' })
  }
  const { trouble, message } = error
  if (trouble !== 'too large') log.warn('history question refused', { trouble, message })
  const narrower = error instanceof RangeTooLarge ? error.narrower : null
  sendJson(response, STATUS_OF[trouble], { say: `${message}.`, trouble, narrower })
}
