/** Asks an API server which of the kinds it serves, and where. */
import * as z from 'zod/mini'
import type { Clock } from '../../src/lib/clock.ts'
import { ApiStatusError, type ApiCalls } from './api-calls.ts'
import { groupPath, type ServedResource, type WatchedKind } from './watched-kinds.ts'

/** All kinds ask at about the same time; what is installed later is found at the next question. */
const CACHE_MS = 10_000

const GROUPS = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      versions: z.array(z.object({ version: z.string() })),
      preferredVersion: z.optional(z.object({ version: z.string() })),
    }),
  ),
})

const RESOURCES = z.object({
  resources: z.array(z.object({ name: z.string(), verbs: z.array(z.string()) })),
})

interface Discovered {
  /** Versions of each group, the preferred one first; null where the API server does not let itself be asked. */
  readonly groups: ReadonlyMap<string, readonly string[]> | null
  /** Resources that can be listed and watched, by the path of their group and version. */
  readonly resources: Map<string, Promise<ReadonlySet<string>>>
}

export class ApiDiscovery {
  readonly #calls: ApiCalls
  readonly #clock: Clock
  #discovered: Promise<Discovered> | null = null
  /** Unix milliseconds. */
  #discoveredUntil = 0

  constructor(calls: ApiCalls, clock: Clock) {
    this.#calls = calls
    this.#clock = clock
  }

  /**
   * Where the kind is served, the best first; empty where it is not. An aggregated API server that is away does not serve
   * anything. Throws ApiServerError.
   */
  async find({ resource, groups }: WatchedKind, signal: AbortSignal): Promise<readonly ServedResource[]> {
    const discovered = await this.#discover(signal)
    const found: ServedResource[] = []
    for (const { group, version } of groups) {
      // The core group is in no list of groups, and every API server has it.
      const versions = group === '' || discovered.groups === null ? [version] : discovered.groups.get(group)
      for (const each of versions ?? []) {
        if (discovered.groups !== null && group !== '') {
          const resources = await this.#resourcesOf(groupPath(group, each), discovered, signal)
          if (!resources.has(resource)) continue
        }
        found.push({ group, version: each, resource })
        break
      }
    }
    return found
  }

  /** One question for all kinds that ask at the same time. */
  #discover(signal: AbortSignal): Promise<Discovered> {
    const now = this.#clock.now()
    if (this.#discovered === null || now >= this.#discoveredUntil) {
      const asked = this.#ask(signal)
      this.#discovered = asked
      this.#discoveredUntil = now + CACHE_MS
      // The next kind asks again.
      asked.catch(() => {
        if (this.#discovered === asked) this.#discovered = null
      })
    }
    return this.#discovered
  }

  async #ask(signal: AbortSignal): Promise<Discovered> {
    const rest = { resources: new Map<string, Promise<ReadonlySet<string>>>() }
    try {
      const { groups } = await this.#calls.get('/apis', GROUPS, signal)
      const versions = groups.map(({ name, versions: all, preferredVersion }) => {
        const names = all.map(({ version }) => version)
        const preferred = preferredVersion?.version
        return [
          name,
          preferred === undefined ? names : [preferred, ...names.filter((each) => each !== preferred)],
        ] as const
      })
      return { groups: new Map(versions), ...rest }
    } catch (error) {
      if (error instanceof ApiStatusError && error.status === 403) return { groups: null, ...rest }
      throw error
    }
  }

  #resourcesOf(path: string, { resources }: Discovered, signal: AbortSignal): Promise<ReadonlySet<string>> {
    let names = resources.get(path)
    if (names === undefined) {
      names = this.#askResources(path, signal)
      resources.set(path, names)
      names.catch(() => resources.delete(path))
    }
    return names
  }

  async #askResources(path: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
    try {
      const { resources } = await this.#calls.get(path, RESOURCES, signal)
      const usable = resources.filter(({ verbs }) => verbs.includes('list') && verbs.includes('watch'))
      return new Set(usable.map(({ name }) => name))
    } catch (error) {
      // 503: the API server behind it is away.
      if (error instanceof ApiStatusError && (error.status === 404 || error.status === 503)) return new Set()
      throw error
    }
  }
}
