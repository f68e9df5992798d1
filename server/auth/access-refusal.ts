import { answerJson, type HttpResponse } from '../lib/http-message.ts'

/** Why a call is refused, for the log: a short text that does not change and names no secret. */
export type RefusalReason =
  | 'no login'
  | 'wrong token'
  | 'session ended'
  | 'too many attempts'
  | 'ambiguous headers'
  | 'no identity headers'
  | 'identity headers from an unlisted address'
  | 'no namespaces'
  | 'cross-origin'
  | 'malformed host'
  | 'host not allowed'
  | 'malformed target'
  | 'malformed body'
  | 'authentication out of order'

/** The answer to a call that is not let in. */
export class Refusal {
  readonly status: 400 | 401 | 403 | 408 | 413 | 415 | 429 | 503
  readonly reason: RefusalReason
  /** A sentence for the user. */
  readonly say: string
  /** Seconds, for a Retry-After header; null for none. */
  readonly retryAfter: number | null

  constructor(
    status: Refusal['status'],
    reason: RefusalReason,
    say: string,
    retryAfter: number | null = null,
  ) {
    this.status = status
    this.reason = reason
    this.say = say
    this.retryAfter = retryAfter
  }
}

/** Answers a call that is not gRPC: JSON `{ "say": … }` with the headers that belong to the status. */
export function answerRefusal(response: HttpResponse, refusal: Refusal): void {
  setRefusalHeaders(response, refusal)
  answerJson(response, refusal.status, { say: refusal.say })
}

/** Sets WWW-Authenticate and Retry-After, for an answer whose body another writes (gRPC). */
export function setRefusalHeaders(response: HttpResponse, refusal: Refusal): void {
  // A browser shows no dialogue for Bearer, as it would for Basic.
  if (refusal.status === 401) response.setHeader('www-authenticate', 'Bearer realm="flowtrace"')
  if (refusal.retryAfter !== null) response.setHeader('retry-after', String(refusal.retryAfter))
}
