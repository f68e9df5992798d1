/** The prefix that a container's runtime, syslog or a pipeline puts before a record in its line, found in bytes. */
import { MAX_PREFIX_CHARACTERS } from '../format/kernel-line.ts'
import { classifyLine } from './text-line.ts'

const OPENING = 0x7b
const QUOTE = 0x22
const EQUALS = 0x3d
const LETTER_I = 0x49
const LETTER_N = 0x4e
const ZERO = 0x30
const NINE = 0x39
const FIRST_PRINTABLE = 0x20
const LAST_PRINTABLE = 0x7e
/** With these a line begins as JSON does: quote, comma, opening and closing bracket, closing brace. */
const JSON_STARTS: ReadonlySet<number | undefined> = new Set([QUOTE, 0x2c, 0x5b, 0x5d, 0x7d])

/**
 * Where the record begins in the line from `begin` to `end`, whose first byte is not blank; `end` for a line without a
 * plain prefix, or one that may be a record that is text. Such a line is left to the TextSplitter.
 */
export function afterLogPrefix(bytes: Uint8Array, begin: number, end: number): number {
  const first = bytes[begin]!
  if (JSON_STARTS.has(first)) return end
  const limit = Math.min(end, begin + MAX_PREFIX_CHARACTERS)
  let brace = begin
  while (brace < limit && bytes[brace] !== OPENING) {
    const byte = bytes[brace]!
    if (byte < FIRST_PRINTABLE || byte > LAST_PRINTABLE) return end
    brace++
  }
  if (brace >= limit || bytes[brace + 1] !== QUOTE || mayBeKernelLine(bytes, begin, end)) return end
  // A line that begins with a digit, as those with a time, is no other kind of line.
  if (first >= ZERO && first <= NINE) return brace
  const prefix = String.fromCharCode(...bytes.subarray(begin, brace))
  const line = classifyLine(`${prefix}{"`)
  return line.is === 'prefixed' && line.brace === prefix.length ? brace : end
}

/** Whether `IN=`, which is in every line of the kernel, stands at its place, be it in the prefix or in the record. */
function mayBeKernelLine(bytes: Uint8Array, begin: number, end: number): boolean {
  const limit = Math.min(end, begin + MAX_PREFIX_CHARACTERS + 'IN='.length)
  for (let at = bytes.indexOf(EQUALS, begin); at >= 0 && at < limit; at = bytes.indexOf(EQUALS, at + 1)) {
    if (bytes[at - 1] === LETTER_N && bytes[at - 2] === LETTER_I) return true
  }
  return false
}
