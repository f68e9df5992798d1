import { createHash } from 'node:crypto'
import type { Clock } from '../../src/lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { dropOldest } from '../lib/drop-oldest.ts'
import { Refusal } from './access-refusal.ts'
import { DEFAULT_RIGHT, type KubernetesAuthOptions, type ReviewedRight } from './auth-options.ts'
import { ApiServerError } from './api-server-connection.ts'
import { KubernetesApi, type ReviewedUser } from './kubernetes-api.ts'
import { inClusterServer } from './in-cluster-server.ts'
import type { TokenVerifier } from './token-verifier.ts'
import type { Viewer } from './viewer.ts'

/** With the 5 s between rechecks of open calls, a right that was taken away is gone within 60 s. */
const REVIEW_TTL_MS = 50_000
/** Shorter for a user without any namespace: who was just given a right tries again at once. */
const EMPTY_REVIEW_TTL_MS = 5_000
const MAX_CACHED_REVIEWS = 2_000
/** Of tokens that were not accepted lately. */
const MAX_REVIEWS_IN_FLIGHT = 64
/** Namespaces of one user that are reviewed at once. */
const CONCURRENT_ACCESS_REVIEWS = 8

interface CachedReview {
  readonly viewer: Viewer
  /** Unix milliseconds. */
  readonly until: number
}

/**
 * Judges a user's Kubernetes token: TokenReview says whose it is; SubjectAccessReview, whether they have the right in all
 * namespaces, or else in which of the cluster's. Only complete reviews are cached, by the hash of the token: when the API
 * server fails half-way nobody is let in.
 */
export class KubernetesVerifier implements TokenVerifier {
  readonly hint =
    'Paste a token that the cluster’s API server accepts: kubectl create token SERVICE_ACCOUNT, or that of your login.'
  readonly #api: KubernetesApi
  readonly #audiences: readonly string[]
  readonly #right: ReviewedRight
  readonly #hidesOtherEnd: boolean
  readonly #log: Log
  readonly #clock: Clock
  /** By the hash of the token, the oldest first. */
  readonly #cache = new Map<string, CachedReview>()
  readonly #inFlight = new Map<string, Promise<Viewer | Refusal>>()
  #lastError = ''

  /** Throws {@link AuthSetupError} outside of a pod when no API server is named. */
  constructor(options: KubernetesAuthOptions, log: Log, clock: Clock) {
    this.#api = new KubernetesApi(options.server ?? inClusterServer(process.env))
    this.#audiences = options.audiences ?? []
    this.#right = options.right ?? DEFAULT_RIGHT
    this.#hidesOtherEnd = options.hidesOtherEnd ?? false
    this.#log = log
    this.#clock = clock
  }

  get howToGrant(): string {
    const { verb, resource, group } = this.#right
    return `A role binding in a namespace can give the right to ${verb} ${resource}.${group}.`
  }

  verify(token: string): Promise<Viewer | Refusal> {
    // TokenReview reads `TOKEN anything` as TOKEN, and answers an empty one with an error.
    if (!/^[\x21-\x7e]+$/.test(token)) return Promise.resolve(wrongToken())
    const key = createHash('sha256').update(token).digest('base64url')
    const cached = this.#cache.get(key)
    if (cached !== undefined && this.#clock.now() < cached.until) return Promise.resolve(cached.viewer)
    const running = this.#inFlight.get(key)
    if (running !== undefined) return running
    // Tokens that were accepted before are not held up by an attack with others: their number is bounded by the cache.
    if (cached === undefined && this.#inFlight.size >= MAX_REVIEWS_IN_FLIGHT)
      return Promise.resolve(
        new Refusal(503, 'authentication out of order', 'Too many tokens are being reviewed. Try again.', 1),
      )
    const review = this.#review(key, token).finally(() => this.#inFlight.delete(key))
    this.#inFlight.set(key, review)
    return review
  }

  checkSetup(): Promise<void> {
    return this.#api.checkFiles()
  }

  close(): void {
    this.#api.close()
  }

  async #review(key: string, token: string): Promise<Viewer | Refusal> {
    const startedAt = this.#clock.now()
    try {
      this.#cache.delete(key)
      const user = await this.#api.reviewToken(token, this.#audiences)
      if (user === null) return expiryOf(token) <= startedAt ? expiredToken() : wrongToken()
      const namespaces = await this.#namespacesOf(user)
      const viewer = { name: user.username, namespaces, hidesOtherEnd: this.#hidesOtherEnd }
      this.#remember(key, token, viewer, startedAt)
      this.#lastError = ''
      return viewer
    } catch (error) {
      return this.#refuse(error)
    }
  }

  async #namespacesOf(user: ReviewedUser): Promise<Viewer['namespaces']> {
    if (await this.#api.hasRight(user, this.#right, null)) return 'all'
    const { names, isComplete } = await this.#api.listNamespaces()
    if (!isComplete)
      this.#log.warn('namespaces beyond the bound are seen by nobody', { reviewed: names.length })
    const allowed = new Set<string>()
    let next = 0
    const reviewRest = async () => {
      for (let name = names[next]; name !== undefined; name = names[next]) {
        next += 1
        if (await this.#api.hasRight(user, this.#right, name)) allowed.add(name)
      }
    }
    await Promise.all(Array.from({ length: CONCURRENT_ACCESS_REVIEWS }, reviewRest))
    return allowed
  }

  /** The age of a review counts from its beginning, for that is the state of the cluster that it shows. */
  #remember(key: string, token: string, viewer: Viewer, startedAt: number): void {
    const isEmpty = viewer.namespaces !== 'all' && viewer.namespaces.size === 0
    const until = Math.min(startedAt + (isEmpty ? EMPTY_REVIEW_TTL_MS : REVIEW_TTL_MS), expiryOf(token))
    dropOldest(this.#cache, MAX_CACHED_REVIEWS - 1)
    this.#cache.set(key, { viewer, until })
  }

  #refuse(error: unknown): Refusal {
    const message = error instanceof ApiServerError ? error.message : 'The token could not be reviewed'
    // Once for each kind of failure, not once a call.
    if (message !== this.#lastError) this.#log.error('token review failed', { error: message })
    this.#lastError = message
    return new Refusal(503, 'authentication out of order', `${message}.`, 5)
  }
}

function wrongToken(): Refusal {
  return new Refusal(401, 'wrong token', 'The cluster does not accept this token. It may have expired.')
}

function expiredToken(): Refusal {
  return new Refusal(401, 'wrong token', 'This token has expired. Get a new one.')
}

/**
 * When a token expires, in Unix milliseconds; Infinity for one that does not say. The claim is read without checking the
 * signature, which is enough to end a cached yes of the API server sooner and to word its no, and is used for nothing else.
 */
function expiryOf(token: string): number {
  const [, payload, signature] = token.split('.')
  if (payload === undefined || signature === undefined) return Infinity
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    if (typeof claims !== 'object' || claims === null || !('exp' in claims)) return Infinity
    return typeof claims.exp === 'number' ? claims.exp * 1000 : Infinity
  } catch {
    return Infinity
  }
}
