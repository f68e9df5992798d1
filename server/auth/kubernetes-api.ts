/** The three calls to a Kubernetes API server that authentication needs, with the gateway's own account. */
import * as z from 'zod/mini'
import { ApiServerConnection, ApiServerError, readAnswer, toApiServerError } from './api-server-connection.ts'
import type { ApiServerOptions, ReviewedRight } from './auth-options.ts'

const CALL_TIMEOUT_MS = 10_000
/** A page of 500 namespaces with their annotations takes less than a megabyte. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024
/** Connections to the API server, whoever's review they are for. */
const MAX_CONNECTIONS = 16
const NAMESPACES_PER_PAGE = 500
const MAX_NAMESPACE_PAGES = 4

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
  readonly #connection: ApiServerConnection

  /** Throws {@link AuthSetupError} for an address that is not https://HOST:PORT. */
  constructor(server: ApiServerOptions) {
    this.#connection = new ApiServerConnection(server, MAX_CONNECTIONS)
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
  checkFiles(): Promise<void> {
    return this.#connection.checkFiles()
  }

  close(): void {
    this.#connection.close()
  }

  /** Throws {@link ApiServerError} for everything but an answer of that schema. */
  async #call<T>(schema: z.ZodMiniType<T>, { right, ...call }: Call): Promise<T> {
    try {
      const signal = AbortSignal.timeout(CALL_TIMEOUT_MS)
      const response = await this.#connection.send({ ...call, signal })
      const text = await readAnswer(response, MAX_ANSWER_BYTES)
      const status = response.statusCode ?? 0
      if (status === 401) throw new ApiServerError('The API server does not accept the gateway’s own account')
      if (status === 403)
        throw new ApiServerError(
          `The gateway’s own account may not ${right}; docs/access.md says how to allow it`,
        )
      if (status !== 200 && status !== 201) throw new ApiServerError(`The API server answered ${status}`)
      return parse(schema, JSON.parse(text))
    } catch (error) {
      throw toApiServerError(error)
    }
  }
}

function parse<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const { success, data } = schema.safeParse(value)
  if (!success) throw new ApiServerError('The API server’s answer is not what was asked for')
  return data
}
