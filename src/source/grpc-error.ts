/** The gRPC status codes, by wire number. */
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

/** A call that did not end with status OK: the server sent another one, or its answer is not valid. */
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

/** Returns the name of a status code. A number that gRPC does not define is UNKNOWN, as the protocol demands. */
export function grpcCode(wire: number): GrpcCode {
  return GRPC_CODES[wire] ?? 'UNKNOWN'
}

/**
 * Returns the gRPC code for the HTTP status of an answer without a gRPC status (grpc/grpc,
 * doc/http-grpc-status-mapping.md). 405 and 415 are additions: a plain web server refuses the request with them, which
 * means, like 404, that the endpoint does not speak gRPC-web.
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
 * Returns the error that `grpc-status` and `grpc-message` announce, in trailers or in the headers of a trailers-only
 * answer; null for status OK.
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

/** Returns malformed percent-encoding unchanged, because the text is for people. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
