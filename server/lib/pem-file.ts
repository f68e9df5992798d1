import { readFile } from 'node:fs/promises'
import { errorCode } from './error-code.ts'

/** Whether a setting is a PEM text itself, and not the path of a file with one. */
export function isPemText(source: string): boolean {
  return source.includes('-----BEGIN ')
}

/**
 * The text of a PEM file. Throws what `fail` makes of a sentence without a full stop, in which `what` names the content,
 * such as `client key`.
 */
export async function readPemFile(
  what: string,
  path: string,
  fail: (message: string, options?: ErrorOptions) => Error,
): Promise<string> {
  let text = ''
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw fail(`The ${what} ${path} cannot be read (${errorCode(error)})`, { cause: error })
  }
  if (!isPemText(text)) throw fail(`The ${what} ${path} is not a PEM file`)
  return text
}
