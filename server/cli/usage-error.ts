/** A command line that makes no sense. The message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'

  /** From what Node's parseArgs throws. */
  static ofParseArgs(error: unknown): UsageError {
    const message = error instanceof Error ? error.message : String(error)
    // Node adds advice about "--" after the first sentence.
    return new UsageError(message.replace(/[.;]?\s(To specify|Did you forget)[\s\S]*$/, ''), { cause: error })
  }
}
