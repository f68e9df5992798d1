/** Why the gateway has no stream from Goldmane, in words, and how soon it makes sense to ask again. */
import type { ConnectionChain, FailureKind } from '../../src/wire/connection-chain.ts'
import { GRPC, isWebServer, nameOfCode, type GrpcStatus } from '../grpc/grpc-status.ts'
import { errorCode } from '../lib/error-code.ts'
import type { ChainRecorder } from './chain-recorder.ts'
import { ConnectError } from './connect-error.ts'
import { CredentialsError } from './credentials.ts'

export interface StreamFailure {
  /** A sentence without a full stop. */
  readonly cause: string
  /** The cause for the log, which may say where a file is. */
  readonly why: string
  /** How far the attempt came; null where there was none. */
  readonly chain: ConnectionChain | null
  /** Whether the cause does not heal by itself, so that asking often would only be a burden. */
  readonly isSlow: boolean
}

/** Refusals that an administrator ends, and a Goldmane that is at its limit of streams. */
const SLOW_CODES: ReadonlySet<number> = new Set([
  GRPC.PERMISSION_DENIED,
  GRPC.UNIMPLEMENTED,
  GRPC.UNAUTHENTICATED,
  GRPC.RESOURCE_EXHAUSTED,
])

/** The failure of a stream on that connection that ended with the status; Goldmane never ends one normally. */
export function failureOfStatus({ code, message }: GrpcStatus, chain: ChainRecorder): StreamFailure {
  const cause = causeOf(code, message)
  return { cause, why: cause, chain: chain.chainOf(kindOf(code, message)), isSlow: SLOW_CODES.has(code) }
}

/** The failure of a stream that could not be opened. */
export function failureOfError(error: unknown): StreamFailure {
  if (!(error instanceof ConnectError)) {
    const cause = `The connection to Goldmane failed (${errorCode(error)})`
    return { cause, why: cause, chain: null, isSlow: false }
  }
  const { message: cause, chain } = error
  const why = error.cause instanceof CredentialsError ? error.cause.withPath : cause
  return { cause, why, chain, isSlow: false }
}

function kindOf(code: number, message: string): FailureKind {
  switch (code) {
    case GRPC.RESOURCE_EXHAUSTED:
      return 'too-many-streams'
    case GRPC.PERMISSION_DENIED:
    case GRPC.UNAUTHENTICATED:
      return 'not-admitted'
    case GRPC.UNIMPLEMENTED:
      return 'not-grpc'
    default:
      return isWebServer(message) ? 'not-grpc' : 'stream-ended'
  }
}

function causeOf(code: number, message: string): string {
  const words = message.replace(/\.$/, '')
  switch (code) {
    case GRPC.OK:
      return 'Goldmane ended the stream'
    case GRPC.RESOURCE_EXHAUSTED:
      return `Goldmane has too many streams: close other gateways and clients of it (${words})`
    case GRPC.PERMISSION_DENIED:
    case GRPC.UNAUTHENTICATED:
      return `Goldmane, or a proxy before it, does not admit this gateway (${nameOfCode(code)}: ${words})`
    default:
      // These words are our own; see read-answer.ts.
      return /^(The connection|Goldmane)/.test(words)
        ? words
        : `Goldmane ended the stream (${nameOfCode(code)}: ${words})`
  }
}
