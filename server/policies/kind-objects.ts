/** Takes the objects of one kind into the history. */
import type { Clock } from '../../src/lib/clock.ts'
import { ApiServerError } from '../auth/api-server-connection.ts'
import type { ApiCalls } from './api-calls.ts'
import { headOf, type ObjectHead, textOf } from './object-text.ts'
import type { VersionHistory } from './version-history.ts'
import { pathOf, type ServedResource, type WatchedKind } from './watched-kinds.ts'

const MAX_PAGES = 400
/** Milliseconds of work on a list between two turns of the event loop. */
const SLICE_MS = 10

export interface ListRequest {
  readonly resource: ServedResource
  /** Objects in a page; 0 for all at once. */
  readonly limit: number
  /** See `Sighting` of version-history.ts. */
  readonly knownUntil: number | null
}

export interface ListedObjects {
  readonly resourceVersion: string
  readonly paths: ReadonlySet<string>
}

export class KindObjects {
  readonly #kind: WatchedKind
  readonly #history: VersionHistory
  readonly #clock: Clock

  constructor(kind: WatchedKind, history: VersionHistory, clock: Clock) {
    this.#kind = kind
    this.#history = history
    this.#clock = clock
  }

  /** Lists page by page, and takes each page as it comes. Throws ApiServerError. */
  async list(
    calls: ApiCalls,
    { resource, limit, knownUntil }: ListRequest,
    signal: AbortSignal,
  ): Promise<ListedObjects> {
    const paths = new Set<string>()
    let next = ''
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = await calls.list(pathOf(resource), limit, next, signal)
      let turnEnd = this.#clock.now() + SLICE_MS
      for (const item of answer.items) {
        const path = this.put(item, resource, knownUntil)
        if (path !== null) paths.add(path)
        if (this.#clock.now() < turnEnd) continue
        await new Promise((resolve) => setImmediate(resolve))
        turnEnd = this.#clock.now() + SLICE_MS
      }
      next = answer.next
      if (next === '') return { resourceVersion: answer.resourceVersion, paths }
    }
    throw new ApiServerError(`There are more than ${MAX_PAGES * limit} objects`)
  }

  /** Returns the path of the object; null for what is none. */
  put(item: unknown, resource: ServedResource, knownUntil: number | null): string | null {
    const kind = this.#kind
    const head = headOf(item, kind)
    if (head === null) return null
    const path = documentPath(resource, head)
    const at = this.#clock.now() / 1000
    this.#history.put({ kind, path, head, text: textOf(item, kind, resource), at, knownUntil })
    return path
  }

  remove(item: unknown, resource: ServedResource): void {
    const head = headOf(item, this.#kind)
    if (head !== null) this.#history.remove(documentPath(resource, head), this.#clock.now() / 1000)
  }

  /** Removes all objects but these. */
  retain(paths: ReadonlySet<string>): void {
    this.#history.retain(this.#kind, paths, this.#clock.now() / 1000)
  }

  /** Forgets all objects, and what they were. */
  forget(): void {
    this.#history.forget(this.#kind)
  }
}

/** Another place of a kind has other objects, although some have the same name. */
function documentPath({ resource, group }: ServedResource, { namespace, name }: ObjectHead): string {
  const kind = group === '' ? resource : `${resource}.${group}`
  return `${kind}/${namespace === '' ? '' : `${namespace}/`}${name}`
}
