/** What is said of a piece of a capture that could not be read. */

/** One thing that could not be read, with its place. */
export interface Refusal {
  /** 1-based line in a text capture; null where the format has none. */
  readonly line: number | null
  /** 1-based column in that line, in UTF-16 units. */
  readonly column: number | null
  readonly reason: string
  /** What stood there: the line around that column, at most {@link EXCERPT_LIMIT} characters. */
  readonly excerpt: string
}

/** Where a text begins in its file. Both are 1-based. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Longest excerpt, in UTF-16 units. A refusal needs to see so much after the fault, not more. */
export const EXCERPT_LIMIT = 120

/** The place of `offset` in a text that begins at `start`. */
function placeWithin(text: string, start: Place, offset: number): Place {
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
  if (line.length > EXCERPT_LIMIT) {
    const from = Math.max(0, offset - begin - EXCERPT_LIMIT / 2)
    line = `${from > 0 ? '…' : ''}${line.slice(from, from + EXCERPT_LIMIT - 2)}…`
  }
  return line.replaceAll(/\p{Cc}/gu, ' ').trim()
}

/** The refusal of what stands at `offset` in a text that begins at `start`. */
export function refusalAt(text: string, start: Place, offset: number, reason: string): Refusal {
  return { ...placeWithin(text, start, offset), reason, excerpt: excerptAround(text, offset) }
}

/** The refusal of something that has no place in a text. */
export function placelessRefusal(reason: string, excerpt = ''): Refusal {
  return { line: null, column: null, reason, excerpt: excerpt.slice(0, EXCERPT_LIMIT) }
}
