/**
 * A sliding buffer over a long text, with a position that moves forward and knows its line and column. Text is appended
 * at the end; what lies behind the position is discarded, except the last {@link LOOK_BACK_CHARACTERS} characters.
 */
import type { Place } from '../format/refusal.ts'
import { isBlank } from './json-scanner.ts'

const BYTE_ORDER_MARK = 0xfeff

/** How many characters before the position are kept on an append, for recordStartAt() to look back at. */
export const LOOK_BACK_CHARACTERS = 256

/**
 * Text that is not decided yet is scanned again with each chunk, up to this length. A longer one waits until it has
 * grown by half, so that the work stays linear in its length.
 */
const MAX_RESCANNED_CHARACTERS = 64 * 1024

export class TextBuffer {
  /** The text held. Indexes into it are valid until the next append. */
  text = ''
  /** The position, as an index into `text`. */
  at = 0
  /** How many characters before `text` were discarded. */
  #discarded = 0
  /** How many characters must be ahead before another scan is worth its cost. */
  #wanted = 0
  /** 1-based. */
  #line = 1
  /** The offset of the beginning of the position's line in all text. */
  #lineBegin = 0
  /** The first newline at or after the position; −1 when none is held, undefined before it was looked for. */
  #newline: number | undefined = undefined

  append(more: string): void {
    const keep = Math.max(0, this.at - LOOK_BACK_CHARACTERS)
    if (keep > 0) this.text = this.text.slice(keep)
    this.text += more
    this.#discarded += keep
    this.at -= keep
    this.#newline = undefined
  }

  /** How many characters are held from the position on. */
  get ahead(): number {
    return this.text.length - this.at
  }

  /** Whether enough was appended since the last scan for another one. */
  get isWorthScanning(): boolean {
    return this.ahead >= this.#wanted
  }

  /** Must be called when a scan has found that more text is needed. */
  markScanned(): void {
    this.#wanted = this.ahead > MAX_RESCANNED_CHARACTERS ? this.ahead * 1.5 : 0
  }

  /** Whether the held text begins where all text begins. */
  get fromTheStart(): boolean {
    return this.#discarded === 0
  }

  /** The index of the first newline at or after the position, −1 when none is held. */
  nextNewline(): number {
    this.#newline ??= this.text.indexOf('\n', this.at)
    return this.#newline
  }

  /**
   * The index at which the position's line ends, at most `limit` characters away. Undefined when that cannot be told
   * before more text comes; `last`: no text follows.
   */
  lineEnd(limit: number, last: boolean): number | undefined {
    const newline = this.nextNewline()
    if (newline < 0 && !last && this.ahead < limit) return undefined
    return Math.min(newline < 0 ? this.text.length : newline, this.at + limit)
  }

  /** Moves the position to the index `to`, which lies ahead. */
  advance(to: number): void {
    for (let newline = this.nextNewline(); newline >= 0 && newline < to; newline = this.nextNewline()) {
      this.#line++
      this.#lineBegin = this.#discarded + newline + 1
      this.#newline = this.text.indexOf('\n', newline + 1)
    }
    this.at = to
  }

  /** Moves to the next character that is neither JSON's white space nor a byte order mark, or to the end. */
  skipBlanks(): { readonly crossedNewline: boolean } {
    const { text } = this
    const line = this.#line
    let at = this.at
    while (at < text.length && (isBlank(text.charCodeAt(at)) || text.charCodeAt(at) === BYTE_ORDER_MARK)) at++
    this.advance(at)
    return { crossedNewline: this.#line > line }
  }

  /** The first character after the one at the position that is not white space; empty when none is held. */
  charAfterBlanks(): string {
    let next = this.at + 1
    while (next < this.text.length && isBlank(this.text.charCodeAt(next))) next++
    return this.text.charAt(next)
  }

  /**
   * Skips a line that was never appended, when no text is ahead. `length`: its characters with the newline. One newline
   * is kept behind the position, so that recordStartAt() sees the start of a line.
   */
  skipLine(length: number): void {
    this.#discarded += this.text.length + length - 1
    this.text = '\n'
    this.at = 1
    this.#line++
    this.#lineBegin = this.#discarded + 1
    this.#newline = undefined
  }

  place(): Place {
    return { line: this.#line, column: this.#discarded + this.at - this.#lineBegin + 1 }
  }

  /** The offset of an index of `text` in all text. */
  absolute(index: number): number {
    return this.#discarded + index
  }
}
