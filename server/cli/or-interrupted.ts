/** As a shell has it for a program that was ended by SIGINT. */
const INTERRUPTED = 130

/** Resolves with the exit status of a command, or with 130 where it failed because the signal was aborted. */
export async function orInterrupted<Status extends number>(
  signal: AbortSignal,
  run: () => Promise<Status>,
): Promise<Status | typeof INTERRUPTED> {
  try {
    return await run()
  } catch (error) {
    if (signal.aborted) return INTERRUPTED
    throw error
  }
}
