/** The page's copy in the browser, which a service worker keeps: whether there is one, and whether it is of a newer version. */
import { type Clock, systemClock } from '../../lib/clock.ts'
import { Observable } from '../../lib/observable.ts'

/** `newer`: the server has another version than the one that runs, and it is kept. */
export type OfflineCopyState = 'none' | 'kept' | 'newer'

/** Relative to the page, as its scope is. Written by scripts/service-worker.mjs. */
const SCRIPT = './service-worker.js'
/** A page that is open for days looks for another version so often. */
const CHECK_MS = 60 * 60_000
/** What src/offline/service-worker.ts listens to. */
const USE_THIS_VERSION = 'use-this-version'

export class OfflineCopy {
  readonly #container: ServiceWorkerContainer | undefined
  readonly #clock: Clock
  readonly #reload: () => void
  readonly #state = new Observable<OfflineCopyState>('none')
  #registration: ServiceWorkerRegistration | null = null
  readonly get = this.#state.get
  readonly subscribe = this.#state.subscribe

  /** `container`: undefined where the page is not in a secure context (plain HTTP, but for localhost), or from a file. */
  constructor(
    container: ServiceWorkerContainer | undefined,
    reload: () => void = () => location.reload(),
    clock: Clock = systemClock,
  ) {
    this.#container = container
    this.#reload = reload
    this.#clock = clock
  }

  /** Keeps the copy from now on. Resolves once there is one, or cannot be: nothing else depends on it, so it never rejects. */
  async keep(): Promise<void> {
    const container = this.#container
    if (container === undefined) return
    try {
      const registration = await container.register(SCRIPT, { updateViaCache: 'none' })
      this.#registration = registration
      // There is a controller when the copy was kept by a page before this one.
      let isControlled = container.controller !== null
      container.addEventListener('controllerchange', () => {
        if (isControlled) this.#state.set('newer')
        isControlled = true
      })
      registration.addEventListener('updatefound', () => this.#watch(registration.installing))
      this.#watch(registration.installing)
      await container.ready
      if (this.#state.get() === 'none') this.#state.set(registration.waiting === null ? 'kept' : 'newer')
      this.#check(registration)
    } catch {
      // The browser allows no service worker here, or the script could not be fetched: the page works without.
    }
  }

  /** Loads the newer version in place of the one that runs. */
  readonly loadNewer = (): void => {
    const waiting = this.#registration?.waiting ?? null
    if (waiting === null || this.#container === undefined) return this.#reload()
    this.#container.addEventListener('controllerchange', () => this.#reload(), { once: true })
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a service worker's takes none
    waiting.postMessage(USE_THIS_VERSION)
  }

  #watch(installing: ServiceWorker | null): void {
    installing?.addEventListener('statechange', () => {
      // Without a controller it is the first version that is kept.
      const isUpdate = (this.#container?.controller ?? null) !== null
      if (installing.state === 'installed' && isUpdate) this.#state.set('newer')
    })
  }

  #check(registration: ServiceWorkerRegistration): void {
    this.#clock.after(CHECK_MS, () => {
      // It rejects while the server is away.
      registration.update().catch(() => {})
      this.#check(registration)
    })
  }
}
