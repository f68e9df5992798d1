/** Errors of DuckDB and of the file system as the troubles of a history. */
import { errorCode } from '../../lib/error-code.ts'
import { HistoryError, type HistoryTrouble } from '../history-error.ts'

/**
 * By what DuckDB says, the first that fits. DuckDB has no codes: its messages begin with the kind of the error, and end with the words of
 * the operating system.
 */
const TROUBLES: readonly (readonly [RegExp, HistoryTrouble, string])[] = [
  [/Could not set lock on file|Conflicting lock/, 'locked', 'Another process has the history open'],
  [/No space left on device|File too large|Disk quota exceeded/, 'full', 'No space is left for the history'],
  [
    /Out of Memory|failed to (?:allocate|pin)|could not allocate/i,
    'too much memory',
    'The memory of the history is too small for this',
  ],
  [
    /Permission denied|Read-only file system/,
    'refused',
    'The files of the history may not be read or written',
  ],
  [
    /not a valid DuckDB database|Serialization Error|Corrupt|checksum|Could not read enough bytes|older version of DuckDB|newer version of DuckDB|Failure while replaying WAL/i,
    'damaged',
    'A file of the history is damaged, or not one of ours',
  ],
]

const CODES: Readonly<Record<string, readonly [HistoryTrouble, string]>> = {
  ENOSPC: ['full', 'No space is left for the history'],
  EDQUOT: ['full', 'No space is left for the history'],
  EACCES: ['refused', 'The files of the history may not be read or written'],
  EPERM: ['refused', 'The files of the history may not be read or written'],
  EROFS: ['refused', 'The files of the history may not be read or written'],
}

/** The error as one of the history, with the first line of what the layer below says. */
export function asHistoryError(error: unknown): HistoryError {
  if (error instanceof HistoryError) return error
  const said = error instanceof Error ? error.message : String(error)
  const [line = ''] = said.split('\n')
  const [trouble, sentence] = CODES[errorCode(error)] ?? troubleOf(said)
  return new HistoryError(trouble, `${sentence}: ${line.replace(/\.$/, '')}`, { cause: error })
}

function troubleOf(said: string): readonly [HistoryTrouble, string] {
  for (const [pattern, trouble, sentence] of TROUBLES) if (pattern.test(said)) return [trouble, sentence]
  return ['failed', 'The history failed']
}

/** Whether DuckDB refuses everything from now on, until it is opened anew. */
export function isFatal(error: unknown): boolean {
  return error instanceof Error && /FATAL Error|has been invalidated/.test(error.message)
}

export function isInterrupt(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('INTERRUPT Error')
}
