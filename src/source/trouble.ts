/**
 * Turns whatever a source throws into a {@link Trouble}, which the screen shows. Every error reaches the screen this
 * way, so the sentences for people are all in this file.
 */
import { GrpcError } from './grpc-error.ts'
import type { GrpcCode } from './grpc-error.ts'
import { HttpError, NetworkError } from './network.ts'

export type TroubleKind =
  /** No server answers, or the connection broke: worth a retry. */
  | 'offline'
  /** Goldmane or the gateway refused: certificate, permission, too many streams. */
  | 'refused'
  /** The server does not know who asks: the page offers its login form. */
  | 'login'
  /** Received data that does not parse. */
  | 'bad-data'
  /** A format or a version that this program does not read. */
  | 'unsupported'
  /** A bug of Flowtrace. */
  | 'bug'

export interface Trouble {
  readonly kind: TroubleKind
  /** One or two plain sentences for the screen. */
  readonly say: string
  /** The message of the layer below, for troubleshooting. */
  readonly detail: string | null
  /** Whether an automatic retry makes sense soon. The live stream retries a refusal too, but slowly. */
  readonly retry: boolean
  /** The gRPC status that it stands for, if any. */
  readonly code?: GrpcCode
  /** A shorter range of time of which the same question would be answered, Unix seconds. */
  readonly narrower?: { readonly from: number; readonly to: number }
}

/** Carries a trouble whose sentence was written where it happened; {@link toTrouble} returns it unchanged. */
export class TroubleError extends Error {
  override readonly name = 'TroubleError'
  readonly trouble: Trouble

  constructor(trouble: Trouble, options?: ErrorOptions) {
    super(trouble.detail ? `${trouble.say} (${trouble.detail})` : trouble.say, options)
    this.trouble = trouble
  }
}

/** For what cannot be done as it was asked, which trying again does not change. `say`: a sentence for the screen. */
export function refusal(say: string): TroubleError {
  return new TroubleError({ kind: 'refused', say, detail: null, retry: false })
}

type Sentence = Omit<Trouble, 'detail' | 'code'>

const UNREACHABLE: Sentence = {
  kind: 'offline',
  say: 'The server cannot be reached; check the network, or that the server runs.',
  retry: true,
}

const FLOWTRACE_BUG: Sentence = {
  kind: 'bug',
  say: 'Something went wrong in Flowtrace itself. Reload the page; if it happens again, please report the words below.',
  retry: false,
}

/** What each outcome of a call means to the reader. A record, so that the compiler finds a missing code. */
const SENTENCE_OF_CODE: Record<GrpcCode, Sentence> = {
  OK: FLOWTRACE_BUG,
  CANCELLED: {
    kind: 'offline',
    say: 'The server cancelled the call, as it does when it shuts down.',
    retry: true,
  },
  // Goldmane's own errors are plain Go errors, which gRPC sends as UNKNOWN (goldmane/pkg/goldmane/goldmane.go:337-342).
  UNKNOWN: {
    kind: 'refused',
    say: 'The server failed and gave only the words below.',
    retry: true,
  },
  INVALID_ARGUMENT: {
    kind: 'bug',
    say: 'The server did not understand what Flowtrace asked. Their versions may not fit; please report the words below.',
    retry: false,
  },
  DEADLINE_EXCEEDED: {
    kind: 'offline',
    say: 'The server took too long to answer; a shorter time range asks less of it.',
    retry: true,
  },
  NOT_FOUND: {
    kind: 'refused',
    say: 'The server has nothing of what was asked for. A wider filter or time range may find something.',
    retry: false,
  },
  ALREADY_EXISTS: FLOWTRACE_BUG,
  PERMISSION_DENIED: {
    kind: 'refused',
    say: 'The server does not allow this. Ask whoever runs it for access to the flows, then try again.',
    retry: false,
  },
  // The 101st stream: goldmane/pkg/stream/stream_manager.go:46.
  RESOURCE_EXHAUSTED: {
    kind: 'refused',
    say: 'The server is at one of its limits, such as the number of open streams. Closing other tabs and viewers helps.',
    retry: true,
  },
  FAILED_PRECONDITION: {
    kind: 'refused',
    say: 'The server is not in a state to answer this. Look at its settings and its log, then try again.',
    retry: false,
  },
  ABORTED: {
    kind: 'offline',
    say: 'The server gave up the call.',
    retry: true,
  },
  OUT_OF_RANGE: {
    kind: 'refused',
    say: 'The server does not hold the time that was asked for: Goldmane keeps one hour. Choose a later time.',
    retry: false,
  },
  UNIMPLEMENTED: {
    kind: 'unsupported',
    say: 'What answers at this address is not a gRPC-web endpoint of Goldmane that Flowtrace can read. Check the address and the version.',
    retry: false,
  },
  INTERNAL: {
    kind: 'offline',
    say: 'The connection broke between the gateway and Goldmane.',
    retry: true,
  },
  UNAVAILABLE: {
    kind: 'offline',
    say: 'Goldmane cannot be reached; check that Goldmane and the gateway run.',
    retry: true,
  },
  DATA_LOSS: {
    kind: 'bad-data',
    say: 'What came from the server cannot be read, so the connection was dropped.',
    retry: true,
  },
  UNAUTHENTICATED: {
    kind: 'login',
    say: 'The server does not know who is asking. Log in again, or check the gateway’s certificate, then try again.',
    retry: false,
  },
}

/** Returns the trouble that a thrown value stands for. Never throws. */
export function toTrouble(error: unknown): Trouble {
  if (error instanceof TroubleError) return error.trouble
  const cause = gatewayCause(error)
  const detail = cause === null ? detailOf(error) : codeIn(cause)
  return { ...sentenceOf(error), detail, ...(error instanceof GrpcError ? { code: error.code } : {}) }
}

/** The trouble of a gateway that has lost Goldmane, in the words in which it refuses calls meanwhile. */
export function goldmaneAway(cause: string | null): Trouble {
  const trouble = toTrouble(
    new GrpcError('UNAVAILABLE', cause === null ? '' : `${GATEWAY_CAUSE_PREFIX}${cause}`),
  )
  // A Goldmane that answers with a refusal was reached.
  return cause?.startsWith('Goldmane ') ? { ...trouble, say: `${withoutCode(cause)}.` } : trouble
}

/** The trouble of a gateway that is connected to a Goldmane that does not answer; the cause says so in full. */
export function goldmaneSilent(cause: string | null): Trouble {
  return {
    kind: 'offline',
    say: `${cause ?? 'Goldmane does not answer'}.`,
    detail: null,
    retry: true,
  }
}

/** How the gateway's message begins when it cannot reach Goldmane (server/bridge/bridge.ts); the cause follows. */
const GATEWAY_CAUSE_PREFIX = 'Goldmane cannot be reached. '

/** "(ENOTFOUND)" or "(INTERNAL: some words)" in the gateway's sentence: a code of Node, OpenSSL or gRPC. */
const CODE = / \(([A-Z][A-Z\d_]+)(?:: )?\)|(?<=\()([A-Z][A-Z\d_]+): /

/** The gateway's sentence as people read it: its log has the code in it, the page has it apart. */
export function withoutCode(cause: string): string {
  return cause.replace(CODE, '')
}

function codeIn(cause: string): string | null {
  const found = CODE.exec(cause)
  return found?.[1] ?? found?.[2] ?? null
}

/** The gateway's message, which names the cause (a host, a port, a certificate); null for any other error. */
function gatewayCause(error: unknown): string | null {
  if (!(error instanceof GrpcError) || error.code !== 'UNAVAILABLE') return null
  return error.message.startsWith(GATEWAY_CAUSE_PREFIX) ? error.message : null
}

function sentenceOf(error: unknown): Sentence {
  const cause = gatewayCause(error)
  if (cause !== null) return { ...SENTENCE_OF_CODE.UNAVAILABLE, say: `${withoutCode(cause)}.` }
  if (error instanceof GrpcError) return SENTENCE_OF_CODE[error.code]
  if (error instanceof HttpError) {
    const sentence = sentenceOfHttp(error.status)
    return error.say === null ? sentence : { ...sentence, say: error.say }
  }
  if (error instanceof NetworkError) return UNREACHABLE
  // Duck-typed: DOMException is not an Error everywhere, and its names are the contract.
  switch (nameOf(error)) {
    case 'AbortError':
      return {
        kind: 'offline',
        say: 'This was stopped before it was done.',
        retry: false,
      }
    case 'TimeoutError':
      return SENTENCE_OF_CODE.DEADLINE_EXCEEDED
    // The browser's errors for a dropped file that was moved, deleted, changed or made unreadable.
    case 'NotFoundError':
    case 'NotReadableError':
      return {
        kind: 'bad-data',
        say: 'The file can no longer be read; it may have been moved or changed. Open it again.',
        retry: false,
      }
    case 'QuotaExceededError':
      return {
        kind: 'refused',
        say: 'The browser has no room for this. Closing other tabs or opening a smaller capture helps.',
        retry: false,
      }
    case 'TypeError':
      return isFetchFailure(error) ? UNREACHABLE : FLOWTRACE_BUG
    default:
      return FLOWTRACE_BUG
  }
}

function sentenceOfHttp(status: number): Sentence {
  if (status === 401) return SENTENCE_OF_CODE.UNAUTHENTICATED
  if (status === 403) return SENTENCE_OF_CODE.PERMISSION_DENIED
  if (status === 404 || status === 410) {
    return {
      kind: 'refused',
      say: 'The server does not have this file. It may have been moved or deleted; check the address.',
      retry: false,
    }
  }
  if (status === 408) return SENTENCE_OF_CODE.DEADLINE_EXCEEDED
  if (status === 429) return SENTENCE_OF_CODE.RESOURCE_EXHAUSTED
  if (status >= 500) {
    return {
      kind: 'offline',
      say: 'The server failed to answer; its log may say more.',
      retry: true,
    }
  }
  return {
    kind: 'refused',
    say: 'The server refused the request.',
    retry: false,
  }
}

/**
 * Whether a TypeError is a failed connection of `fetch` rather than a bug: only its message differs. The alternatives
 * are in order: Chromium, Firefox, Safari, Node, and a body that is cut off in Chromium and in Node.
 */
function isFetchFailure(error: unknown): boolean {
  return /^(failed to fetch|networkerror when|load failed|fetch failed|network error|terminated)/i.test(
    detailOf(error) ?? '',
  )
}

function nameOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('name' in error)) return ''
  return typeof error.name === 'string' ? error.name : ''
}

/** The message of a thrown value with its gRPC code, if any; null without one. */
function detailOf(error: unknown): string | null {
  if (typeof error === 'string') return error || null
  if (typeof error !== 'object' || error === null || !('message' in error)) return null
  if (typeof error.message !== 'string') return null
  const code = error instanceof GrpcError ? error.code : null
  return [code, error.message].filter(Boolean).join(': ') || null
}
