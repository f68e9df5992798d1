/**
 * A strict JSON scanner that finds where a value ends in a text that may go on, and where exactly it is broken. It
 * looks at each character once and never beyond what it needs: an answer other than `short` does not change when more
 * text follows. That makes the reader's result independent of how a file is cut into chunks.
 */
export type Scan =
  /** The value ends before `end`. */
  | { readonly is: 'whole'; readonly end: number }
  /** A list of records begins at `end`, inside a wrapper; the brackets `opened` are to be closed after it. */
  | { readonly is: 'list'; readonly end: number; readonly opened: string }
  /** The text ends first. */
  | { readonly is: 'short' }
  /**
   * It is broken at `at`. If a missing quote is to blame, the last text may have swallowed what follows: all from
   * `suspect` on, where that text begins, may be something else than it was taken for.
   */
  | { readonly is: 'fault'; readonly at: number; readonly reason: string; readonly suspect: number }

/** What to scan: a value, or one member `"name": value` of a wrapper that is open. */
export type Subject = 'value' | 'member'

/** Upper bound of one record, in UTF-16 units. A real one takes about one thousand. */
export const RECORD_LIMIT = 16 * 1024 * 1024
/** A real record nests 6 deep. The limit bounds the work that a run of unclosed brackets can cause. */
const DEPTH_LIMIT = 64

type Expect = 'value' | 'value or ]' | 'name' | 'name or }' | 'colon' | 'comma or end'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OBJECT = '{'
const ARRAY = '['
const ESCAPE = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{0,4}$)/
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const WORDS: ReadonlySet<string> = new Set(['true', 'false', 'null'])

const SHORT: Stop = { is: 'short' }

/** What a part of the scan found: that the text ends first, or a fault. */
type Stop = { readonly is: 'short' } | { readonly is: 'fault'; readonly at: number; readonly reason: string }

function fault(at: number, reason: string): Stop {
  return { is: 'fault', at, reason }
}

/** Space, tab, line feed, carriage return. */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

/** The index after the closing quote of the string that opens at `start`. */
function scanString(text: string, start: number, limit: number): number | Stop {
  for (let at = start + 1; at < limit; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) return at + 1
    if (code < 0x20) {
      const newline = code === 0x0a || code === 0x0d
      return fault(
        at,
        newline ? 'A text in quotes is not closed on its line' : 'A control character in a text',
      )
    }
    if (code !== BACKSLASH) continue
    if (at + 1 >= limit) return SHORT
    const length = text[at + 1] === 'u' ? 5 : 1
    if (!ESCAPE.test(text.slice(at + 1, Math.min(at + 1 + length, limit)))) {
      return fault(at, 'A backslash escape that JSON does not have')
    }
    at += length
  }
  return SHORT
}

/** Letters, digits, plus, minus, full stop: what numbers and words are made of, wrong ones too. */
function isBare(code: number): boolean {
  if (code < 0x41) return (code >= 0x30 && code <= 0x39) || code === 0x2b || code === 0x2d || code === 0x2e
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

/** The index after the number or word at `start`. */
function scanBare(text: string, start: number, limit: number): number | Stop {
  let end = start
  while (end < limit && isBare(text.charCodeAt(end))) end++
  if (end === limit) return SHORT
  const bare = text.slice(start, end)
  if (NUMBER.test(bare) || WORDS.has(bare)) return end
  return fault(start, bare === '' ? 'A value is missing' : `${bare.slice(0, 20)} is not a JSON value`)
}

/**
 * Scans the value or member that begins at `start`. `isList` says whether a member of the outermost object holds
 * records; the scan then stops at that list's beginning.
 */
export function scanJson(
  text: string,
  start: number,
  subject: Subject,
  isList: (name: string, opener: string) => boolean,
): Scan {
  const limit = Math.min(text.length, start + RECORD_LIMIT)
  const isTooLong = text.length > limit
  const stack: (typeof OBJECT | typeof ARRAY)[] = subject === 'member' ? [OBJECT] : []
  const bottom = stack.length
  let expect: Expect = subject === 'member' ? 'name' : 'value'
  let outerName = ''
  let lastText = start
  let at = start
  const stopped = (stop: Stop): Scan => {
    if (stop.is === 'fault') return { ...stop, suspect: lastText }
    return isTooLong
      ? { is: 'fault', at: start, reason: 'A record of more than 16 MiB', suspect: start }
      : stop
  }
  const stoppedBy = (reason: string) => stopped(fault(at, reason))
  for (;;) {
    while (at < limit && isBlank(text.charCodeAt(at))) at++
    if (at >= limit) return stopped(SHORT)
    const char = text.charAt(at)
    switch (expect) {
      case 'name':
      case 'name or }': {
        if (char === '}' && expect === 'name or }') {
          stack.pop()
          at++
          expect = 'comma or end'
          break
        }
        if (char !== '"') {
          return stoppedBy(char === '}' ? 'A comma stands before }' : 'Expected a name in quotes')
        }
        lastText = at
        const end = scanString(text, at, limit)
        if (typeof end !== 'number') return stopped(end)
        if (stack.length === 1) outerName = text.slice(at + 1, end - 1)
        at = end
        expect = 'colon'
        break
      }
      case 'colon':
        if (char !== ':') return stoppedBy('Expected : after the name')
        at++
        expect = 'value'
        break
      case 'value':
      case 'value or ]': {
        if (char === '{' || char === '[') {
          if (stack.length === 1 && stack[0] === OBJECT && isList(outerName, char)) {
            return { is: 'list', end: at + 1, opened: bottom === 0 ? OBJECT + char : char }
          }
          if (stack.length >= DEPTH_LIMIT) return stoppedBy(`Nested more than ${DEPTH_LIMIT} deep`)
          stack.push(char)
          at++
          expect = char === '{' ? 'name or }' : 'value or ]'
          break
        }
        if (char === ']') {
          if (expect === 'value')
            return stoppedBy(stack.at(-1) === ARRAY ? 'A comma stands before ]' : 'A value is missing')
          stack.pop()
          at++
        } else {
          if (char === '"') lastText = at
          const end = char === '"' ? scanString(text, at, limit) : scanBare(text, at, limit)
          if (typeof end !== 'number') return stopped(end)
          at = end
        }
        expect = 'comma or end'
        break
      }
      case 'comma or end': {
        const closer = stack.at(-1) === OBJECT ? '}' : ']'
        if (char === ',') expect = closer === '}' ? 'name' : 'value'
        else if (char === closer) stack.pop()
        else return stoppedBy(`Expected a comma or ${closer}`)
        at++
        break
      }
    }
    if (expect === 'comma or end' && stack.length === bottom) return { is: 'whole', end: at }
  }
}
