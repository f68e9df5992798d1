/** The search for the next record after something broken. */
import { isListMember } from '../format/record-lists.ts'
import { holdsRecord } from '../format/record.ts'
import { textFormatOf } from '../format/text-format.ts'
import { scanJson } from './json-scanner.ts'
import { recordStartAt } from './record-start.ts'
import type { TextBuffer } from './text-buffer.ts'
import { MAX_REFUSED_CHARACTERS } from './text-line.ts'

export interface Search {
  /** The 1-based column in which the broken record began: the next one begins there or left of it. */
  readonly column: number
  /**
   * An offset from the beginning of all text. A brace before it certainly belongs to the broken record; from it on, a
   * missing quote may have swallowed other records.
   */
  readonly suspect: number
  /** Whether the broken record stood behind other text in its line, so that the next one is in another line. */
  readonly behindText: boolean
}

/** What the search found at the position of the buffer. */
export type SearchResult =
  /** More text is needed. */
  | { readonly is: 'short' }
  /** The brace begins no record; the position has moved past it. */
  | { readonly is: 'nothing' }
  /** A line begins, with a record or anything else. `isFirst`: its brace is the first of the line. */
  | { readonly is: 'line'; readonly isFirst: boolean }
  | { readonly is: 'list'; readonly end: number; readonly opened: string }
  | { readonly is: 'record'; readonly value: unknown; readonly end: number }

/** A brace, or the beginning of an entry of Loki: a list of a time in nanoseconds and a line. */
const OPENING = /\{|\[\s{0,16}"\d{19}"/g
/** What may become the beginning of an entry of Loki when more text follows. */
const OPENING_CUT_OFF = /\[\s{0,16}(?:"\d{0,19})?$/
const MAX_OPENING_CHARACTERS = 64

/** The index of the next {@link OPENING}, or of what may become one; −1 when there is none. */
function nextOpening(text: string, at: number, last: boolean): number {
  OPENING.lastIndex = at
  const found = OPENING.exec(text)
  if (found !== null || last) return found?.index ?? -1
  const tail = Math.max(at, text.length - MAX_OPENING_CHARACTERS)
  const cut = OPENING_CUT_OFF.exec(text.slice(tail))
  return cut === null ? -1 : tail + cut.index
}

/**
 * The first line from the position on, and before the index `opening` where that is not −1, that is a record of text. Not
 * whole: the line has not come far enough to tell. In JSON no text in quotes spans lines, so that such a line is never part
 * of what is broken.
 */
function textLineBefore(
  buffer: TextBuffer,
  opening: number,
  last: boolean,
): { readonly begin: number; readonly isWhole: boolean } | undefined {
  const { text, at } = buffer
  const limit = opening < 0 ? text.length : opening
  let begin = text[at - 1] === '\n' ? at : buffer.nextNewline() + 1
  while (begin > 0 && begin < limit) {
    const newline = text.indexOf('\n', begin)
    const end = newline < 0 ? text.length : newline
    if (end - begin <= MAX_REFUSED_CHARACTERS) {
      if (newline < 0 && !last) return { begin, isWhole: false }
      const line = text.slice(begin, end).replace(/^[ \t\r\uFEFF]+/, '')
      if (textFormatOf(line) !== undefined) return { begin, isWhole: true }
    }
    begin = newline + 1
  }
  return undefined
}

/**
 * Moves to the next brace that may begin a record and says what it begins. A brace that is first of its line, at or
 * left of the column where the broken record began, begins one. Any other brace may be a part of what is broken, so it
 * begins a record only if it opens a whole one of ours. So does an entry of Loki, which begins with another bracket.
 */
export function searchRecord(buffer: TextBuffer, search: Search, last: boolean): SearchResult {
  const { text } = buffer
  const found = search.behindText ? buffer.nextNewline() : nextOpening(text, buffer.at, last)
  const textLine = search.behindText ? undefined : textLineBefore(buffer, found, last)
  if (textLine !== undefined) {
    buffer.advance(textLine.begin)
    return textLine.isWhole ? { is: 'line', isFirst: true } : { is: 'short' }
  }
  buffer.advance(found < 0 ? text.length : found)
  if (found < 0) return { is: 'short' }
  if (search.behindText) return { is: 'line', isFirst: false }
  const isEntry = text[found] === '['
  const start = isEntry ? 'inline' : recordStartAt(text, found, buffer.fromTheStart)
  if (start === 'line' && buffer.place().column <= search.column) return { is: 'line', isFirst: true }
  if (
    start === 'line' ||
    start === 'prefix' ||
    (start === 'inline' && buffer.absolute(found) >= search.suspect)
  ) {
    const scan = scanJson(text, found, 'value', isListMember)
    if (scan.is === 'short' && !last) return scan
    if (scan.is === 'list') return scan
    const value: unknown = scan.is === 'whole' ? JSON.parse(text.slice(found, scan.end)) : undefined
    if (scan.is === 'whole' && holdsRecord(value)) return { is: 'record', value, end: scan.end }
  }
  buffer.advance(found + 1)
  return { is: 'nothing' }
}
