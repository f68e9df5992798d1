/** `fetch` with error classes of its own, because `fetch` reports a failed connection with the TypeError of a bug. */

import { messageOf } from './error-message.ts'

/** No server answered, or the connection broke. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
}

/** The server answered with a status that is not 2xx. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number
  /** The gateway's own sentence for the reader; null when the server said none. */
  readonly say: string | null

  constructor(status: number, url: string, say: string | null = null) {
    super(`HTTP ${status} for ${url}`)
    this.status = status
    this.say = say
  }
}

/** Fetches. Throws {@link NetworkError} when the connection fails, and the signal's reason after an abort. */
export async function fetchResponse(
  fetcher: typeof fetch,
  url: string,
  init: RequestInit & { signal: AbortSignal },
): Promise<Response> {
  try {
    return await fetcher(url, init)
  } catch (error) {
    init.signal.throwIfAborted()
    throw new NetworkError(messageOf(error), { cause: error })
  }
}

/** Fetches as {@link fetchResponse} does, and throws {@link HttpError} for a status that is not 2xx. */
export async function download(
  fetcher: typeof fetch,
  url: string,
  init: RequestInit & { signal: AbortSignal },
): Promise<Response> {
  const response = await fetchResponse(fetcher, url, init)
  if (response.ok) return response
  if (response.status === 403) throw new HttpError(403, url, await sentenceIn(response))
  // Cancelling frees the connection. An error means that it was broken already.
  response.body?.cancel().catch(() => undefined)
  throw new HttpError(response.status, url)
}

/** The member `say` of a refusal in JSON; null for any other content. */
async function sentenceIn(response: Response): Promise<string | null> {
  try {
    const { say } = Object(await response.json())
    return typeof say === 'string' && say.length <= 1000 ? say : null
  } catch {
    return null
  }
}

/** Streams the body of an answer. The stream errors with {@link NetworkError} when the connection breaks. */
export function bodyOf(response: Response): ReadableStream<Uint8Array> {
  const reader = response.body?.getReader()
  return new ReadableStream({
    async pull(controller) {
      try {
        const result = await reader?.read()
        if (!result || result.done) controller.close()
        else controller.enqueue(result.value)
      } catch (error) {
        // An abort stays an AbortError, because it is no failure of the network.
        const aborted = error instanceof DOMException && error.name === 'AbortError'
        controller.error(aborted ? error : new NetworkError(messageOf(error), { cause: error }))
      }
    },
    cancel: (reason) => reader?.cancel(reason),
  })
}
