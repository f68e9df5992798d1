/** The three calls to a Kubernetes API server that authentication needs, with the gateway's own account. */
import { Agent, request as openRequest } from 'node:https'
import type { IncomingMessage } from 'node:http'
import * as z from 'zod/mini'
import { errorCode } from '../lib/error-code.ts'
import type { ApiServerOptions, ReviewedRight } from './auth-options.ts'
import { AuthSetupError } from './token-verifier.ts'
import { WatchedFile } from './watched-file.ts'

const CALL_TIMEOUT_MS = 10_000
/** A page of 500 namespaces with their annotations takes less than a megabyte. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024
/** Connections to the API server, whoever's review they are for. */
const MAX_CONNECTIONS = 16
const NAMESPACES_PER_PAGE = 500
const MAX_NAMESPACE_PAGES = 4

/** The API server could not be asked, or its answer is of no use. The message is a sentence without any secret. */
export class ApiServerError extends Error {
  override readonly name = 'ApiServerError'
}

/** Who a token belongs to, as TokenReview says and SubjectAccessReview wants it. */
export type ReviewedUser = z.infer<typeof USER>

const USER = z.object({
  username: z.string().check(z.minLength(1)),
  uid: z.optional(z.string()),
  groups: z.optional(z.array(z.string())),
  extra: z.optional(z.record(z.string(), z.array(z.string()))),
})

const TOKEN_REVIEW = z.object({
  status: z.object({
    authenticated: z.optional(z.boolean()),
    user: z.unknown(),
    audiences: z.optional(z.array(z.string())),
  }),
})

const ACCESS_REVIEW = z.object({
  status: z.object({ allowed: z.boolean(), denied: z.optional(z.boolean()) }),
})

const NAMESPACE_LIST = z.object({
  metadata: z.object({ continue: z.optional(z.string()) }),
  items: z.array(z.object({ metadata: z.object({ name: z.string() }) })),
})

/** What a call asks for, for the sentence that says which right is missing. */
interface Call {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
  readonly right: string
}

export class KubernetesApi {
  readonly #url: string
  readonly #token: WatchedFile
  readonly #ca: WatchedFile
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS })
  readonly #closing = new AbortController()

  /** Throws {@link AuthSetupError} for an address that is not https://HOST:PORT. */
  constructor({ url, tokenFile, caFile }: ApiServerOptions) {
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
  }

  /** The user of a token; null when the API server does not accept it, or for none of the audiences. */
  async reviewToken(token: string, audiences: readonly string[]): Promise<ReviewedUser | null> {
    const spec = audiences.length === 0 ? { token } : { token, audiences }
    const { status } = await this.#call(TOKEN_REVIEW, {
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/tokenreviews',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec },
      right: 'create tokenreviews.authentication.k8s.io',
    })
    if (status.authenticated !== true) return null
    // A server that knows nothing of audiences leaves them out: its yes is for a token that may be meant for others.
    if (audiences.length > 0 && !audiences.some((audience) => status.audiences?.includes(audience) === true))
      return null
    return parse(USER, status.user)
  }

  /** @param namespace Null asks for the right in all namespaces. */
  async hasRight(user: ReviewedUser, right: ReviewedRight, namespace: string | null): Promise<boolean> {
    const resourceAttributes = { ...right, ...(namespace === null ? {} : { namespace }) }
    const { username, ...who } = user
    const { status } = await this.#call(ACCESS_REVIEW, {
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { ...who, user: username, resourceAttributes },
      },
      right: 'create subjectaccessreviews.authorization.k8s.io',
    })
    return status.allowed && status.denied !== true
  }

  /** The names of the cluster's namespaces: the first 2,000 in the order of the alphabet. */
  async listNamespaces(): Promise<{ readonly names: readonly string[]; readonly isComplete: boolean }> {
    const names: string[] = []
    let next = ''
    for (let page = 0; page < MAX_NAMESPACE_PAGES; page += 1) {
      const { items, metadata } = await this.#call(NAMESPACE_LIST, {
        method: 'GET',
        path: `/api/v1/namespaces?limit=${NAMESPACES_PER_PAGE}&continue=${encodeURIComponent(next)}`,
        right: 'list namespaces',
      })
      for (const item of items) names.push(item.metadata.name)
      next = metadata.continue ?? ''
      if (next === '') return { names, isComplete: true }
    }
    return { names, isComplete: false }
  }

  /** Throws {@link AuthSetupError} when the gateway's own account cannot be used. */
  async checkFiles(): Promise<void> {
    await this.#readFiles()
  }

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

  /** Throws {@link ApiServerError} for everything but an answer of that schema. */
  async #call<T>(schema: z.ZodMiniType<T>, call: Call): Promise<T> {
    try {
      const { token, ca } = await this.#readFiles()
      const { status, text } = await this.#send(call, token, ca)
      if (status === 401) throw new ApiServerError('The API server does not accept the gateway’s own account')
      if (status === 403)
        throw new ApiServerError(
          `The gateway’s own account may not ${call.right}; docs/access.md says how to allow it`,
        )
      if (status !== 200 && status !== 201) throw new ApiServerError(`The API server answered ${status}`)
      return parse(schema, JSON.parse(text))
    } catch (error) {
      if (error instanceof ApiServerError) throw error
      if (error instanceof AuthSetupError) throw new ApiServerError(error.message, { cause: error })
      if (error instanceof SyntaxError)
        throw new ApiServerError('The API server’s answer is not JSON', { cause: error })
      throw new ApiServerError(`The API server could not be asked (${errorCode(error)})`, { cause: error })
    }
  }

  #send(call: Call, token: string, ca: string): Promise<{ readonly status: number; readonly text: string }> {
    const body = call.body === undefined ? null : JSON.stringify(call.body)
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(CALL_TIMEOUT_MS)])
    return new Promise((resolve, reject) => {
      const headers = {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(body === null
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
      }
      const { method, path } = call
      const request = openRequest(`${this.#url}${path}`, { method, headers, ca, agent: this.#agent, signal })
      request.once('error', reject)
      request.once('response', (response) => {
        readText(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject)
      })
      request.end(body ?? undefined)
    })
  }
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

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    // The stream of a response without an encoding has buffers only.
    const bytes = chunk as Buffer
    length += bytes.length
    if (length > MAX_ANSWER_BYTES) throw new ApiServerError('The API server’s answer is too large')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parse<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const { success, data } = schema.safeParse(value)
  if (!success) throw new ApiServerError('The API server’s answer is not what was asked for')
  return data
}
