/** The search for the next record after something broken. */
import { isListMember, isRecord } from '../format/classify.ts'
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

/**
 * The first line from the position on, and before the index `brace` where that is not −1, that is a record of text. Not
 * whole: the line has not come far enough to tell. In JSON no text in quotes spans lines, so that such a line is never part
 * of what is broken.
 */
function textLineBefore(
  buffer: TextBuffer,
  brace: number,
  last: boolean,
): { readonly begin: number; readonly isWhole: boolean } | undefined {
  const { text, at } = buffer
  const limit = brace < 0 ? text.length : brace
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
 * begins a record only if it opens a whole one of ours.
 */
export function searchRecord(buffer: TextBuffer, search: Search, last: boolean): SearchResult {
  const { text } = buffer
  const found = search.behindText ? buffer.nextNewline() : text.indexOf('{', buffer.at)
  const textLine = search.behindText ? undefined : textLineBefore(buffer, found, last)
  if (textLine !== undefined) {
    buffer.advance(textLine.begin)
    return textLine.isWhole ? { is: 'line', isFirst: true } : { is: 'short' }
  }
  buffer.advance(found < 0 ? text.length : found)
  if (found < 0) return { is: 'short' }
  if (search.behindText) return { is: 'line', isFirst: false }
  const start = recordStartAt(text, found, buffer.fromTheStart)
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
    if (scan.is === 'whole' && isRecord(value)) return { is: 'record', value, end: scan.end }
  }
  buffer.advance(found + 1)
  return { is: 'nothing' }
}
