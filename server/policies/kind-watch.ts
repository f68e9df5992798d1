/**
 * Lists a kind of objects and watches it, for ever: list, watch from the list's version on, watch on from the last event or
 * bookmark, and list anew where that version has expired (410). What fails is tried again with back-off.
 */
import { BackOff, type BackOffBounds, SLOW_BACK_OFF } from '../../src/lib/back-off.ts'
import type { Clock } from '../../src/lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { ApiStatusError, type ApiCalls, type WatchEvent } from './api-calls.ts'
import type { ApiDiscovery } from './api-discovery.ts'
import { KindObjects, type ListedObjects } from './kind-objects.ts'
import { isExpired, isForbidden, type KindStatus, logStatus, sentenceOf } from './kind-status.ts'
import type { VersionHistory } from './version-history.ts'
import { kindId, pathOf, type ServedResource, type WatchedKind } from './watched-kinds.ts'

/** In a row, before everything is listed anew. */
const MAX_FAILED_WATCHES = 4
/** A watch that ends sooner than this and without an event is one that failed. */
const SHORTEST_WATCH_MS = 1000

export interface WatchDelays {
  readonly quick: BackOffBounds
  /** For what somebody has to grant or to install first. */
  readonly slow: BackOffBounds
}

export const DEFAULT_DELAYS: WatchDelays = {
  quick: { minMs: 250, firstBoundMs: 1000, maxMs: 30_000 },
  slow: SLOW_BACK_OFF,
}

export interface KindWatchOptions {
  readonly kind: WatchedKind
  readonly calls: ApiCalls
  readonly discovery: ApiDiscovery
  readonly history: VersionHistory
  readonly clock: Clock
  readonly log: Log
  readonly delays: WatchDelays
  /** Objects in a page of a list. */
  readonly pageObjects: number
  readonly onFailure: () => void
  readonly onEvent: () => void
}

export class KindWatch {
  readonly #options: KindWatchOptions
  readonly #objects: KindObjects
  readonly #quick: BackOff
  readonly #slow: BackOff
  #status: KindStatus = { state: 'reading', why: null }
  /** Unix seconds; null before the first list. */
  #listedAt: number | null = null
  /** Unix seconds: when every object was last known. */
  #knownUntil: number | null = null

  constructor(options: KindWatchOptions) {
    this.#options = options
    this.#objects = new KindObjects(options.kind, options.history, options.clock)
    this.#quick = new BackOff(Math.random, options.delays.quick)
    this.#slow = new BackOff(Math.random, options.delays.slow)
  }

  get status(): KindStatus {
    return this.#status
  }

  /** Unix seconds: since when every change is seen; null before the first list. */
  get listedAt(): number | null {
    return this.#listedAt
  }

  /** Resolves after the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const delay = await this.#follow(signal)
      if (!signal.aborted) await this.#sleep(delay, signal)
    }
  }

  /** Returns how many milliseconds to wait before the next attempt. */
  async #follow(signal: AbortSignal): Promise<number> {
    const { kind, discovery, onFailure } = this.#options
    try {
      const served = await discovery.find(kind, signal)
      if (served.length === 0) {
        this.#objects.retain(new Set())
        this.#setStatus({ state: 'absent', why: 'The cluster does not serve this kind' })
        return this.#slow.nextDelayMs()
      }
      const refusal = await this.#followFirst(served, signal)
      // Its version has expired, which may happen again at once.
      if (refusal === null) return this.#quick.nextDelayMs()
      this.#objects.forget()
      this.#listedAt = null
      this.#knownUntil = null
      this.#setStatus({ state: 'forbidden', why: `The gateway’s own account may not ${refusal}` })
      return this.#slow.nextDelayMs()
    } catch (error) {
      if (signal.aborted) return 0
      onFailure()
      this.#setStatus({ state: 'failing', why: sentenceOf(error) })
      return isForbidden(error) ? this.#slow.nextDelayMs() : this.#quick.nextDelayMs()
    }
  }

  /** Follows the first place that may be listed, until its version has expired. Else returns which right is missing. */
  async #followFirst(served: readonly ServedResource[], signal: AbortSignal): Promise<string | null> {
    let refusal: string | null = null
    for (const resource of served) {
      const { group } = resource
      let resourceVersion: string
      try {
        resourceVersion = await this.#list(resource, signal)
      } catch (error) {
        if (!isForbidden(error)) throw error
        refusal ??= `list ${resource.resource}${group === '' ? '' : `.${group}`}`
        continue
      }
      await this.#watchOn(resource, resourceVersion, signal)
      return null
    }
    return refusal
  }

  /** Returns the version to watch from. */
  async #list(resource: ServedResource, signal: AbortSignal): Promise<string> {
    const { calls, pageObjects } = this.#options
    const request = { resource, limit: pageObjects, knownUntil: this.#knownUntil }
    const begunAt = this.#now()
    let listed: ListedObjects
    try {
      listed = await this.#objects.list(calls, request, signal)
    } catch (error) {
      // The list's version expired between two pages, which it cannot do within one.
      if (!isExpired(error)) throw error
      listed = await this.#objects.list(calls, { ...request, limit: 0 }, signal)
    }
    this.#objects.retain(listed.paths)
    this.#listedAt ??= begunAt
    this.#knownUntil = begunAt
    this.#quick.reset()
    this.#slow.reset()
    this.#setStatus({ state: 'ok', why: null })
    this.#options.onEvent()
    return listed.resourceVersion
  }

  /** Watches until the version has expired, or too many watches in a row have failed. Throws ApiServerError. */
  async #watchOn(resource: ServedResource, listed: string, signal: AbortSignal): Promise<void> {
    const { calls, clock, onEvent, onFailure } = this.#options
    let resourceVersion = listed
    while (!signal.aborted) {
      const begunAt = clock.now()
      let events = 0
      const watch = {
        path: pathOf(resource),
        resourceVersion,
        onOpen: () => this.#setStatus({ state: 'ok', why: null }),
        onEvent: (event: WatchEvent) => {
          events += 1
          resourceVersion = event.object.metadata?.resourceVersion ?? resourceVersion
          this.#take(event, resource)
          this.#quick.reset()
          onEvent()
        },
      }
      try {
        await calls.watch(watch, signal)
        if (events > 0 || clock.now() - begunAt >= SHORTEST_WATCH_MS) {
          this.#knownUntil = this.#now()
          this.#quick.reset()
          continue
        }
      } catch (error) {
        if (signal.aborted || isExpired(error)) return
        // With a status the API server has said that it is of no use to go on.
        if (error instanceof ApiStatusError || this.#quick.attempt >= MAX_FAILED_WATCHES) throw error
        onFailure()
        this.#setStatus({ state: 'failing', why: sentenceOf(error) })
      }
      await this.#sleep(this.#quick.nextDelayMs(), signal)
    }
  }

  #take({ type, object }: WatchEvent, resource: ServedResource): void {
    // An event comes as soon as something has changed, so that until now nothing else had. A bookmark has a version alone.
    this.#knownUntil = this.#now()
    if (type === 'ADDED' || type === 'MODIFIED') this.#objects.put(object, resource, this.#knownUntil)
    if (type === 'DELETED') this.#objects.remove(object, resource)
  }

  #setStatus(status: KindStatus): void {
    const { log, kind } = this.#options
    logStatus(log, kindId(kind), this.#status, status)
    this.#status = status
  }

  /** Unix seconds. */
  #now(): number {
    return this.#options.clock.now() / 1000
  }

  #sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (milliseconds === 0 || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        cancel()
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const cancel = this.#options.clock.after(milliseconds, wake)
      signal.addEventListener('abort', wake, { once: true })
    })
  }
}
