import { visibleText } from '../../../src/lib/visible-text.ts'

const COLUMNS = 80

export interface Indents {
  /** Before the first line. */
  readonly first?: string
  /** Before all further ones. */
  readonly more?: string
}

/** The lines of a text, broken at its single spaces to at most 80 columns where no word is longer. Control characters are made visible. */
export function wrapped(text: string, { first = '', more = '' }: Indents = {}): readonly string[] {
  const lines: string[] = []
  let line = first
  let isEmpty = true
  // Two spaces stay together, as between the ends and the ports.
  for (const word of visibleText(text).split(/(?<! ) (?! )/)) {
    if (!isEmpty && line.length + 1 + word.length > COLUMNS) {
      lines.push(line)
      line = more
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line]
}
