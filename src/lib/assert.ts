/** States what must hold. Throws an Error with the message when it does not: a bug of ours, never bad input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${message}`)
}

/** The expression form of {@link assert}: the value itself, known to be there. */
export function ensure<T>(value: T | null | undefined, message: string): T {
  assert(value !== null && value !== undefined, message)
  return value
}

/** For the default branch of a switch over a union: the compiler rejects the call when a case was forgotten. */
export function unreachable(value: never, what: string): never {
  throw new Error(`Unexpected ${what}: ${JSON.stringify(value)}`)
}
