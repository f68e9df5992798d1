/** Fetching with errors that say which kind they are: what fetch throws is not told from a mistake of ours. */

/** Nobody answered, or the connection broke. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
}

/** An answer with a status that is not 2xx. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number

  constructor(status: number, url: string) {
    super(`HTTP ${status} for ${url}`)
    this.status = status
  }
}

/** `fetch` whose failures to connect are {@link NetworkError}; an abort throws the signal's reason. */
export async function connect(
  fetcher: typeof fetch,
  url: string,
  init: RequestInit & { signal: AbortSignal },
): Promise<Response> {
  try {
    return await fetcher(url, init)
  } catch (error) {
    init.signal.throwIfAborted()
    const words = error instanceof Error ? error.message : String(error)
    throw new NetworkError(words, { cause: error })
  }
}

/** As {@link connect}, and any status but 2xx is an {@link HttpError}. */
export async function download(
  fetcher: typeof fetch,
  url: string,
  init: RequestInit & { signal: AbortSignal },
): Promise<Response> {
  const response = await connect(fetcher, url, init)
  if (response.ok) return response
  // Frees the connection; its end does not matter.
  response.body?.cancel().catch(() => undefined)
  throw new HttpError(response.status, url)
}

/** The bytes of an answer; a connection that breaks in the middle is a {@link NetworkError}. */
export function bodyOf(response: Response): ReadableStream<Uint8Array> {
  const reader = response.body?.getReader()
  return new ReadableStream({
    async pull(controller) {
      try {
        const result = await reader?.read()
        if (!result || result.done) controller.close()
        else controller.enqueue(result.value)
      } catch (error) {
        // An abort keeps its name: it was wanted.
        const aborted = error instanceof DOMException && error.name === 'AbortError'
        const words = error instanceof Error ? error.message : String(error)
        controller.error(aborted ? error : new NetworkError(words, { cause: error }))
      }
    },
    cancel: (reason) => reader?.cancel(reason),
  })
}
