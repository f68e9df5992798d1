/** Whether reading a damaged file back leaves the recording the disk that it needs. */
import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { formatBytes } from '../../../../src/lib/format.ts'
import { HistoryError } from '../../history-error.ts'

/** What is read is stored twice meanwhile: in a file of its own, and in that of the day. */
const COPIES = 2
/** Bytes that are left to the recording: half a day of 20,000 keys. */
const RESERVE = 64 * 2 ** 20

/** Returns whether the file is still there. Rejects with a HistoryError where the disk has too little for it. */
export async function requireFreeSpace(damaged: string): Promise<boolean> {
  const found = await stat(damaged).catch(() => null)
  if (found === null) return false
  const { bavail, bsize } = await statfs(dirname(damaged))
  const free = bavail * bsize
  const needed = COPIES * found.size + RESERVE
  if (free >= needed) return true
  throw new HistoryError(
    'full',
    `No space is left to read it back: that takes ${formatBytes(needed)}, and ${formatBytes(free)} are free`,
  )
}
