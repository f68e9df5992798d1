/** The gRPC status codes that Goldmane answers with. */
export const STATUS = {
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  RESOURCE_EXHAUSTED: 8,
  UNAVAILABLE: 14,
} as const

/**
 * A call that failed, with its gRPC status. The code is often UNKNOWN, because Goldmane returns plain Go errors for
 * what it refuses, and gRPC sends those as UNKNOWN.
 */
export class GoldmaneError extends Error {
  override readonly name = 'GoldmaneError'
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}
