/** By wire number: the gRPC status codes. */
export const GRPC_CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const
export type GrpcCode = (typeof GRPC_CODES)[number]

/** Header or trailer names, in lower case, with their values. */
export type Metadata = Readonly<Record<string, string>>

/** A call that did not end in OK, whether the server said so or the answer could not be read. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError'
  readonly code: GrpcCode
  readonly metadata: Metadata

  constructor(code: GrpcCode, message: string, metadata: Metadata = {}, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.metadata = metadata
  }
}

/** The name of a wire code. A number that gRPC does not define counts as UNKNOWN, as the protocol asks. */
export function grpcCode(wire: number): GrpcCode {
  return GRPC_CODES[wire] ?? 'UNKNOWN'
}

/**
 * What an HTTP status means when the answer has no gRPC status (grpc/grpc, doc/http-grpc-status-mapping.md). Two are
 * ours: 405 and 415 is how a plain web server refuses the request, which like 404 means that no gRPC-web is there.
 */
export function grpcCodeOfHttp(status: number): GrpcCode {
  switch (status) {
    case 400:
      return 'INTERNAL'
    case 401:
      return 'UNAUTHENTICATED'
    case 403:
      return 'PERMISSION_DENIED'
    case 404:
    case 405:
    case 415:
      return 'UNIMPLEMENTED'
    case 429:
    case 502:
    case 503:
    case 504:
      return 'UNAVAILABLE'
    default:
      return 'UNKNOWN'
  }
}

/**
 * The outcome that `grpc-status` and `grpc-message` announce, in trailers or in the headers of a trailers-only answer.
 * Null is OK.
 */
export function statusError(metadata: Metadata): GrpcError | null {
  const status = metadata['grpc-status']
  if (status === '0') return null
  const message = percentDecoded(metadata['grpc-message'] ?? '')
  if (status === undefined)
    return new GrpcError('UNKNOWN', 'the answer ended without a gRPC status', metadata)
  const known = /^\d{1,2}$/.test(status) && Number(status) < GRPC_CODES.length
  if (known) return new GrpcError(grpcCode(Number(status)), message, metadata)
  return new GrpcError('UNKNOWN', `gRPC status ${status}: ${message}`, metadata)
}

/** A text that is not well-formed percent-encoding is shown as it came: it is for people. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
