/**
 * The gRPC status codes, and their mapping from HTTP statuses (grpc/grpc, doc/http-grpc-status-mapping.md) and from
 * HTTP/2 error codes (doc/PROTOCOL-HTTP2.md, section Errors).
 */
import { constants } from 'node:http2'

export const GRPC = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const

/** How a call ended. `code` may be one that {@link GRPC} lacks, from a newer server. */
export interface GrpcStatus {
  readonly code: number
  readonly message: string
}

/** The status of an answer that is not gRPC, such as the page of a web server that listens in Goldmane's place. */
export function statusOfHttp(http: number, contentType: string | undefined): GrpcStatus {
  const answer = `Goldmane's side answered with HTTP status ${http}`
  if (http !== 200) return { code: codeOfHttp(http), message: answer }
  const type = contentType === undefined ? 'no content type' : contentType.slice(0, 100)
  return { code: GRPC.UNKNOWN, message: `${answer} and ${type}${WEB_SERVER}` }
}

const WEB_SERVER = ': it is not a gRPC server'

/** Whether a message is that of {@link statusOfHttp} for what answers, but not as gRPC. */
export function isWebServer(message: string): boolean {
  return message.endsWith(WEB_SERVER)
}

/** The name of a code in {@link GRPC}, or else its number. */
export function nameOfCode(code: number): string {
  return Object.entries(GRPC).find(([, number]) => number === code)?.[0] ?? String(code)
}

function codeOfHttp(http: number): number {
  switch (http) {
    case 400:
      return GRPC.INTERNAL
    case 401:
      return GRPC.UNAUTHENTICATED
    case 403:
      return GRPC.PERMISSION_DENIED
    case 404:
      return GRPC.UNIMPLEMENTED
    case 429:
    case 502:
    case 503:
    case 504:
      return GRPC.UNAVAILABLE
    default:
      return GRPC.UNKNOWN
  }
}

/** The status of a stream that the server reset with this HTTP/2 error code. */
export function statusOfReset(reset: number): GrpcStatus {
  switch (reset) {
    case constants.NGHTTP2_REFUSED_STREAM:
      return { code: GRPC.UNAVAILABLE, message: 'Goldmane refused the call before it began' }
    case constants.NGHTTP2_CANCEL:
      return { code: GRPC.CANCELLED, message: 'Goldmane cancelled the call' }
    case constants.NGHTTP2_ENHANCE_YOUR_CALM:
      return { code: GRPC.RESOURCE_EXHAUSTED, message: 'Goldmane asked for fewer calls' }
    case constants.NGHTTP2_INADEQUATE_SECURITY:
      return { code: GRPC.PERMISSION_DENIED, message: 'Goldmane found the connection not secure enough' }
    default:
      return { code: GRPC.INTERNAL, message: `Goldmane reset the call (HTTP/2 error ${reset})` }
  }
}
