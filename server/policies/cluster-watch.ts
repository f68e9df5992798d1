/** The policies of a cluster, listed and watched, and what of them a viewer may see. */
import { setMaxListeners } from 'node:events'
import type { Clock } from '../../src/lib/clock.ts'
import type { ServedPolicyDocument, ServedPolicyKind } from '../../src/wire/served-policies.ts'
import { ApiServerConnection } from '../auth/api-server-connection.ts'
import type { ApiServerOptions } from '../auth/auth-options.ts'
import type { Viewer } from '../auth/viewer.ts'
import type { Log } from '../lib/log.ts'
import { ApiCalls } from './api-calls.ts'
import { ApiDiscovery } from './api-discovery.ts'
import { ConcernCheck } from './concern-check.ts'
import { DEFAULT_DELAYS, KindWatch, type WatchDelays } from './kind-watch.ts'
import type { PoliciesContent, PolicyReadings, PolicySource } from './policy-source.ts'
import { type TrackedObject, type Version, VersionHistory } from './version-history.ts'
import { kindId, WATCHED_KINDS } from './watched-kinds.ts'

/** Each kind has a watch open and at times a list. */
const MAX_CONNECTIONS = 2 * WATCHED_KINDS.length
const PAGE_OBJECTS = 250
const PRUNE_MS = 60_000

export interface ClusterWatchOptions {
  readonly server: ApiServerOptions
  readonly clock: Clock
  readonly log: Log
  readonly delays?: WatchDelays
  /** Objects in a page of a list. */
  readonly pageObjects?: number
}

export class ClusterWatch implements PolicySource {
  readonly #connection: ApiServerConnection
  readonly #clock: Clock
  readonly #history = new VersionHistory()
  readonly #watches: readonly { readonly id: string; readonly watch: KindWatch }[]
  readonly #closing = new AbortController()
  readonly #running: Promise<unknown>
  readonly #concerns = new ConcernCheck()
  #failures = 0
  #lastEventAt: number | null = null
  #cancelPrune: () => void

  /** Begins at once. Throws AuthSetupError for an address that cannot be; a server that is away is tried again. */
  constructor(options: ClusterWatchOptions) {
    const { server, clock, log, delays = DEFAULT_DELAYS, pageObjects = PAGE_OBJECTS } = options
    this.#clock = clock
    this.#connection = new ApiServerConnection(server, MAX_CONNECTIONS)
    const calls = new ApiCalls(this.#connection, clock)
    const discovery = new ApiDiscovery(calls, clock)
    const shared = {
      calls,
      discovery,
      history: this.#history,
      clock,
      log,
      delays,
      pageObjects,
      onFailure: () => void (this.#failures += 1),
      onEvent: () => void (this.#lastEventAt = clock.now()),
    }
    this.#watches = WATCHED_KINDS.map((kind) => ({
      id: kindId(kind),
      watch: new KindWatch({ ...shared, kind }),
    }))
    // Each open call and each wait is a listener; Node warns of more than ten.
    setMaxListeners(2 * MAX_CONNECTIONS, this.#closing.signal)
    this.#running = Promise.all(this.#watches.map(({ watch }) => watch.run(this.#closing.signal)))
    this.#cancelPrune = clock.after(PRUNE_MS, () => this.#prune())
  }

  revision(): Promise<string> {
    const states = this.#watches.map(({ watch: { status } }) => `${status.state} ${status.why}`)
    return Promise.resolve(`${this.#history.revision} ${states.join(' ')}`)
  }

  contentFor(viewer: Viewer): PoliciesContent {
    const { omitted } = this.#history
    const objects = [...this.#history.objects()]
    const { shown, unreadable } = this.#concerns.shownTo(viewer, objects)
    return {
      origin: 'kubernetes',
      since: this.#since(),
      kinds: this.#watches.map(({ id, watch }): ServedPolicyKind => ({ kind: id, ...watch.status })),
      documents: shown.map(({ object, version }) => documentOf(object, version)),
      omitted: { ...omitted, objects: omitted.objects + unreadable },
    }
  }

  get readings(): PolicyReadings {
    return { objects: this.#history.size, lastEventAt: this.#lastEventAt, failures: this.#failures }
  }

  /** Resolves when no call is open. */
  async close(): Promise<void> {
    this.#cancelPrune()
    this.#closing.abort()
    await this.#running
    this.#connection.close()
  }

  /** Null until everything that can be read was listed. */
  #since(): number | null {
    let since: number | null = null
    for (const { watch } of this.#watches) {
      const { status, listedAt } = watch
      if (status.state === 'forbidden' || status.state === 'absent') continue
      if (listedAt === null) return null
      since = Math.max(since ?? 0, listedAt)
    }
    return since
  }

  #prune(): void {
    this.#history.prune(this.#clock.now() / 1000)
    this.#cancelPrune = this.#clock.after(PRUNE_MS, () => this.#prune())
  }
}

/** An ended version has its end in its name, so that no two documents share one. */
function documentOf({ path }: TrackedObject, version: Version): ServedPolicyDocument {
  const { text, from, until, basis, earlier } = version
  const name = until === null ? path : `${path} (until ${new Date(until * 1000).toISOString()})`
  return { name, text, from, until, basis, earlier }
}
