/** Resynchronisation: where, in a text in which something is broken, the next record may begin. */
import { formatPlural } from '../../lib/format.ts'
import { isListMember } from '../format/record-lists.ts'
import { holdsRecord, recordOutcome } from '../format/record.ts'
import { scanJson } from './json-scanner.ts'
import { LOOK_BACK_CHARACTERS } from './text-buffer.ts'

const BLANKS_IN_LINE: ReadonlySet<string> = new Set([' ', '\t', '\r', '\uFEFF'])
/** What may stand before a record in its line. A colon is not among them: what follows it is part of a record. */
const BEFORE_RECORD: ReadonlySet<string | undefined> = new Set([',', '[', '{', ']', '}'])
/** How many blanks before a brace are skipped. Leaves room in the look-back for a newline and `data:` before them. */
const MAX_BLANKS = LOOK_BACK_CHARACTERS - 8

/** How many objects inside one broken record are tried as records of their own. */
const MAX_SWALLOWED_TRIES = 8

/**
 * What stands before the brace at `brace`: it is the first of its `line` (but for `data:`, as in server-sent events),
 * it follows another bracket or a comma `inline`, or it is the first of its line behind a `prefix`, as of a log, which has
 * neither quotes nor braces. `fromTheStart`: index 0 is where all text begins.
 */
export function recordStartAt(
  text: string,
  brace: number,
  fromTheStart: boolean,
): 'line' | 'inline' | 'prefix' | undefined {
  let before = brace - 1
  while (before >= 0 && brace - before < MAX_BLANKS && BLANKS_IN_LINE.has(text.charAt(before))) before--
  const atLineBegin = (index: number) => (index < 0 ? fromTheStart : text[index] === '\n')
  if (atLineBegin(before)) return 'line'
  const char = text[before]
  if (BEFORE_RECORD.has(char)) return 'inline'
  if (char === ':' && text.slice(Math.max(0, before - 4), before) === 'data' && atLineBegin(before - 5))
    return 'line'
  return isBehindPrefix(text, brace, fromTheStart) ? 'prefix' : undefined
}

function isBehindPrefix(text: string, brace: number, fromTheStart: boolean): boolean {
  const before = text.slice(Math.max(0, brace - LOOK_BACK_CHARACTERS), brace)
  const newline = before.lastIndexOf('\n')
  if (newline < 0 && !(fromTheStart && before.length === brace)) return false
  return !/["{}]/.test(before.slice(newline + 1))
}

/** The index of the next brace after `from` that is first of its line, at or left of the column; −1 if none. */
function lineStartAfter(text: string, from: number, column: number): number {
  for (let brace = text.indexOf('{', from + 1); brace >= 0; brace = text.indexOf('{', brace + 1)) {
    if (recordStartAt(text, brace, false) === 'line' && brace - text.lastIndexOf('\n', brace) <= column)
      return brace
  }
  return -1
}

/**
 * The reason to refuse a record that begins at `from` and ends with the text, with the bytes up to the next brace that is
 * first of its line, at or left of the column. `whole`: what the text is called.
 */
export function cutOffReason(whole: string, text: string, from: number, column: number): string {
  const next = lineStartAfter(text, from, column)
  const lost = new TextEncoder().encode(text.slice(from, next < 0 ? undefined : next))
  return `The ${whole} was cut off in the middle of a record, ${formatPlural(lost.length, 'byte')}`
}

/**
 * Where, in a text that is JSON but no record that can be read, a whole record begins on a line of its own, at or left
 * of the column where the text began; −1 when there is none. A record that was cut off behind a colon or a comma takes
 * the record after it for its next value.
 */
export function swallowedRecordIn(json: string, value: unknown, column: number): number {
  let brace = json.includes('\n') ? lineStartAfter(json, 0, column) : -1
  if (brace < 0 || recordOutcome(value).is !== 'refused') return -1
  for (let tries = 0; brace >= 0 && tries < MAX_SWALLOWED_TRIES; tries++) {
    const scan = scanJson(json, brace, 'value', isListMember)
    if (scan.is === 'whole' && holdsRecord(JSON.parse(json.slice(brace, scan.end)))) return brace
    brace = lineStartAfter(json, brace, column)
  }
  return -1
}
