/** Where, in a text in which something is broken, the next record may begin. */
import { LOOK_BACK } from './text-window.ts'

const BLANKS_IN_LINE: ReadonlySet<string> = new Set([' ', '\t', '\r', '\uFEFF'])
/** A colon is not among them: what follows it belongs to a record. */
const INLINE: ReadonlySet<string | undefined> = new Set([',', '[', '{', ']', '}'])
/** Room left of the blanks for what is compared: a newline and `data:`. */
const MOST_BLANKS = LOOK_BACK - 8

/**
 * What stands before the brace at `brace`: it is the first of its `line` (but for `data:`, as in server-sent events),
 * or it follows another bracket or a comma `inline`. `fromTheStart`: index 0 is where all text begins.
 */
export function openingAt(text: string, brace: number, fromTheStart: boolean): 'line' | 'inline' | undefined {
  let before = brace - 1
  while (before >= 0 && brace - before < MOST_BLANKS && BLANKS_IN_LINE.has(text.charAt(before))) before--
  const atLineBegin = (index: number) => (index < 0 ? fromTheStart : text[index] === '\n')
  if (atLineBegin(before)) return 'line'
  const char = text[before]
  if (INLINE.has(char)) return 'inline'
  if (char === ':' && text.slice(Math.max(0, before - 4), before) === 'data' && atLineBegin(before - 5))
    return 'line'
  return undefined
}

/** The index of the next brace after `from` that is first of its line, at or left of the column; -1 if none. */
export function lineOpeningAfter(text: string, from: number, column: number): number {
  for (let brace = text.indexOf('{', from + 1); brace >= 0; brace = text.indexOf('{', brace + 1)) {
    if (openingAt(text, brace, false) === 'line' && brace - text.lastIndexOf('\n', brace) <= column)
      return brace
  }
  return -1
}
