/** The command line is not valid, or names a file that cannot be used. The message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
