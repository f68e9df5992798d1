/** Reading calls to an API server: discovery, a page of a list, a watch. */
import * as z from 'zod/mini'
import {
  type ApiServerConnection,
  ApiServerError,
  readAnswer,
  toApiServerError,
} from '../auth/api-server-connection.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { jsonLines } from './json-lines.ts'

const CALL_TIMEOUT_MS = 30_000
/** A page of a list, which an aggregated API server that knows no pages answers whole. */
const MAX_ANSWER_BYTES = 64 << 20
/** Seconds after which the API server ends a watch; a dead connection is noticed not much later. */
const WATCH_S = 150
/** Added at random, so that not all watches end at once. */
const WATCH_SPREAD_S = 60
const WATCH_GRACE_MS = 20_000

/** An answer with a status that is no success. The message is that of the API server, or names the status. */
export class ApiStatusError extends ApiServerError {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const STATUS = z.object({ code: z.optional(z.number()), message: z.optional(z.string()) })

const LIST = z.object({
  metadata: z.object({ resourceVersion: z.optional(z.string()), continue: z.optional(z.string()) }),
  items: z.nullish(z.array(z.unknown())),
})
export interface ListPage {
  readonly items: readonly unknown[]
  readonly resourceVersion: string
  /** Empty for the last page. */
  readonly next: string
}

const EVENT = z.object({
  type: z.string(),
  object: z.looseObject({
    metadata: z.optional(z.looseObject({ resourceVersion: z.optional(z.string()) })),
    code: z.optional(z.number()),
    message: z.optional(z.string()),
  }),
})
export type WatchEvent = z.infer<typeof EVENT>

export interface Watch {
  readonly path: string
  /** Events after this version. */
  readonly resourceVersion: string
  readonly onOpen: () => void
  readonly onEvent: (event: WatchEvent) => void
}

export class ApiCalls {
  readonly #connection: ApiServerConnection
  readonly #clock: Clock
  readonly #random: () => number

  constructor(connection: ApiServerConnection, clock: Clock, random: () => number = Math.random) {
    this.#connection = connection
    this.#clock = clock
    this.#random = random
  }

  /** Throws {@link ApiStatusError}, or another {@link ApiServerError}. */
  async get<T>(path: string, schema: z.ZodMiniType<T>, signal: AbortSignal): Promise<T> {
    return this.#within(CALL_TIMEOUT_MS, signal, async (inner) => {
      const response = await this.#connection.send({ method: 'GET', path, signal: inner })
      const text = await readAnswer(response, MAX_ANSWER_BYTES)
      if (response.statusCode !== 200) throw statusError(response.statusCode ?? 0, text)
      const { success, data } = schema.safeParse(JSON.parse(text))
      if (!success) throw new ApiServerError('The API server’s answer is not what was asked for')
      return data
    })
  }

  /** One page. `limit` 0 asks for all at once. */
  async list(path: string, limit: number, next: string, signal: AbortSignal): Promise<ListPage> {
    const query = new URLSearchParams(limit === 0 ? {} : { limit: String(limit) })
    if (next !== '') query.set('continue', next)
    const { items, metadata } = await this.get(
      query.size === 0 ? path : `${path}?${query.toString()}`,
      LIST,
      signal,
    )
    return {
      items: items ?? [],
      resourceVersion: metadata.resourceVersion ?? '',
      next: metadata.continue ?? '',
    }
  }

  /** Reads events until the API server ends the watch. An event ERROR is thrown as its status. */
  async watch({ path, resourceVersion, onOpen, onEvent }: Watch, signal: AbortSignal): Promise<void> {
    const seconds = Math.round(WATCH_S + this.#random() * WATCH_SPREAD_S)
    const query = new URLSearchParams({
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(seconds),
      resourceVersion,
    })
    await this.#within(seconds * 1000 + WATCH_GRACE_MS, signal, async (inner) => {
      const request = { method: 'GET', path: `${path}?${query.toString()}`, signal: inner } as const
      const response = await this.#connection.send(request)
      if (response.statusCode !== 200)
        throw statusError(response.statusCode ?? 0, await readAnswer(response, MAX_ANSWER_BYTES))
      onOpen()
      for await (const value of jsonLines(response)) {
        const { success, data } = EVENT.safeParse(value)
        if (!success) throw new ApiServerError('An event of the API server is not one')
        if (data.type === 'ERROR') throw new ApiStatusError(data.object.code ?? 0, data.object.message ?? '')
        onEvent(data)
      }
    })
  }

  /** Runs a call that is given up after a time. Everything that it throws is an {@link ApiServerError}. */
  async #within<T>(
    milliseconds: number,
    signal: AbortSignal,
    call: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const timeout = new AbortController()
    const cancel = this.#clock.after(milliseconds, () => timeout.abort())
    try {
      return await call(AbortSignal.any([signal, timeout.signal]))
    } catch (error) {
      if (timeout.signal.aborted)
        throw new ApiServerError(`The API server has not answered for ${milliseconds / 1000} s`, {
          cause: error,
        })
      throw toApiServerError(error)
    } finally {
      cancel()
    }
  }
}

function statusError(status: number, text: string): ApiStatusError {
  let message = ''
  try {
    message = STATUS.safeParse(JSON.parse(text)).data?.message ?? ''
  } catch {
    // A proxy's page, which says nothing about the API.
  }
  return new ApiStatusError(status, message)
}
