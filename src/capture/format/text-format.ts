/** The formats whose records are text instead of JSON. */
import { isKernelLine } from './kernel-line.ts'
import { beginsNodeText } from './node-text.ts'

export type TextFormat = 'kernel' | 'node-text'

/** The format of the record that a line, without its indentation, is or begins; undefined for any other line. */
export function textFormatOf(line: string): TextFormat | undefined {
  if (isKernelLine(line)) return 'kernel'
  return beginsNodeText(line) ? 'node-text' : undefined
}
