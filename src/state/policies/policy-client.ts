/**
 * A page's end of its policies, a lazy chunk: loads documents into the worker of the open source, and again into that of a
 * source that is opened later, and asks what they say. The policies are the page's until they are removed; nothing of them
 * is stored, or sent to a server.
 */
import { ensure, unreachable } from '../../lib/assert.ts'
import type { LabelledKey } from '../../flows/flow.ts'
import type { RecordedHit } from '../../flows/recorded-hit.ts'
import { Observable } from '../../lib/observable.ts'
import { type Trouble, TroubleError } from '../../source/trouble.ts'
import type {
  LoadedPolicies,
  PolicyDocument,
  PolicyExplanation,
  PolicyNews,
  PolicyNewsMessage,
  PolicyOrder,
  PolicyRunResult,
  RunProgress,
  RunRequest,
  UsageReport,
} from '../../store/policy-messages.ts'
import type { TimeRange } from '../client/time-range.ts'
import { NOTHING_LOADED, type PoliciesState } from './policies-state.ts'
import { SOURCE_CLOSED } from '../client/pending-exports.ts'
import type { PolicyPort } from '../client/policy-port.ts'

/** A load that the worker has not answered yet. */
interface PendingLoad {
  readonly id: number
  readonly documents: readonly PolicyDocument[]
  /** Whether these documents were loaded before, for another source. */
  readonly isAgain: boolean
  readonly settle: () => void
}

/** A question that is asked again where the worker has to load the policies first. */
interface PendingQuestion {
  readonly order: PolicyOrder
  readonly resolve: (news: PolicyNews) => void
  readonly reject: (reason: unknown) => void
}

interface PendingRun {
  readonly id: number
  readonly onProgress: (progress: RunProgress) => void
  readonly resolve: (result: PolicyRunResult) => void
  readonly reject: (reason: unknown) => void
}

export class PolicyClient {
  readonly state: Observable<PoliciesState> = new Observable<PoliciesState>(NOTHING_LOADED)
  readonly #port: PolicyPort
  #lastId = 0
  /** The number of the load that the worker has. */
  #heldLoad = 0
  /** The number of the question whether the worker of another source has the policies, while it is open. */
  #holdId: number | null = null
  #load: PendingLoad | null = null
  #run: PendingRun | null = null
  readonly #questions = new Map<number, PendingQuestion>()

  constructor(port: PolicyPort) {
    this.#port = port
    port.hear = (event) => {
      if (event === 'opened') this.#onOpened()
      else if ('type' in event) this.#receive(event)
      else this.#failAll(event)
    }
  }

  /**
   * Loads documents in place of those of before; none unloads them. Resolves when they are loaded, or cannot be, or when the
   * load was cancelled: {@link state} says what came of it.
   */
  load(documents: readonly PolicyDocument[]): Promise<void> {
    return new Promise((resolve) => {
      this.#cancelLoad()
      this.#postLoad(documents, false, resolve)
    })
  }

  unload(): Promise<void> {
    return this.load([])
  }

  /** Gives up the load that is on its way. Policies of before stay; those that are read again for another source do not. */
  cancelLoad(): void {
    const isAgain = this.#load?.isAgain === true
    this.#cancelLoad()
    this.#change({ reading: null })
    if (isAgain) void this.unload()
  }

  /**
   * What the policies in force during a record of the flow say of it. Rejects with the signal's reason, or a
   * {@link TroubleError}.
   */
  explain(flow: LabelledKey, during: TimeRange, signal: AbortSignal): Promise<PolicyExplanation> {
    return this.#ask({ order: 'explain', flow, during }, signal, (news) =>
      news.news === 'explained' ? news.explanation : null,
    )
  }

  /** Which rules of the policies in force now are among recorded hits. Rejects as {@link explain}. */
  usage(hits: readonly RecordedHit[], signal: AbortSignal): Promise<UsageReport> {
    return this.#ask({ order: 'use', hits }, signal, (news) => (news.news === 'used' ? news.report : null))
  }

  /**
   * The verdicts of the policies in force now for many keys, compared with the recorded ones. Ends a run of before, which
   * rejects. Rejects as {@link explain}; also when another source is opened.
   */
  run(
    request: RunRequest,
    signal: AbortSignal,
    onProgress: (progress: RunProgress) => void = () => {},
  ): Promise<PolicyRunResult> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      this.#run?.reject(new DOMException('another run began', 'AbortError'))
      const id = ++this.#lastId
      this.#run = { id, onProgress, resolve, reject }
      signal.addEventListener(
        'abort',
        () => {
          if (this.#run?.id !== id) return
          this.#run = null
          this.#post(++this.#lastId, { order: 'cancel', id })
          reject(signal.reason)
        },
        { once: true },
      )
      this.#post(id, { order: 'run', request })
    })
  }

  /** `read` gives null for news that are no answer to such an order. */
  #ask<Answer>(
    order: PolicyOrder,
    signal: AbortSignal,
    read: (news: PolicyNews) => Answer | null,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const id = ++this.#lastId
      const onAbort = () => {
        if (this.#questions.delete(id)) reject(signal.reason)
      }
      const settled = () => signal.removeEventListener('abort', onAbort)
      signal.addEventListener('abort', onAbort, { once: true })
      this.#questions.set(id, {
        order,
        resolve: (news) => (settled(), resolve(ensure(read(news), order.order))),
        reject: (reason) => (settled(), reject(reason)),
      })
      if (!this.#isRestoring) this.#post(id, order)
    })
  }

  get #isRestoring(): boolean {
    return this.#holdId !== null || this.#load?.isAgain === true
  }

  #post(id: number, order: PolicyOrder): void {
    this.#port.post({ type: 'policies', id, order })
  }

  #postLoad(documents: readonly PolicyDocument[], isAgain: boolean, settle: () => void): void {
    const id = ++this.#lastId
    this.#load = { id, documents, isAgain, settle }
    this.#holdId = null
    const total = documents.reduce((sum, { text }) => sum + text.length, 0)
    this.#change({ reading: { read: 0, total }, trouble: null })
    this.#post(id, { order: 'load', documents })
  }

  #cancelLoad(): void {
    if (this.#load === null) return
    const { id, settle } = this.#load
    this.#load = null
    this.#post(++this.#lastId, { order: 'cancel', id })
    settle()
  }

  /** Another source may be open in another worker, which knows nothing of the policies. */
  #onOpened(): void {
    this.#run?.reject(new TroubleError(SOURCE_CLOSED))
    this.#run = null
    const { documents } = this.state.get()
    if (this.#load !== null) {
      const { documents: pending, isAgain, settle } = this.#load
      this.#postLoad(pending, isAgain, settle)
    } else if (documents.length > 0) {
      this.#holdId = ++this.#lastId
      this.#post(this.#holdId, { order: 'hold', load: this.#heldLoad })
    }
  }

  #receive({ id, news }: PolicyNewsMessage): void {
    switch (news.news) {
      case 'reading':
        if (this.#load?.id === id) this.#change({ reading: news.progress })
        return
      case 'loaded':
        if (this.#load?.id === id) this.#onLoaded(this.#load, news.loaded)
        return
      case 'held':
        if (this.#holdId === id) this.#onHeld(news.held)
        return
      case 'explained':
      case 'used':
        this.#questions.get(id)?.resolve(news)
        this.#questions.delete(id)
        return
      case 'evaluated':
        if (this.#run?.id === id) this.#run.onProgress(news.progress)
        return
      case 'ran':
        if (this.#run?.id !== id) return
        this.#run.resolve(news.result)
        this.#run = null
        return
      case 'failed':
        return this.#onFailed(id, news.trouble)
      default:
        return unreachable(news, 'news of policies')
    }
  }

  #onLoaded({ id, documents, isAgain, settle }: PendingLoad, loaded: LoadedPolicies): void {
    this.#load = null
    this.#heldLoad = id
    const { version } = this.state.get()
    this.#change({
      documents,
      loaded: documents.length === 0 ? null : loaded,
      version: isAgain ? version : version + 1,
      reading: null,
    })
    this.#askAgain()
    settle()
  }

  #onHeld(isHeld: boolean): void {
    this.#holdId = null
    if (isHeld) this.#askAgain()
    else this.#postLoad(this.state.get().documents, true, () => {})
  }

  /** Questions that were asked while the worker did not have the policies. */
  #askAgain(): void {
    for (const [id, { order }] of this.#questions) this.#post(id, order)
  }

  #onFailed(id: number, trouble: Trouble): void {
    const error = new TroubleError(trouble)
    if (this.#load?.id === id) {
      const { settle } = this.#load
      this.#load = null
      this.#change({ reading: null, trouble })
      settle()
    } else if (this.#holdId === id) {
      this.#holdId = null
      this.#change({ trouble })
    } else if (this.#run?.id === id) {
      this.#run.reject(error)
      this.#run = null
    }
    this.#questions.get(id)?.reject(error)
    this.#questions.delete(id)
  }

  /** The worker or the source is gone. What is loaded is loaded again for the next source. */
  #failAll(trouble: Trouble): void {
    for (const id of [this.#load?.id, this.#holdId, this.#run?.id, ...this.#questions.keys()])
      if (id !== undefined && id !== null) this.#onFailed(id, trouble)
  }

  #change(part: Partial<PoliciesState>): void {
    this.state.set({ ...this.state.get(), ...part })
  }
}
