/**
 * Splits the text of a capture into its records: JSON lines, pretty-printed objects one after another, arrays, the
 * lists that servers answer with, server-sent events, and lines with something before the JSON.
 *
 * Two invariants. The pieces do not depend on how the text is cut into chunks: no decision is taken before all that
 * it depends on is there. And whatever is broken costs itself alone: after it, reading resumes at the next place
 * where a record begins, so that every whole record is found.
 */
import { unreachable } from '../../lib/assert.ts'
import { formatPlural } from '../../lib/format.ts'
import { holdsList, isListMember, isRecord } from '../format/classify.ts'
import { isObject, type Json } from '../format/json-fields.ts'
import { continuesNodeText, type Foreign, foreignLine } from '../format/foreign.ts'
import { isBlank, type Scan, scanJson } from './json-scan.ts'
import { lineOpeningAfter, openingAt } from './opening.ts'
import { recordOutcome } from '../format/record.ts'
import { EXCERPT_LIMIT, type Place, type Refusal, refusalAt } from '../format/refusal.ts'
import { TextWindow } from './text-window.ts'

/** A piece of the text, in the order of the file. */
export type Piece<Recalled = never> =
  /** A line that needed no parsing, and what the memory has of it. */
  | { readonly is: 'recalled'; readonly recalled: Recalled }
  | { readonly is: 'record'; readonly value: unknown; readonly text: string; readonly place: Place }
  /** A member that stands beside a list in the answer that holds it. */
  | { readonly is: 'beside'; readonly value: unknown; readonly text: string; readonly place: Place }
  | { readonly is: 'foreign'; readonly foreign: Foreign; readonly text: string; readonly place: Place }
  | { readonly is: 'refused'; readonly refusal: Refusal }

/** A line of at most so many characters is first taken for one record, which is much the fastest. */
const LINE_LIMIT = 256 * 1024
/** A line that is no record is refused in pieces of at most this. */
const TEXT_LIMIT = 64 * 1024
/** Up to this much is looked at again for each chunk; beyond, only after it has grown by half. */
const RESCAN_LIMIT = 64 * 1024

/** No answer has its records in more brackets than this. */
const OPEN_LIMIT = 64

/** Objects of one broken record that are looked at as records of their own. */
const SWALLOWED_LIMIT = 8

/** Nothing can be decided before more text comes. */
const MORE = 'more'
type Step<Recalled> = Piece<Recalled> | typeof MORE | undefined

/** Something broken was met, and the place where the next record begins is looked for. */
interface Search {
  /** 1-based column in which the broken record began: the next one begins there or left of it. */
  readonly column: number
  /** Up to here the broken record is what it seems to be. Counted from the beginning of all text. */
  readonly suspect: number
  /** The broken record stood behind other text in its line: the next one is in another line. */
  readonly behindText: boolean
}

export class TextSplitter<Recalled = never> {
  readonly #window = new TextWindow()
  #last = false
  #search: Search | undefined = undefined
  /** The brackets of the lists and wrappers that are open, outermost first. */
  #open = ''
  /** What was broken may have swallowed brackets: `open` cannot be trusted. */
  #openIsSure = true
  /** No record, and nothing of one, has been in this line yet. */
  #lineIsFresh = true
  /** The line began with something else, as `data:` or a log's prefix. */
  #behindText = false
  /** What is left of a line in which something was refused is not refused again. */
  #forgiving = false
  #inNodeText = false
  /** The least that must be ahead before it is worth looking again. */
  #wanted = 0
  readonly #recall: (line: string) => Recalled | undefined

  /** `recall` is asked for each line that may be one record before it is parsed; what it knows of it is passed on. */
  constructor(recall: (line: string) => Recalled | undefined = () => undefined) {
    this.#recall = recall
  }

  /** Whether nothing is held, and what comes next begins a line that is taken for itself. */
  get isAtLine(): boolean {
    return (
      this.#search === undefined &&
      this.#window.ahead === 0 &&
      this.#lineIsFresh &&
      !this.#behindText &&
      !this.#inNodeText
    )
  }

  /** Goes past a line that is one record and was read elsewhere: so many characters, the newline included. */
  skipLine(length: number): void {
    this.#window.skipLine(length)
  }

  /** The pieces that `chunk` completes. `last` says that no text follows. */
  *feed(chunk: string, last: boolean): Generator<Piece<Recalled>> {
    const window = this.#window
    this.#last = last
    window.append(chunk)
    if (!last && window.ahead < this.#wanted) return
    for (;;) {
      const step = this.#search === undefined ? this.#next() : this.#resume(this.#search)
      if (step === MORE) break
      if (step !== undefined) yield step
    }
    this.#wanted = window.ahead > RESCAN_LIMIT ? window.ahead * 1.5 : 0
    if (last && this.#open !== '' && this.#openIsSure) {
      yield this.#refused(
        'The list is not closed: the file was cut off between two records',
        window.at,
        window.at,
      )
    }
  }

  #next(): Step<Recalled> {
    if (!this.#skipBlanks()) return MORE
    const char = this.#window.text.charAt(this.#window.at)
    switch (char) {
      case '{':
        return this.#object()
      case '[':
        return this.#bracket()
      case ',':
        return this.#pass('')
      case ']':
      case '}':
        return this.#close(char)
      case '"':
        return this.#open.endsWith('{') ? this.#member() : this.#line()
      default:
        return this.#line()
    }
  }

  /** Moves to the next character that is not blank; false when none is held. */
  #skipBlanks(): boolean {
    const window = this.#window
    const { text } = window
    let at = window.at
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (!isBlank(code) && code !== 0xfeff) break
      if (code === 0x0a) {
        this.#lineIsFresh = true
        this.#behindText = false
        this.#forgiving = false
      }
    }
    window.advance(at)
    return at < text.length
  }

  /** Goes past one bracket or comma. */
  #pass(opened: string): undefined {
    this.#enter(this.#window.at + 1, opened)
  }

  #close(closer: ']' | '}'): Step<Recalled> {
    if (this.#open.endsWith(closer === ']' ? '[' : '{')) this.#open = this.#open.slice(0, -1)
    else if (this.#openIsSure && !this.#forgiving) return this.#line()
    return this.#pass('')
  }

  #bracket(): Step<Recalled> {
    const { text, at } = this.#window
    let next = at + 1
    while (next < text.length && isBlank(text.charCodeAt(next))) next++
    if (next === text.length && !this.#last) return MORE
    // A log line may begin with a bracket too.
    const isList = next === text.length || '{[]'.includes(text.charAt(next))
    return isList && this.#open.length < OPEN_LIMIT ? this.#pass('[') : this.#line()
  }

  #object(): Step<Recalled> {
    const window = this.#window
    if (this.#lineIsFresh) {
      const newline = window.nextNewline()
      if (newline < 0 && !this.#last && window.ahead <= LINE_LIMIT) return MORE
      const end = newline < 0 ? window.text.length : newline
      if (end - window.at <= LINE_LIMIT) {
        const line = withoutComma(window.text.slice(window.at, end))
        const recalled = this.#recall(line)
        if (recalled !== undefined) {
          this.#enter(window.at + line.length, '')
          return { is: 'recalled', recalled }
        }
        const value = parseLine(line)
        if (value !== undefined) return this.#found('record', value, window.at + line.length)
      }
    }
    return this.#settle('record', scanJson(window.text, window.at, 'value', isListMember))
  }

  #member(): Step<Recalled> {
    const window = this.#window
    const newline = window.nextNewline()
    if (newline < 0 && !this.#last && window.ahead < TEXT_LIMIT) return MORE
    const end = window.at + TEXT_LIMIT
    const line = window.text.slice(window.at, newline < 0 ? end : Math.min(newline, end))
    // A name with nothing behind it is a broken line: its value is not to be looked for in the next record.
    if (!/^"(?:[^"\\]|\\.)*"\s*:\s*\S/.test(line)) return this.#line()
    return this.#settle('beside', scanJson(window.text, window.at, 'member', isListMember))
  }

  #settle(is: 'record' | 'beside', scan: Scan): Step<Recalled> {
    const window = this.#window
    const { text, at } = window
    switch (scan.is) {
      case 'whole': {
        const json = text.slice(at, scan.end)
        const value: unknown = JSON.parse(is === 'beside' ? `{${json}}` : json)
        const inner = is === 'record' ? swallowedIn(json, value, window.place().column) : -1
        if (inner < 0) return this.#found(is, value, scan.end)
        return this.#broken('Another record begins in the middle of this one', at + inner, at + inner)
      }
      case 'list':
        return this.#enter(scan.end, scan.opened)
      case 'short':
        return this.#last ? this.#cutOff() : MORE
      case 'fault': {
        const seen = text.length >= scan.at + EXCERPT_LIMIT || text.includes('\n', scan.at)
        return seen || this.#last ? this.#broken(scan.reason, scan.at, scan.suspect) : MORE
      }
      default:
        return unreachable(scan, 'scan')
    }
  }

  #found(is: 'record' | 'beside', value: unknown, end: number): Piece<Recalled> {
    const window = this.#window
    const place = window.place()
    const text = window.text.slice(window.at, end)
    this.#lineIsFresh = false
    window.advance(end)
    return { is, value, text, place }
  }

  /** Goes on at `end`, inside the brackets that were opened. */
  #enter(end: number, opened: string): undefined {
    if (this.#open === '' && opened !== '') this.#openIsSure = true
    this.#open += opened
    this.#lineIsFresh = false
    this.#window.advance(end)
  }

  #refused(reason: string, fault: number, end: number): Piece<Recalled> {
    const window = this.#window
    const text = window.text.slice(window.at, end)
    return { is: 'refused', refusal: refusalAt(text, window.place(), fault - window.at, reason) }
  }

  /** Refuses the record at the position for a fault in it, and begins to look for the next one. */
  #broken(reason: string, fault: number, suspect: number): Piece<Recalled> {
    const window = this.#window
    const piece = this.#refused(reason, fault, fault + EXCERPT_LIMIT)
    const { column } = window.place()
    this.#search = { column, suspect: window.absolute(suspect), behindText: this.#behindText }
    this.#openIsSure = false
    window.advance(window.at + 1)
    return piece
  }

  #cutOff(): Piece<Recalled> {
    const window = this.#window
    const next = lineOpeningAfter(window.text, window.at, window.place().column)
    const lost = window.text.slice(window.at, next < 0 ? undefined : next)
    const bytes = formatPlural(new TextEncoder().encode(lost).length, 'byte')
    return this.#broken(
      `The file was cut off in the middle of a record, ${bytes}`,
      window.at,
      window.text.length,
    )
  }

  /**
   * Looks for the next record after something broken. A brace that is first of its line, at or left of where the
   * broken record began, begins one. Any other that could begins one only if what it opens is a whole record of ours:
   * it may as well be a part of what is broken.
   */
  #resume(search: Search): Step<Recalled> {
    const window = this.#window
    const { text } = window
    const found = search.behindText ? window.nextNewline() : text.indexOf('{', window.at)
    window.advance(found < 0 ? text.length : found)
    if (found < 0) return MORE
    if (search.behindText) return this.#stopSearch()
    const opening = openingAt(text, found, window.fromTheStart)
    if (opening === 'line' && window.place().column <= search.column) {
      this.#lineIsFresh = true
      this.#stopSearch()
      // It is another line than the broken one: what is wrong in it is told.
      this.#forgiving = false
      return undefined
    }
    if (opening === 'line' || (opening === 'inline' && window.absolute(found) >= search.suspect)) {
      const scan = scanJson(text, found, 'value', isListMember)
      if (scan.is === 'short' && !this.#last) return MORE
      const value: unknown = scan.is === 'whole' ? JSON.parse(text.slice(found, scan.end)) : undefined
      if (scan.is === 'list' || (scan.is === 'whole' && isRecord(value))) {
        this.#stopSearch()
        return scan.is === 'list'
          ? this.#enter(scan.end, scan.opened)
          : this.#found('record', value, scan.end)
      }
    }
    window.advance(found + 1)
    return undefined
  }

  #stopSearch(): undefined {
    this.#search = undefined
    this.#behindText = false
    this.#forgiving = true
  }

  /** A line, or what is left of one, that does not begin as JSON does. */
  #line(): Step<Recalled> {
    const window = this.#window
    const newline = window.nextNewline()
    if (newline < 0 && !this.#last && window.ahead < TEXT_LIMIT) return MORE
    const end = Math.min(newline < 0 ? window.text.length : newline, window.at + TEXT_LIMIT)
    const line = window.text.slice(window.at, end).trimEnd()
    const brace = line.indexOf('{', 1)
    if (!this.#lineIsFresh) {
      return this.#refuseText('There is more in the line than a record', brace < 0 ? end : window.at + brace)
    }
    if (this.#inNodeText && continuesNodeText(line)) return this.#ignore(end)
    const foreign = foreignLine(line)
    this.#inNodeText = foreign === 'node-text'
    if (foreign !== undefined) {
      const place = window.place()
      this.#ignore(end)
      return { is: 'foreign', foreign, text: line, place }
    }
    // Fields of server-sent events that carry nothing for us, and comments.
    if (/^(?:(?:event|id|retry):|:|data:$)/.test(line)) return this.#ignore(end)
    const report = /^error:\s*(.*)$/.exec(line)?.[1]
    if (report !== undefined) return this.#refuseText(`The server reported: ${report}`, end)
    if (brace < 0) return this.#refuseText('This line is not a record: there is no JSON in it', end)
    this.#behindText = true
    window.advance(window.at + brace)
    return undefined
  }

  #ignore(end: number): undefined {
    this.#lineIsFresh = false
    this.#window.advance(end)
  }

  #refuseText(reason: string, end: number): Step<Recalled> {
    const piece = this.#forgiving ? undefined : this.#refused(reason, this.#window.at, end)
    this.#forgiving = true
    this.#ignore(end)
    return piece
  }
}

/**
 * Where, in a text that is JSON but no record that can be read, a whole record begins a line at or left of where the text began: the text
 * was cut off behind a colon or a comma, and what came next became a part of it. −1 when there is none.
 */
function swallowedIn(json: string, value: unknown, column: number): number {
  let brace = json.includes('\n') ? lineOpeningAfter(json, 0, column) : -1
  if (brace < 0 || recordOutcome(value).is !== 'refused') return -1
  for (let tries = 0; brace >= 0 && tries < SWALLOWED_LIMIT; tries++) {
    const scan = scanJson(json, brace, 'value', isListMember)
    if (scan.is === 'whole' && isRecord(JSON.parse(json.slice(brace, scan.end)))) return brace
    brace = lineOpeningAfter(json, brace, column)
  }
  return -1
}

function withoutComma(line: string): string {
  const text = line.trimEnd()
  return text.endsWith(',') ? text.slice(0, -1).trimEnd() : text
}

/** The one object that a line is. Undefined when it is another thing, or a list. */
function parseLine(line: string): Json | undefined {
  if (line.length < 2 || !line.endsWith('}')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) && !holdsList(value) ? value : undefined
  } catch {
    return undefined // the scanner will say where it is broken
  }
}
