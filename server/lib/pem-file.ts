import { readFile } from 'node:fs/promises'
import { errorCode } from './error-code.ts'

/** Whether a setting is a PEM text itself, and not the path of a file with one. */
export function isPemText(source: string): boolean {
  return source.includes('-----BEGIN ')
}

export interface PemFileProblem extends ErrorOptions {
  /** The sentence for those who may not know where the file is. */
  readonly withoutPath: string
}

/**
 * The text of a PEM file. Throws what `fail` makes of a sentence without a full stop, in which `what` names the content,
 * such as `client key`, and `path` its place.
 */
export async function readPemFile(
  what: string,
  path: string,
  fail: (message: string, problem: PemFileProblem) => Error,
): Promise<string> {
  let text = ''
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const problem = `cannot be read (${errorCode(error)})`
    throw fail(`The ${what} ${path} ${problem}`, { withoutPath: `The ${what} ${problem}`, cause: error })
  }
  if (!isPemText(text)) {
    const problem = 'is not a PEM file'
    throw fail(`The ${what} ${path} ${problem}`, { withoutPath: `The ${what} ${problem}` })
  }
  return text
}
