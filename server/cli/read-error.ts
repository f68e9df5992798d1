import { visibleText } from '../../src/lib/visible-text.ts'
import { errorCode } from '../lib/error-code.ts'
import { UsageError } from '../lib/usage-error.ts'

/**
 * What is thrown for an error of reading a capture: a {@link UsageError} that names it. Only errors of files and streams
 * have an errno; any other error is a bug, and stays what it is.
 */
export function readErrorOf(error: unknown, name: string): unknown {
  if (!(error instanceof Error && 'errno' in error)) return error
  return new UsageError(`The capture ${visibleText(name)} cannot be read (${errorCode(error)})`, {
    cause: error,
  })
}
