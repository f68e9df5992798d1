import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode } from '../../lib/error-code.ts'
import { HistoryError, type HistoryTrouble } from '../history-error.ts'

const TROUBLES: Readonly<Record<string, readonly [HistoryTrouble, string]>> = {
  EEXIST: ['failed', 'it is a file'],
  ENOTDIR: ['failed', 'what is above it is a file'],
  ENOENT: ['failed', 'what is above it takes no folders'],
  ENAMETOOLONG: ['failed', 'its name is too long'],
  EACCES: ['refused', 'this user may not write there'],
  EPERM: ['refused', 'the system does not allow it there'],
  EROFS: ['refused', 'it is on a file system that is read alone'],
  ENOSPC: ['full', 'no space is left'],
  EDQUOT: ['full', 'no space is left'],
}

/**
 * Makes the folder of an absolute path with those above it. Node's own `recursive` goes on for ever where a folder that is there takes no
 * new ones and says ENOENT, as /proc does. @throws {HistoryError}
 */
export async function makeFolder(path: string): Promise<void> {
  const missing: string[] = []
  for (let at = path; !(await isFolder(at)); at = dirname(at)) {
    missing.push(at)
    if (dirname(at) === at) break
  }
  for (const each of missing.toReversed()) {
    try {
      await mkdir(each)
    } catch (error) {
      // Another process may have made it meanwhile.
      if (errorCode(error) === 'EEXIST' && (await isFolder(each))) continue
      const code = errorCode(error)
      // A file on the way there is passed over like a folder that is missing.
      const isAbove = code === 'EEXIST' && each !== path
      const [trouble, why] = TROUBLES[isAbove ? 'ENOTDIR' : code] ?? ['failed', code]
      throw new HistoryError(trouble, `The folder ${path} cannot be made (${code}): ${why}`, { cause: error })
    }
  }
}

/** False for what is not there or may not be looked at, which the `mkdir` that follows says. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
