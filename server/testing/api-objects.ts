/**
 * The objects of a small API server: created, replaced, deleted, listed in pages and watched, with the versions and the times
 * that a real one gives them.
 */
import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'

interface Metadata {
  readonly name: string
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly [member: string]: unknown
}

export interface ApiObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Metadata
  readonly [member: string]: unknown
}

interface StoredEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly version: number
  /** Of the list that it belongs to: `/apis/GROUP/VERSION/RESOURCE`. */
  readonly list: string
  readonly object: ApiObject
}

export interface ApiAnswer {
  readonly status: number
  readonly value: unknown
}

interface OpenWatch {
  readonly list: string
  readonly response: ServerResponse
}

export class ApiObjects {
  /** By the path of the object. */
  readonly #objects = new Map<string, { readonly list: string; readonly object: ApiObject }>()
  readonly #watches = new Set<OpenWatch>()
  #events: StoredEvent[] = []
  #version = 1000
  /** Versions up to this one have been forgotten. */
  #compacted = 0
  #expiringList = ''
  /** Unix milliseconds. */
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** @param list The path of all objects of the kind; `path` that of this one. */
  put(list: string, path: string, object: ApiObject): ApiAnswer {
    const before = this.#objects.get(path)?.object.metadata
    this.#version += 1
    const time = new Date(Math.floor(this.#now() / 1000) * 1000).toISOString().replace('.000', '')
    const stored: ApiObject = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: before?.['uid'] ?? randomUUID(),
        resourceVersion: String(this.#version),
        generation: Number(before?.['generation'] ?? 0) + 1,
        creationTimestamp: before?.['creationTimestamp'] ?? time,
        managedFields: [{ manager: 'test', operation: 'Update', time, fieldsV1: {} }],
      },
    }
    this.#objects.set(path, { list, object: stored })
    this.#tell({
      type: before === undefined ? 'ADDED' : 'MODIFIED',
      version: this.#version,
      list,
      object: stored,
    })
    return { status: before === undefined ? 201 : 200, value: stored }
  }

  remove(path: string): ApiAnswer {
    const found = this.#objects.get(path)
    if (found === undefined) return statusAnswer(404, 'NotFound')
    this.#objects.delete(path)
    this.#version += 1
    this.#tell({ type: 'DELETED', version: this.#version, list: found.list, object: found.object })
    return { status: 200, value: found.object }
  }

  /** A page; `continue` is the version of the first page and how many objects came before. */
  list(list: string, query: URLSearchParams): ApiAnswer {
    const [version = this.#version, start = 0] = (query.get('continue') ?? '')
      .split('/')
      .filter(Boolean)
      .map(Number)
    if (start > 0 && this.#expiringList === list) {
      this.#expiringList = ''
      return statusAnswer(410, 'Expired')
    }
    if (version < this.#compacted) return statusAnswer(410, 'Expired')
    const limit = Number(query.get('limit') ?? Infinity)
    const all = [...this.#objects.values()].filter((each) => each.list === list).map(({ object }) => object)
    const isLast = start + limit >= all.length
    const metadata = {
      resourceVersion: String(version),
      ...(isLast ? {} : { continue: `${version}/${start + limit}` }),
    }
    return { status: 200, value: { kind: 'List', metadata, items: all.slice(start, start + limit) } }
  }

  watch(list: string, query: URLSearchParams, response: ServerResponse): void {
    const from = Number(query.get('resourceVersion') ?? 0)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    if (from < this.#compacted) {
      const object = statusAnswer(410, 'Expired').value
      response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`)
      return
    }
    for (const event of this.#events) if (event.list === list && event.version > from) send(response, event)
    const watch = { list, response }
    this.#watches.add(watch)
    response.once('close', () => this.#watches.delete(watch))
  }

  /** Forgets all versions but the present one, as etcd does after five minutes, and ends the watches. */
  compact(): void {
    this.#version += 1
    this.#compacted = this.#version
    this.#events = []
    this.endWatches()
  }

  /** Lets the next page but the first of that list expire. */
  expirePage(list: string): void {
    this.#expiringList = list
  }

  /** The version of the last change or bookmark. */
  get version(): number {
    return this.#version
  }

  /** Tells all watches the present version. */
  sendBookmarks(): void {
    this.#version += 1
    const object = { metadata: { resourceVersion: String(this.#version) } }
    for (const { response } of this.#watches)
      response.write(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`)
  }

  /** Writes bytes to the watches of a kind, which no real server does. */
  sendToWatches(list: string, bytes: string): void {
    for (const watch of this.#watches) if (watch.list === list) watch.response.write(bytes)
  }

  endWatches(): void {
    for (const { response } of this.#watches) response.end()
    this.#watches.clear()
  }

  #tell(event: StoredEvent): void {
    this.#events.push(event)
    for (const { list, response } of this.#watches) if (list === event.list) send(response, event)
  }
}

function send(response: ServerResponse, { type, version, object }: StoredEvent): void {
  const metadata = { ...object.metadata, resourceVersion: String(version) }
  response.write(`${JSON.stringify({ type, object: { ...object, metadata } })}\n`)
}

export function statusAnswer(code: number, reason = ''): ApiAnswer {
  return { status: code, value: { kind: 'Status', apiVersion: 'v1', code, reason, message: reason } }
}
