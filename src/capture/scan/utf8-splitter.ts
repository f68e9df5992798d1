/**
 * Splits the UTF-8 bytes of a capture into its records. Where lines begin, whole ones that the memory knows are taken
 * as bytes, which is several times as fast as to decode them; all others are decoded and left to the TextSplitter.
 */
import { ByteWindow } from './byte-window.ts'
import { type Piece, TextSplitter } from './split.ts'

/** What remembers lines; see LineMemory. */
export interface Recall<Recalled> {
  recall(bytes: Uint8Array, begin: number, end: number): Recalled | undefined
  recallText(line: string): Recalled | undefined
}

const NEWLINE = 0x0a
const COMMA = 0x2c
const OPENING = 0x7b
const BOM = [0xef, 0xbb, 0xbf] as const
/** Server-sent events have this before each record. */
const DATA = [...new TextEncoder().encode('data:')]
/** More than this without a newline is no line of ours. */
const LINE_LIMIT = 256 * 1024

/** Space, tab, carriage return. */
function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d
}

export class Utf8Splitter<Recalled> {
  readonly #memory: Recall<Recalled>
  readonly #text: TextSplitter<Recalled>
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  readonly #window = new ByteWindow()
  #isFresh = true
  /** The line that is handed on was looked for as bytes already. */
  #isLookedFor = false

  constructor(memory: Recall<Recalled>) {
    this.#memory = memory
    this.#text = new TextSplitter((line) => (this.#isLookedFor ? undefined : memory.recallText(line)))
  }

  /** The pieces that `chunk` completes. `last` says that nothing follows. */
  *feed(chunk: Uint8Array, last: boolean): Generator<Piece<Recalled>> {
    const bytes = this.#window.append(chunk)
    let at = this.#afterMark(bytes, last)
    while (at >= 0 && at < bytes.length) {
      if (!this.#text.isAtLine) {
        // Up to the end of a line, so that lines are met where they begin again.
        const end = bytes.lastIndexOf(NEWLINE) + 1
        if (end <= at) break
        yield* this.#decoded(bytes, at, end)
        at = end
        continue
      }
      const newline = bytes.indexOf(NEWLINE, at)
      if (newline < 0) break
      const recalled = this.#recalled(bytes, at, newline)
      if (recalled === undefined) yield* this.#decoded(bytes, at, newline + 1)
      else {
        this.#text.skipLine(newline + 1 - at)
        yield { is: 'recalled', recalled }
      }
      at = newline + 1
    }
    const from = Math.max(0, at)
    if (!last && bytes.length - from <= LINE_LIMIT) {
      this.#window.keepFrom(from)
      return
    }
    const rest = this.#decoder.decode(bytes.subarray(from), { stream: !last })
    this.#window.keepFrom(bytes.length)
    yield* this.#text.feed(rest, last)
  }

  /** Where the text begins, behind a byte order mark; −1 while that cannot be told. */
  #afterMark(bytes: Uint8Array, last: boolean): number {
    if (!this.#isFresh) return 0
    if (bytes.length < BOM.length && !last) return -1
    this.#isFresh = false
    return BOM.every((byte, i) => bytes[i] === byte) ? BOM.length : 0
  }

  *#decoded(bytes: Uint8Array, begin: number, end: number): Generator<Piece<Recalled>> {
    this.#isLookedFor = this.#text.isAtLine
    yield* this.#text.feed(this.#decoder.decode(bytes.subarray(begin, end), { stream: true }), false)
    this.#isLookedFor = false
  }

  /** What the memory has of the line from `begin` to `end`. */
  #recalled(bytes: Uint8Array, begin: number, end: number): Recalled | undefined {
    let from = begin
    while (isBlank(bytes[from])) from++
    if (bytes[from] === DATA[0] && DATA.every((byte, i) => bytes[from + i] === byte)) {
      from += DATA.length
      while (isBlank(bytes[from])) from++
    }
    if (bytes[from] !== OPENING || end - from > LINE_LIMIT) return undefined
    let to = endOfText(bytes, from, end)
    if (bytes[to - 1] === COMMA) to = endOfText(bytes, from, to - 1)
    return this.#memory.recall(bytes, from, to)
  }
}

function endOfText(bytes: Uint8Array, begin: number, end: number): number {
  let to = end
  while (to > begin && isBlank(bytes[to - 1])) to--
  return to
}
