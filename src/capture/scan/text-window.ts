/**
 * The part of a long text that is held, with a position that moves forward and knows its line and column. Text is
 * appended at the end; what lies behind the position is let go, but for a short stretch to look back at.
 */
import type { Place } from '../format/refusal.ts'

/** How far {@link TextWindow.text} surely reaches back behind the position, when there is so much. */
export const LOOK_BACK = 256

export class TextWindow {
  /** What is held. Indexes into it are valid until the next append. */
  text = ''
  /** The position, as an index into `text`. */
  at = 0
  /** How many characters were let go. */
  #gone = 0
  #line = 1
  /** Where the position's line begins, counted from the beginning of all text. */
  #lineBegin = 0
  /** The first newline at or after the position; −1 when none is held, undefined when not looked for. */
  #newline: number | undefined = undefined

  append(more: string): void {
    const keep = Math.max(0, this.at - LOOK_BACK)
    if (keep > 0) this.text = this.text.slice(keep)
    this.text += more
    this.#gone += keep
    this.at -= keep
    this.#newline = undefined
  }

  /** How much is held from the position on. */
  get ahead(): number {
    return this.text.length - this.at
  }

  /** Whether the held text begins where all text begins. */
  get fromTheStart(): boolean {
    return this.#gone === 0
  }

  /** The index of the first newline at or after the position, −1 when none is held. */
  nextNewline(): number {
    this.#newline ??= this.text.indexOf('\n', this.at)
    return this.#newline
  }

  advance(to: number): void {
    for (let newline = this.nextNewline(); newline >= 0 && newline < to; newline = this.nextNewline()) {
      this.#line++
      this.#lineBegin = this.#gone + newline + 1
      this.#newline = this.text.indexOf('\n', newline + 1)
    }
    this.at = to
  }

  /** Goes past a line that is not held, when nothing is: so many characters, the newline included. */
  skipLine(length: number): void {
    this.#gone += this.text.length + length - 1
    // A newline is what who looks back finds.
    this.text = '\n'
    this.at = 1
    this.#line++
    this.#lineBegin = this.#gone + 1
    this.#newline = undefined
  }

  place(): Place {
    return { line: this.#line, column: this.#gone + this.at - this.#lineBegin + 1 }
  }

  /** Counted from the beginning of all text. */
  absolute(index: number): number {
    return this.#gone + index
  }
}
