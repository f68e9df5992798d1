/** What a line of a capture is: one JSON object, or other text around, before or instead of it. */
import { isObject, type Json } from '../format/json-fields.ts'
import { holdsList } from '../format/record-lists.ts'
import { type TextFormat, textFormatOf } from '../format/text-format.ts'

/** A line of at most this length is first parsed as one record, which is the fast way. */
export const MAX_LINE_CHARACTERS = 256 * 1024
/** The longest stretch of a line without a record that one refusal covers. */
export const MAX_REFUSED_CHARACTERS = 64 * 1024

/** A member of an object, or a closing bracket, alone in a line. */
const REMNANT = /^(?:"(?:[^"\\]|\\.)*"\s*:|[\]}]+,?$)/

/** The line without blanks and the comma of a list at its end. */
export function withoutComma(line: string): string {
  const text = line.trimEnd()
  return text.endsWith(',') ? text.slice(0, -1).trimEnd() : text
}

/**
 * The object that a line is, which is the fast way through JSON lines. Undefined when the line is something else, when
 * it is broken (the scanner finds where), or when its records are in a list inside it.
 */
export function parseLine(line: string): Json | undefined {
  if (line.length < 2 || !line.endsWith('}')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) && !holdsList(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** What a line is that does not begin with JSON. */
export type TextLine =
  /** A comment of server-sent events, or a field other than `data`. */
  | { readonly is: 'ignored' }
  /** It is a record that is text, or the first line of one. */
  | { readonly is: 'text'; readonly format: TextFormat }
  /** `isRemnant`: it may be left of a pretty-printed record that is broken before it. */
  | { readonly is: 'refused'; readonly reason: string; readonly isRemnant: boolean }
  /** Something stands before the JSON, as `data:` or the prefix of a log. `brace` is the index of its first brace. */
  | { readonly is: 'prefixed'; readonly brace: number }

/** Classifies a line that does not begin with JSON. */
export function classifyLine(line: string): TextLine {
  const format = textFormatOf(line)
  if (format !== undefined) return { is: 'text', format }
  // Server-sent events: comments, and fields other than the data.
  if (/^(?:(?:event|id|retry):|:|data:$)/.test(line)) return { is: 'ignored' }
  const report = /^error:\s*(.*)$/.exec(line)?.[1]
  if (report !== undefined)
    return { is: 'refused', reason: `The server reported: ${report}`, isRemnant: false }
  // logcli writes the labels of a stream, `{app="goldmane"}`, before the line: they are no JSON.
  const object = line.search(/\{\s*"/)
  const brace = object < 1 ? line.indexOf('{', 1) : object
  return brace < 0
    ? {
        is: 'refused',
        reason: 'This line is not a record: there is no JSON in it',
        isRemnant: REMNANT.test(line),
      }
    : { is: 'prefixed', brace }
}
