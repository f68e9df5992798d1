import { unreachable } from '../../lib/assert.ts'
import { mayHoldList } from '../format/record-lists.ts'

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
   * It is broken at `at`. If a missing quote is to blame, the last text in quotes may have swallowed what follows it:
   * nothing from `suspect` on, where that text begins, is surely what it seems to be.
   */
  | { readonly is: 'fault'; readonly at: number; readonly reason: string; readonly suspect: number }

/** What to scan: a value, or one member `"name": value` of a wrapper that is open. */
export type Subject = 'value' | 'member'

/** Upper bound of one record, in UTF-16 units. A real one takes about one thousand. */
const MAX_RECORD_CHARACTERS = 16 * 1024 * 1024
/** A real record nests 6 deep. The limit bounds the work that many unclosed brackets in a row can cause. */
const MAX_DEPTH = 64

type Expect = 'value' | 'value or ]' | 'name' | 'name or }' | 'colon' | 'comma or end'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OBJECT = '{'
const ARRAY = '['
const ESCAPE = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{0,4}$)/
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const WORDS: ReadonlySet<string> = new Set(['true', 'false', 'null'])

const SHORT: Stop = { is: 'short' }

/** What ends a scan early: the text ends first, or a fault. */
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
 * Scans the value or member that begins at `start`. `isList` says whether a member of the outermost object, or of an
 * object in it that {@link mayHoldList} names, holds records; the scan then stops at that list's beginning.
 */
export function scanJson(text: string, start: number, subject: Subject, isList: IsList): Scan {
  return new JsonScanner(text, start, subject, isList).scan()
}

type IsList = (name: string, opener: string) => boolean

/** The state machine of one scan. A step returns the result when it ends the scan, and undefined when it does not. */
class JsonScanner {
  readonly #text: string
  readonly #start: number
  readonly #isList: IsList
  readonly #limit: number
  /** The depth at which the subject is whole: 1 for a member, whose wrapper stays open. */
  readonly #bottom: number
  readonly #stack: (typeof OBJECT | typeof ARRAY)[]
  #expect: Expect
  /** The name of the outermost object's member that is being scanned. */
  #outerName = ''
  /** Where the last text in quotes began. */
  #lastText: number
  #at: number

  constructor(text: string, start: number, subject: Subject, isList: IsList) {
    this.#text = text
    this.#start = start
    this.#isList = isList
    this.#limit = Math.min(text.length, start + MAX_RECORD_CHARACTERS)
    this.#stack = subject === 'member' ? [OBJECT] : []
    this.#bottom = this.#stack.length
    this.#expect = subject === 'member' ? 'name' : 'value'
    this.#lastText = start
    this.#at = start
  }

  scan(): Scan {
    for (;;) {
      while (this.#at < this.#limit && isBlank(this.#text.charCodeAt(this.#at))) this.#at++
      if (this.#at >= this.#limit) return this.#stopped(SHORT)
      const end = this.#step(this.#text.charAt(this.#at))
      if (end !== undefined) return end
      if (this.#expect === 'comma or end' && this.#stack.length === this.#bottom)
        return { is: 'whole', end: this.#at }
    }
  }

  #step(char: string): Scan | undefined {
    switch (this.#expect) {
      case 'name':
      case 'name or }':
        return this.#readName(char)
      case 'colon':
        if (char !== ':') return this.#fault('Expected : after the name')
        return this.#skipChar('value')
      case 'value':
      case 'value or ]':
        return char === '{' || char === '[' ? this.#openBracket(char) : this.#readValueOrEnd(char)
      case 'comma or end':
        return this.#readCommaOrEnd(char)
      default:
        return unreachable(this.#expect, 'expectation')
    }
  }

  #readName(char: string): Scan | undefined {
    if (char === '}' && this.#expect === 'name or }') {
      this.#stack.pop()
      return this.#skipChar('comma or end')
    }
    if (char !== '"')
      return this.#fault(char === '}' ? 'A comma stands before }' : 'Expected a name in quotes')
    const begin = this.#at
    this.#lastText = begin
    const end = scanString(this.#text, begin, this.#limit)
    if (typeof end !== 'number') return this.#stopped(end)
    if (this.#stack.length === 1) this.#outerName = this.#text.slice(begin + 1, end - 1)
    this.#at = end
    this.#expect = 'colon'
    return undefined
  }

  #openBracket(char: typeof OBJECT | typeof ARRAY): Scan | undefined {
    const stack = this.#stack
    const name = this.#memberName(char)
    if (name !== undefined && this.#isList(name, char)) {
      return { is: 'list', end: this.#at + 1, opened: stack.slice(this.#bottom).join('') + char }
    }
    if (stack.length >= MAX_DEPTH) return this.#fault(`Nested more than ${MAX_DEPTH} deep`)
    stack.push(char)
    return this.#skipChar(char === OBJECT ? 'name or }' : 'value or ]')
  }

  /** The name of the member whose value begins here, where that may be a list of records. */
  #memberName(opener: string): string | undefined {
    const stack = this.#stack
    if (stack[0] !== OBJECT) return undefined
    if (stack.length === 1) return this.#outerName
    if (stack.length !== 2 || stack[1] !== OBJECT || opener !== ARRAY || !mayHoldList(this.#outerName)) {
      return undefined
    }
    // The last text in quotes before a bracket in an object is the name of the bracket's member.
    const begin = this.#lastText + 1
    return `${this.#outerName}.${this.#text.slice(begin, this.#text.indexOf('"', begin))}`
  }

  /** A text, number or word, or the end of an array. */
  #readValueOrEnd(char: string): Scan | undefined {
    if (char === ']') {
      if (this.#expect === 'value')
        return this.#fault(this.#stack.at(-1) === ARRAY ? 'A comma stands before ]' : 'A value is missing')
      this.#stack.pop()
      return this.#skipChar('comma or end')
    }
    if (char === '"') this.#lastText = this.#at
    const end = (char === '"' ? scanString : scanBare)(this.#text, this.#at, this.#limit)
    if (typeof end !== 'number') return this.#stopped(end)
    this.#at = end
    this.#expect = 'comma or end'
    return undefined
  }

  #readCommaOrEnd(char: string): Scan | undefined {
    const closer = this.#stack.at(-1) === OBJECT ? '}' : ']'
    if (char === ',') return this.#skipChar(closer === '}' ? 'name' : 'value')
    if (char !== closer) return this.#fault(`Expected a comma or ${closer}`)
    this.#stack.pop()
    return this.#skipChar('comma or end')
  }

  /** Skips one character. */
  #skipChar(expect: Expect): undefined {
    this.#at++
    this.#expect = expect
  }

  #fault(reason: string): Scan {
    return this.#stopped(fault(this.#at, reason))
  }

  #stopped(stop: Stop): Scan {
    if (stop.is === 'fault') return { ...stop, suspect: this.#lastText }
    return this.#text.length > this.#limit
      ? { is: 'fault', at: this.#start, reason: 'A record of more than 16 MiB', suspect: this.#start }
      : stop
  }
}
