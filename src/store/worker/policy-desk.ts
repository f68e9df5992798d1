/**
 * Serves one page's orders about policies: loads them, explains flows by them, and runs them over the keys of the open
 * source. A lazy chunk. Long work is done in slices, because the worker may serve other pages.
 */
import { ALL } from '../../filter/tree/expression.ts'
import type { RecordedHit } from '../../flows/recorded-hit.ts'
import { unreachable } from '../../lib/assert.ts'
import { runInSlices } from '../../lib/time-slices.ts'
import type { Stage } from '../../policy/evaluate/connection-evaluator.ts'
import { MAX_MANIFEST_FILES, MAX_MANIFEST_LENGTH } from '../../policy/manifest/manifest-limits.ts'
import { refusal, toTrouble } from '../../source/trouble.ts'
import type { RecordStore } from '../keys/record-store.ts'
import { explainBySets } from '../policies/explain-flow.ts'
import { KeyVerdicts } from '../policies/key-verdicts.ts'
import { loadedReport } from '../policies/loaded-report.ts'
import { PolicySets } from '../policies/policy-sets.ts'
import { runKeysOf, RunTally } from '../policies/run-tally.ts'
import { usageReport } from '../policies/usage-report.ts'
import type { PolicyDocument, PolicyNews, PolicyOrder, RunProgress, RunRequest } from '../policy-messages.ts'
import type { FromWorker } from '../protocol.ts'
import { matchNow } from '../query/exported-rows.ts'
import { resolveRange } from '../query/sliding-range.ts'

const PROGRESS_INTERVAL_MS = 200
/** Keys of a run: an upper bound on its memory, of about half a kilobyte each. */
const MAX_RUN_KEYS = 500_000

/** The open source, as a run needs it. */
export interface PolicyScene {
  readonly store: RecordStore
  /** Unix seconds by the clock that the records have their times from. */
  readonly now: number
  /** The end of sliding ranges. */
  readonly newest: number | null
}

const desks = new WeakMap<object, PolicyDesk>()

/** The desk of a page's session; it goes when the session does. */
export function deskOf(
  session: object,
  post: (message: FromWorker) => void,
  scene: () => PolicyScene | null,
): PolicyDesk {
  const desk = desks.get(session) ?? new PolicyDesk(post, scene)
  desks.set(session, desk)
  return desk
}

type LongOrder = Extract<PolicyOrder, { order: 'load' | 'explain' | 'use' | 'run' }>

export class PolicyDesk {
  readonly #post: (message: FromWorker) => void
  readonly #scene: () => PolicyScene | null
  readonly #clock: () => number
  /** What is loaded, and the number of the order that loaded it. */
  #loaded: { readonly sets: PolicySets; readonly load: number } | null = null
  /** By the numbers of their orders. */
  readonly #working = new Map<
    number,
    { readonly order: LongOrder['order']; readonly abort: AbortController }
  >()
  /** Those of the last run of each stage, so that the next one evaluates only what changed. */
  readonly #verdicts = new Map<Stage, KeyVerdicts>()

  /** `clock` gives milliseconds. */
  constructor(
    post: (message: FromWorker) => void,
    scene: () => PolicyScene | null,
    clock: () => number = () => performance.now(),
  ) {
    this.#post = post
    this.#scene = scene
    this.#clock = clock
  }

  receive(id: number, order: PolicyOrder): void {
    switch (order.order) {
      case 'hold':
        this.#forgetOtherSources()
        return this.#say(id, { news: 'held', held: this.#loaded?.load === order.load })
      case 'cancel':
        return this.#cancel((other) => other === order.id)
      case 'load':
      case 'run':
        this.#cancel((_, running) => running === order.order)
        void this.#work(id, order)
        return
      case 'explain':
      case 'use':
        void this.#work(id, order)
        return
      default:
        unreachable(order, 'order about policies')
    }
  }

  #say(id: number, news: PolicyNews): void {
    this.#post({ type: 'policies', id, news })
  }

  #cancel(isMeant: (id: number, order: LongOrder['order']) => boolean): void {
    for (const [id, { order, abort }] of this.#working) if (isMeant(id, order)) abort.abort()
  }

  /** Does what takes longer. An order that was aborted is not answered. */
  async #work(id: number, order: LongOrder): Promise<void> {
    const abort = new AbortController()
    const { signal } = abort
    this.#working.set(id, { order: order.order, abort })
    try {
      const news = await this.#newsOf(id, order, signal)
      if (!signal.aborted) this.#say(id, news)
    } catch (error) {
      if (!signal.aborted) this.#say(id, { news: 'failed', trouble: toTrouble(error) })
    } finally {
      this.#working.delete(id)
    }
  }

  #newsOf(id: number, order: LongOrder, signal: AbortSignal): Promise<PolicyNews> {
    switch (order.order) {
      case 'load':
        return this.#load(id, order.documents, signal)
      case 'explain':
        return this.#explain(order, signal)
      case 'use':
        return this.#use(order.hits, signal)
      case 'run':
        return this.#run(id, order.request, signal)
      default:
        return unreachable(order, 'order about policies')
    }
  }

  async #load(id: number, documents: readonly PolicyDocument[], signal: AbortSignal): Promise<PolicyNews> {
    const total = documents.reduce((sum, { text }) => sum + text.length, 0)
    refuseTooMany(documents.length, total)
    const sets = new PolicySets(documents)
    const onSlice = this.#everySoOften((read: number) =>
      this.#say(id, { news: 'reading', progress: { read, total } }),
    )
    await runInSlices(sets.reading(), { signal, onSlice, clock: this.#clock })
    const loaded = loadedReport(sets)
    this.#loaded = documents.length === 0 ? null : { sets, load: id }
    if (this.#loaded === null) this.#verdicts.clear()
    return { news: 'loaded', loaded }
  }

  async #explain(
    { flow, during }: Extract<PolicyOrder, { order: 'explain' }>,
    signal: AbortSignal,
  ): Promise<PolicyNews> {
    if (this.#loaded === null) return { news: 'explained', explanation: { is: 'nothing loaded' } }
    const sets = await runInSlices(this.#loaded.sets.during(during), { signal, clock: this.#clock })
    return { news: 'explained', explanation: explainBySets(flow, sets) }
  }

  async #use(hits: readonly RecordedHit[], signal: AbortSignal): Promise<PolicyNews> {
    if (this.#loaded === null) throw refusal(NOTHING_IS_LOADED)
    const steps = usageReport(hits, this.#loaded.sets.current)
    return { news: 'used', report: await runInSlices(steps, { signal, clock: this.#clock }) }
  }

  async #run(id: number, request: RunRequest, signal: AbortSignal): Promise<PolicyNews> {
    const scene = this.#scene()
    const { store } = scene ?? {}
    if (scene === null || store === undefined) throw refusal(SOURCE_IS_CLOSED)
    const { scope, stage } = request
    const view = {
      shape: 'keys' as const,
      filter: scope?.filter ?? ALL,
      time: resolveRange(scope?.time ?? null, scene.newest),
      until: scope?.until ?? null,
      frozen: scope?.frozen ?? null,
    }
    const found = matchNow(store, view, scene.now)
    const runKeys = runKeysOf(found, MAX_RUN_KEYS)
    const { keys } = found.context.snapshot
    const report = this.#everySoOften((progress: RunProgress) =>
      this.#say(id, { news: 'evaluated', progress }),
    )
    const isOpen = () => this.#scene()?.store === store
    const giveUpWhenClosed = () => {
      if (!isOpen()) throw refusal(SOURCE_IS_CLOSED)
    }
    for (;;) {
      const loaded = this.#loaded
      if (loaded === null) throw refusal(NOTHING_IS_LOADED)
      const { evaluator, manifests } = loaded.sets.current
      const verdicts = this.#verdictsOf(keys, stage, runKeys.entries.length, loaded.sets)
      const onSlice = (progress: RunProgress) => {
        giveUpWhenClosed()
        report(progress)
      }
      // oxlint-disable-next-line no-await-in-loop -- begins anew where other policies were loaded meanwhile
      await runInSlices(verdicts.evaluate(runKeys.entries, manifests), {
        signal,
        onSlice,
        clock: this.#clock,
      })
      const tally = new RunTally(found, verdicts, evaluator, request)
      // oxlint-disable-next-line no-await-in-loop -- as above
      await runInSlices(tally.add(runKeys), { signal, onSlice: giveUpWhenClosed, clock: this.#clock })
      if (this.#loaded === loaded) return { news: 'ran', result: tally.result(runKeys.leftOut) }
    }
  }

  #verdictsOf(
    keys: RecordStore['keys'],
    stage: Stage,
    entryCount: number,
    { current }: PolicySets,
  ): KeyVerdicts {
    const known = this.#verdicts.get(stage)
    if (known?.isOfUse(keys, entryCount) === true) return known
    const made = new KeyVerdicts(keys, current.manifests, stage)
    this.#verdicts.set(stage, made)
    return made
  }

  /** Verdicts hold the keys of their store in memory. */
  #forgetOtherSources(): void {
    const keys = this.#scene()?.store.keys
    for (const [stage, verdicts] of this.#verdicts) if (verdicts.keys !== keys) this.#verdicts.delete(stage)
  }

  #everySoOften<Value>(tell: (value: Value) => void): (value: Value) => void {
    let toldAt = this.#clock()
    return (value) => {
      if (this.#clock() - toldAt < PROGRESS_INTERVAL_MS) return
      toldAt = this.#clock()
      tell(value)
    }
  }
}

const NOTHING_IS_LOADED = 'No policies are loaded.'
const SOURCE_IS_CLOSED = 'The source was closed before the policies were evaluated.'

/** `length`: characters of all documents. */
function refuseTooMany(documents: number, length: number): void {
  if (documents > MAX_MANIFEST_FILES)
    throw refusal(`At most ${MAX_MANIFEST_FILES} files of policies are read together, not ${documents}.`)
  if (length > MAX_MANIFEST_LENGTH)
    throw refusal(`The policies have more than ${MAX_MANIFEST_LENGTH} characters together.`)
}
