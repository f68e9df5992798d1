/** A refusal: the report on a piece of a capture that could not be read. */

export interface Refusal {
  /** The name of the file, where several are read together. */
  readonly file?: string
  /** 1-based line in a text capture; null where the format has none. */
  readonly line: number | null
  /** 1-based column in that line, in UTF-16 units. */
  readonly column: number | null
  readonly reason: string
  /** The text of the line around that column, at most {@link MAX_EXCERPT_CHARACTERS} characters. */
  readonly excerpt: string
}

/** A position in a file. Both numbers are 1-based. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Upper bound of an excerpt in UTF-16 units, and so of the text that a refusal needs after the fault. */
export const MAX_EXCERPT_CHARACTERS = 120

/** How many bytes of a binary record its excerpt shows. */
export const EXCERPT_BYTES = 24

/** The place of `offset` in a text that begins at `start`. */
export function placeWithin(text: string, start: Place, offset: number): Place {
  let { line } = start
  let lineBegin = 0
  for (
    let newline = text.indexOf('\n');
    newline >= 0 && newline < offset;
    newline = text.indexOf('\n', lineBegin)
  ) {
    line++
    lineBegin = newline + 1
  }
  return { line, column: line === start.line ? start.column + offset : offset - lineBegin + 1 }
}

/** The line of `text` that holds `offset`, cut to its surroundings when it is long. */
function excerptAround(text: string, offset: number): string {
  const begin = text.lastIndexOf('\n', offset - 1) + 1
  const newline = text.indexOf('\n', offset)
  const end = newline < 0 ? text.length : newline
  let line = text.slice(begin, end)
  if (line.length > MAX_EXCERPT_CHARACTERS) {
    const from = Math.max(0, offset - begin - MAX_EXCERPT_CHARACTERS / 2)
    line = `${from > 0 ? '…' : ''}${line.slice(from, from + MAX_EXCERPT_CHARACTERS - 2)}…`
  }
  return line.replaceAll(/\p{Cc}/gu, ' ').trim()
}

/** The refusal for a fault at `offset` in a text that begins at `start`. */
export function refusalAt(text: string, start: Place, offset: number, reason: string): Refusal {
  return { ...placeWithin(text, start, offset), reason, excerpt: excerptAround(text, offset) }
}

/** The excerpt of a binary record: its first {@link EXCERPT_BYTES} bytes in hexadecimal. */
export function hexExcerpt(bytes: Uint8Array): string {
  const first = Array.from(bytes.subarray(0, EXCERPT_BYTES), (byte) => byte.toString(16).padStart(2, '0'))
  return first.join(' ')
}

/** A refusal without a line, as for binary formats. */
export function placelessRefusal(reason: string, excerpt = ''): Refusal {
  return { line: null, column: null, reason, excerpt: excerpt.slice(0, MAX_EXCERPT_CHARACTERS) }
}
