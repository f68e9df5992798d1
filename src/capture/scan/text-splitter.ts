/**
 * Splits the text of a capture into its records: JSON lines, pretty-printed objects one after another, arrays, the
 * lists that servers answer with, server-sent events, and lines with something before the JSON.
 *
 * The pieces do not depend on how the text is cut into chunks: no decision is taken before all that it depends on is
 * there. And whatever is broken costs itself alone: after it, reading resumes at the next place where a record begins.
 */
import { unreachable } from '../../lib/assert.ts'
import { isListMember } from '../format/record-lists.ts'
import { MAX_EXCERPT_CHARACTERS, refusalAt } from '../format/refusal.ts'
import { scanJson } from './json-scanner.ts'
import type { Lookup, Piece } from './piece.ts'
import { OpenBrackets, unclosedListReason } from './open-brackets.ts'
import { OpenTextRecord } from './open-text-record.ts'
import { type Search, searchRecord } from './record-search.ts'
import { cutOffReason, swallowedRecordIn } from './record-start.ts'
import { TextBuffer } from './text-buffer.ts'
import {
  classifyLine,
  MAX_LINE_CHARACTERS,
  MAX_REFUSED_CHARACTERS,
  parseLine,
  withoutComma,
} from './text-line.ts'

/** A step's result when more text is needed. */
const MORE = 'more'
type Step<Cached> = Piece<Cached> | typeof MORE | undefined

export class TextSplitter<Cached = never> {
  readonly #buffer = new TextBuffer()
  #last = false
  #search: Search | undefined = undefined
  readonly #brackets = new OpenBrackets()
  /** Whether the line has had no record, and no part of one, yet. */
  #lineIsFresh = true
  /** Whether the line began with other text, as `data:` or a log's prefix. */
  #behindText = false
  /** Whether something in this line was refused: the rest of the line is not refused again. */
  #lineHasRefusal = false
  readonly #textRecord = new OpenTextRecord()
  /** Whether something broken was refused in the line before, or a line that is left of it. */
  #inRemnant = false
  readonly #lookup: Lookup<Cached>
  readonly #whole: 'file' | 'text'

  /** `lookup` is asked for each line that may be one record, before it is parsed. `whole`: what refusals call the text. */
  constructor(lookup: Lookup<Cached> = () => undefined, whole: 'file' | 'text' = 'file') {
    this.#lookup = lookup
    this.#whole = whole
  }

  /** Whether no text is held and the next line's meaning does not depend on those before. */
  get isAtLine(): boolean {
    return (
      this.#search === undefined &&
      this.#buffer.ahead === 0 &&
      this.#lineIsFresh &&
      !this.#behindText &&
      !this.#inRemnant &&
      !this.#textRecord.isOpen
    )
  }

  /** Skips a line that is one record and was read by the caller. `length`: its characters with the newline. */
  skipLine(length: number): void {
    this.#buffer.skipLine(length)
  }

  /** Gives the pieces that `chunk` completes. `last`: no text follows. */
  *feed(chunk: string, last: boolean): Generator<Piece<Cached>> {
    const buffer = this.#buffer
    this.#last = last
    buffer.append(chunk)
    if (!last && !buffer.isWorthScanning) return
    for (;;) {
      const step = this.#search === undefined ? this.#readNext() : this.#resumeSearch(this.#search)
      if (step === MORE) break
      if (step !== undefined) yield step
    }
    const open = last ? this.#textRecord.close() : undefined
    if (open !== undefined) yield open
    buffer.markScanned()
    if (last && this.#brackets.areUnclosed) {
      yield this.#refusalOf(unclosedListReason(this.#whole), buffer.at, buffer.at)
    }
  }

  #readNext(): Step<Cached> {
    if (!this.#skipBlanks()) return MORE
    if (this.#textRecord.isOpen) return this.#continueText()
    const char = this.#buffer.text.charAt(this.#buffer.at)
    switch (char) {
      case '{':
        return this.#readObject()
      case '[':
        return this.#readBracket()
      case ',':
        return this.#skipChar()
      case ']':
      case '}':
        return this.#closeBracket(char)
      case '"':
        return this.#brackets.inObject ? this.#readMember() : this.#readLine()
      default:
        return this.#readLine()
    }
  }

  /** Moves to the next character that is not blank. False when none is held. */
  #skipBlanks(): boolean {
    const buffer = this.#buffer
    const { crossedNewline } = buffer.skipBlanks()
    if (crossedNewline) {
      this.#lineIsFresh = true
      this.#behindText = false
      this.#lineHasRefusal = false
    }
    return buffer.ahead > 0
  }

  #skipChar(opened = ''): undefined {
    this.#skipTo(this.#buffer.at + 1, opened)
  }

  #closeBracket(closer: ']' | '}'): Step<Cached> {
    if (!this.#brackets.close(closer) && !this.#lineHasRefusal) return this.#readLine()
    return this.#skipChar()
  }

  #readBracket(): Step<Cached> {
    const next = this.#buffer.charAfterBlanks()
    if (next === '' && !this.#last) return MORE
    const isList = next === '' || '{[]'.includes(next) // Else it is a log line.
    if (isList && !this.#brackets.isFull) return this.#skipChar('[')
    // An entry of Loki, a time and a line. Outside of a list it may as well be a line of a log.
    return this.#brackets.inArray ? this.#scan('record') : this.#readLine()
  }

  #readObject(): Step<Cached> {
    const buffer = this.#buffer
    if (this.#lineIsFresh) {
      this.#inRemnant = false
      const newline = buffer.nextNewline()
      if (newline < 0 && !this.#last && buffer.ahead <= MAX_LINE_CHARACTERS) return MORE
      const end = newline < 0 ? buffer.text.length : newline
      if (end - buffer.at <= MAX_LINE_CHARACTERS) {
        const line = withoutComma(buffer.text.slice(buffer.at, end))
        const cached = this.#lookup(line)
        if (cached !== undefined) {
          this.#skipTo(buffer.at + line.length)
          return { is: 'cached', cached }
        }
        const value = parseLine(line)
        if (value !== undefined) return this.#takeJson('record', value, buffer.at + line.length)
      }
    }
    return this.#scan('record')
  }

  #readMember(): Step<Cached> {
    const buffer = this.#buffer
    const end = buffer.lineEnd(MAX_REFUSED_CHARACTERS, this.#last)
    if (end === undefined) return MORE
    const line = buffer.text.slice(buffer.at, end)
    // A name without a value is a broken line: otherwise the next record would be taken for its value.
    if (!/^"(?:[^"\\]|\\.)*"\s*:\s*\S/.test(line)) return this.#readLine()
    return this.#scan('beside')
  }

  #scan(is: 'record' | 'beside'): Step<Cached> {
    const buffer = this.#buffer
    const { text, at } = buffer
    const scan = scanJson(text, at, is === 'record' ? 'value' : 'member', isListMember)
    switch (scan.is) {
      case 'whole': {
        const json = text.slice(at, scan.end)
        const value: unknown = JSON.parse(is === 'beside' ? `{${json}}` : json)
        const inner = is === 'record' ? swallowedRecordIn(json, value, buffer.place().column) : -1
        if (inner < 0) return this.#takeJson(is, value, scan.end)
        return this.#refuseBroken('Another record begins in the middle of this one', at + inner, at + inner)
      }
      case 'list':
        return this.#skipTo(scan.end, scan.opened)
      case 'short':
        if (!this.#last) return MORE
        return this.#refuseBroken(cutOffReason(this.#whole, text, at, buffer.place().column), at, text.length)
      case 'fault': {
        const seen = text.length >= scan.at + MAX_EXCERPT_CHARACTERS || text.includes('\n', scan.at)
        return seen || this.#last ? this.#refuseBroken(scan.reason, scan.at, scan.suspect) : MORE
      }
      default:
        return unreachable(scan, 'scan')
    }
  }

  #takeJson(is: 'record' | 'beside', value: unknown, end: number): Piece<Cached> {
    const buffer = this.#buffer
    const place = buffer.place()
    const text = buffer.text.slice(buffer.at, end)
    this.#lineIsFresh = false
    buffer.advance(end)
    return { is, value, text, place }
  }

  /** Continues at `end`, inside the brackets that were opened before it. */
  #skipTo(end: number, opened = ''): undefined {
    this.#brackets.open(opened)
    this.#lineIsFresh = false
    this.#buffer.advance(end)
  }

  #refusalOf(reason: string, fault: number, end: number): Piece<Cached> {
    const buffer = this.#buffer
    const text = buffer.text.slice(buffer.at, end)
    return { is: 'refused', refusal: refusalAt(text, buffer.place(), fault - buffer.at, reason) }
  }

  /** Refuses the record at the position for a fault in it, and starts the search for the next one. */
  #refuseBroken(reason: string, fault: number, suspect: number): Piece<Cached> {
    const buffer = this.#buffer
    const piece = this.#refusalOf(reason, fault, fault + MAX_EXCERPT_CHARACTERS)
    const { column } = buffer.place()
    this.#search = { column, suspect: buffer.absolute(suspect), behindText: this.#behindText }
    this.#brackets.distrust()
    this.#inRemnant = true
    buffer.advance(buffer.at + 1)
    return piece
  }

  #resumeSearch(search: Search): Step<Cached> {
    const found = searchRecord(this.#buffer, search, this.#last)
    if (found.is === 'short') return MORE
    if (found.is === 'nothing') return undefined
    this.#stopSearch()
    if (found.is === 'list') return this.#skipTo(found.end, found.opened)
    if (found.is === 'record') return this.#takeJson('record', found.value, found.end)
    if (found.isFirst) {
      this.#lineIsFresh = true
      // This is another line than the broken one, so what is wrong in it is refused too.
      this.#lineHasRefusal = false
    }
    return undefined
  }

  #stopSearch(): undefined {
    this.#search = undefined
    this.#behindText = false
    this.#lineHasRefusal = true
  }

  /** A line, or the rest of one, that does not begin as JSON does. */
  #readLine(): Step<Cached> {
    const buffer = this.#buffer
    const end = buffer.lineEnd(MAX_REFUSED_CHARACTERS, this.#last)
    if (end === undefined) return MORE
    const line = buffer.text.slice(buffer.at, end).trimEnd()
    if (!this.#lineIsFresh) {
      const brace = line.indexOf('{', 1)
      return this.#refuseText('There is more in the line than a record', brace < 0 ? end : buffer.at + brace)
    }
    const found = classifyLine(line)
    const place = buffer.place()
    const wasInRemnant = this.#inRemnant
    this.#inRemnant = false
    switch (found.is) {
      case 'ignored':
        return this.#skipTo(end)
      case 'text':
        this.#skipTo(end)
        return this.#textRecord.open(found.format, line, place)
      case 'refused':
        this.#inRemnant = found.isRemnant
        return wasInRemnant && found.isRemnant ? this.#skipTo(end) : this.#refuseText(found.reason, end)
      case 'prefixed':
        this.#behindText = true
        buffer.advance(buffer.at + found.brace)
        return undefined
      default:
        return unreachable(found, 'kind of line')
    }
  }

  /** Adds the line at the position to the text record, or closes that. */
  #continueText(): Step<Cached> {
    const buffer = this.#buffer
    const end = buffer.lineEnd(MAX_REFUSED_CHARACTERS, this.#last)
    if (end === undefined) return MORE
    const line = this.#lineIsFresh ? buffer.text.slice(buffer.at, end).trimEnd() : ''
    const mayBeCut = end === buffer.text.length && buffer.place().column > 1
    return this.#textRecord.append(line, mayBeCut) ? this.#skipTo(end) : this.#textRecord.close()
  }

  #refuseText(reason: string, end: number): Step<Cached> {
    const piece = this.#lineHasRefusal ? undefined : this.#refusalOf(reason, this.#buffer.at, end)
    this.#lineHasRefusal = true
    this.#skipTo(end)
    return piece
  }
}
