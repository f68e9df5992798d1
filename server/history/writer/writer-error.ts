import { HistoryError } from '../history-error.ts'

/** What a store rejected with; anything but a HistoryError is an error of ours or the driver's. */
export function asHistoryError(error: unknown): HistoryError {
  if (error instanceof HistoryError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new HistoryError('failed', `The history failed: ${message}`, { cause: error })
}
