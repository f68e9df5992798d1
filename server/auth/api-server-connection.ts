/** HTTPS to a Kubernetes API server with the gateway's own account. */
import { Agent, request as openRequest } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { errorCode } from '../lib/error-code.ts'
import type { ApiServerOptions } from './auth-options.ts'
import { AuthSetupError } from './token-verifier.ts'
import { WatchedFile } from './watched-file.ts'

/** The API server could not be asked, or its answer is of no use. The message is a sentence without any secret. */
export class ApiServerError extends Error {
  override readonly name = 'ApiServerError'
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST'
  /** With its query. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Ends the call, the reading of its answer included. */
  readonly signal: AbortSignal
}

export class ApiServerConnection {
  readonly #url: string
  readonly #token: WatchedFile
  readonly #ca: WatchedFile
  readonly #agent: Agent
  readonly #closing = new AbortController()

  /**
   * @param maxConnections At a time. Each call has one until its answer is whole.
   *
   * Throws {@link AuthSetupError} for an address that is not https://HOST:PORT.
   */
  constructor({ url, tokenFile, caFile }: ApiServerOptions, maxConnections: number) {
    const parsed = URL.canParse(url) ? new URL(url) : null
    if (
      parsed?.protocol !== 'https:' ||
      parsed.pathname !== '/' ||
      parsed.search !== '' ||
      parsed.username !== ''
    )
      throw new AuthSetupError(
        `The address of the API server has to be https://HOST:PORT, not ${JSON.stringify(url)}`,
      )
    this.#url = parsed.origin
    this.#token = new WatchedFile(tokenFile)
    this.#ca = new WatchedFile(caFile)
    this.#agent = new Agent({ keepAlive: true, maxSockets: maxConnections })
  }

  /** Resolves with the head of the answer. Rejects with the error of the socket, or {@link AuthSetupError}. */
  async send({ method, path, body, signal }: ApiRequest): Promise<IncomingMessage> {
    const { token, ca } = await this.#readFiles()
    const text = body === undefined ? null : JSON.stringify(body)
    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      ...(text === null
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
    }
    return new Promise((resolve, reject) => {
      const request = openRequest(`${this.#url}${path}`, {
        method,
        headers,
        ca,
        agent: this.#agent,
        signal: AbortSignal.any([this.#closing.signal, signal]),
      })
      request.once('error', reject)
      request.once('response', resolve)
      request.end(text ?? undefined)
    })
  }

  /** Throws {@link AuthSetupError} when the gateway's own account cannot be used. */
  async checkFiles(): Promise<void> {
    await this.#readFiles()
  }

  /** Ends all calls. */
  close(): void {
    this.#closing.abort()
    this.#agent.destroy()
  }

  async #readFiles(): Promise<{ readonly token: string; readonly ca: string }> {
    const [token, ca] = await Promise.all([
      readFile('token of the gateway’s own account', this.#token),
      readFile('CA of the API server', this.#ca),
    ])
    return { token: token.trim(), ca }
  }
}

/** The error as a sentence for people, without any secret. */
export function toApiServerError(error: unknown): ApiServerError {
  if (error instanceof ApiServerError) return error
  if (error instanceof AuthSetupError) return new ApiServerError(error.message, { cause: error })
  if (error instanceof SyntaxError)
    return new ApiServerError('The API server’s answer is not JSON', { cause: error })
  return new ApiServerError(`The API server could not be asked (${errorCode(error)})`, { cause: error })
}

/** Throws {@link ApiServerError} beyond `maxBytes`, or the error of the socket. */
export async function readAnswer(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    // The stream of a response without an encoding has buffers only.
    const bytes = chunk as Buffer
    length += bytes.length
    if (length > maxBytes) throw new ApiServerError('The API server’s answer is too large')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function readFile(what: string, file: WatchedFile): Promise<string> {
  try {
    return await file.read()
  } catch (error) {
    throw new AuthSetupError(`The ${what} ${file.path} cannot be read (${errorCode(error)})`, {
      cause: error,
    })
  }
}
