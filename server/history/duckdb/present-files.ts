/** Whether files that are open are still at their paths. What is written to one that was removed is lost, and no error tells. */
import { stat } from 'node:fs/promises'
import { HistoryError } from '../history-error.ts'

/** Tells the file at a path from any other that may come into its place; null where there is none, or it cannot be looked at. */
export async function fileIdentity(path: string): Promise<string | null> {
  try {
    const { dev, ino } = await stat(path, { bigint: true })
    return `${dev} ${ino}`
  } catch {
    return null
  }
}

/** For each write while the file is gone: it goes on by itself when the file is back. */
export function removedError(path: string): HistoryError {
  return new HistoryError(
    'unavailable',
    `${path} was removed or replaced while it is open: bring it back, or start the gateway again`,
  )
}
