/** A real {@link StoreClient} whose worker is a fake: for component tests. */
import { act } from '@testing-library/react'
import { type ReactNode, useSyncExternalStore } from 'react'

import { systemClock } from '../../lib/clock.ts'
import { Observable } from '../../lib/observable.ts'
import type { CaptureCheck } from '../../source/capture-check.ts'
import type {
  Answers,
  Facet,
  FacetRequest,
  FromWorker,
  Histogram,
  Holdings,
  OpenSource,
  Question,
  Status,
  TimeRange,
  ToWorker,
  TableWindow,
} from '../../store/protocol.ts'
import { type Flowtrace, FlowtraceContext } from '../client/flowtrace.ts'
import { NOTHING_HELD } from '../client/client-snapshot.ts'
import { isReading } from '../client/source-state.ts'
import { StoreClient } from '../client/store-client.ts'
import type { Port } from '../client/worker-ports.ts'
import { EMPTY_WINDOW } from './empty-window.ts'
import { navigation } from '../view/navigation.ts'

/** Answers by what a question is about. Undefined, and a kind without a function, leave the question unanswered. */
export type FakeAnswers = {
  readonly [About in Question['about']]?: (
    question: Extract<Question, { about: About }>,
  ) => Answers[About] | undefined
}

/** What an answer says beside its window; by default that nothing is held. */
/** What a live source lacks, and how fresh it is. */
export type FakeLiveReport = NonNullable<Status['live']>

export interface FakeStatus extends Partial<Omit<Status, 'holdings'>> {
  readonly holdings?: Partial<Holdings>
  /** The range that the worker answered for. */
  readonly time?: TimeRange
  /** Answers each facet that the page has requested; by default no facet has a value. */
  readonly facet?: (request: FacetRequest) => Facet
  readonly histogram?: Histogram
  /** Whether the facets are of a part; by default as the state of the source says. */
  readonly isPartial?: boolean
}

/** Takes every file for a capture; its hash is made of its size. */
function takeFile({ name, size }: File): CaptureCheck {
  return { ok: true, id: { name, size, hash: size.toString(16).padStart(16, '0') } }
}

function noValues({ field }: FacetRequest): Facet {
  return { field, values: [], distinct: 0, records: 0, denied: 0 }
}

class FakeWorker implements Port {
  readonly #answers: FakeAnswers
  readonly #checkFile: (file: File) => CaptureCheck
  readonly opened: OpenSource[] = []
  readonly posted: ToWorker[] = []
  readonly #listeners = new Set<(event: MessageEvent<FromWorker>) => void>()
  #lastViewSeq = 0
  #lastFacets: readonly FacetRequest[] = []

  constructor(answers: FakeAnswers, checkFile: (file: File) => CaptureCheck) {
    this.#answers = answers
    this.#checkFile = checkFile
  }

  postMessage(message: ToWorker): void {
    this.posted.push(message)
    if (message.type === 'view') {
      this.#lastViewSeq = message.seq
      this.#lastFacets = message.facets
    }
    if (message.type === 'open') this.opened.push(message.source)
    if (message.type === 'check') {
      const { id, file } = message
      const check = this.#checkFile(file)
      queueMicrotask(() => this.send({ type: 'checked', id, check }))
    }
    if (message.type !== 'ask') return
    const { id, question } = message
    // The function for a kind takes questions of that kind.
    const answerTo = this.#answers[question.about] as
      | ((question: Question) => Answers[keyof Answers] | undefined)
      | undefined
    const answer = answerTo?.(question)
    if (answer !== undefined) queueMicrotask(() => this.send({ type: 'answer', id, answer }))
  }

  addEventListener(_type: 'message', listener: (event: MessageEvent<FromWorker>) => void): void {
    this.#listeners.add(listener)
  }

  /** Answers the newest view request. */
  sendWindow(
    window: Partial<TableWindow>,
    { time, facet = noValues, histogram, isPartial, ...status }: FakeStatus,
  ): void {
    const holdings = { ...NOTHING_HELD.holdings, ...status.holdings }
    this.send({
      type: 'view',
      seq: this.#lastViewSeq,
      status: { ...NOTHING_HELD, ...status, holdings },
      time: time ?? null,
      newest: holdings.newest,
      window: { ...EMPTY_WINDOW, ...window },
    })
    this.send({
      type: 'counts',
      seq: this.#lastViewSeq,
      facets: this.#lastFacets.map(facet),
      histogram: histogram ?? null,
      isPartial: isPartial ?? isReading(status.source ?? NOTHING_HELD.source),
    })
  }

  send(data: FromWorker): void {
    // All that the client reads of the event.
    const event = { data } as MessageEvent<FromWorker>
    act(() => {
      for (const listener of this.#listeners) listener(event)
    })
  }
}

export interface FakeStore {
  readonly client: StoreClient
  /** The `wrapper` of Testing Library's `render`. */
  readonly Wrapper: (props: { children: ReactNode }) => ReactNode
  /** Answers the view request; what is left out is empty. */
  readonly sendWindow: (window: Partial<TableWindow>, status?: FakeStatus) => void
  /** Opens another source in place of the one of before. */
  readonly reopen: (open: OpenSource) => void
  /** What the worker was told to open, the first source included. */
  readonly opened: readonly OpenSource[]
  /** All messages of the page to the worker. */
  readonly posted: readonly ToWorker[]
  /** Sends a message of the worker. */
  readonly send: (message: FromWorker) => void
}

const CAPTURE: OpenSource = { kind: 'url', url: 'http://localhost/capture', name: 'capture' }

/** A store with a source open, by default a capture, and the view of the address requested. */
export function fakeStore(
  answers: FakeAnswers = {},
  open: OpenSource = CAPTURE,
  checkFile: (file: File) => CaptureCheck = takeFile,
): FakeStore {
  const worker = new FakeWorker(answers, checkFile)
  const client = new StoreClient(
    { live: worker, files: () => worker },
    (run) => run(),
    systemClock,
    (run) => run(),
  )
  client.open(open)
  const { filter, shape, time, sort, open: selected } = navigation.parsed().view
  client.setView({ filter, shape, time, sort, selected })
  const flowtrace = new Observable<Flowtrace>({
    client,
    source: { name: 'capture', open },
    offered: null,
    clusters: [],
    openSource: (source) => client.open(source.open),
  })
  return {
    client,
    Wrapper: ({ children }) => (
      <FlowtraceContext value={useSyncExternalStore(flowtrace.subscribe, flowtrace.get)}>
        {children}
      </FlowtraceContext>
    ),
    reopen: (next) =>
      act(() => {
        flowtrace.set({ ...flowtrace.get(), source: { name: 'capture', open: next } })
        client.open(next)
      }),
    sendWindow: (window, status = {}) => worker.sendWindow(window, status),
    opened: worker.opened,
    posted: worker.posted,
    send: (message) => worker.send(message),
  }
}
