/** Throws an Error with the message unless the condition holds. For bugs of ours, never for bad input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${message}`)
}

/** The value, which is neither null nor undefined; throws as {@link assert} does when it is. */
export function ensure<T>(value: T | null | undefined, message: string): T {
  assert(value !== null && value !== undefined, message)
  return value
}

/** For the default branch of a switch over a union: the compiler rejects the call when a case was forgotten. */
export function unreachable(value: never, what: string): never {
  throw new Error(`Unexpected ${what}: ${JSON.stringify(value)}`)
}
