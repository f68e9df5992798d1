/**
 * Splits the UTF-8 bytes of a capture into its records. A whole line that the cache knows is taken as bytes, which is
 * several times as fast as decoding it; all others are decoded and left to the TextSplitter.
 */
import { ByteBuffer } from './byte-buffer.ts'
import { afterLogPrefix } from './log-prefix.ts'
import type { Piece } from './piece.ts'
import { TextSplitter } from './text-splitter.ts'

/** The part of LineCache that is used here. */
export interface LineLookup<Cached> {
  lookup(bytes: Uint8Array, begin: number, end: number): Cached | undefined
  lookupText(line: string): Cached | undefined
}

const NEWLINE = 0x0a
const COMMA = 0x2c
const OPENING = 0x7b
const BOM = [0xef, 0xbb, 0xbf] as const
/** Server-sent events have this before each record. */
const DATA = [...new TextEncoder().encode('data:')]
/** A longer line is left to the TextSplitter, so that the buffer is bounded. */
const MAX_LINE_BYTES = 256 * 1024

/** Space, tab, carriage return. */
function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d
}

export class Utf8Splitter<Cached> {
  readonly #cache: LineLookup<Cached>
  readonly #text: TextSplitter<Cached>
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  readonly #buffer = new ByteBuffer()
  /** Whether the first bytes, which may be a byte order mark, are still to come. */
  #isAtStart = true
  /** Whether the cache has already missed the line that is handed on. */
  #hasMissed = false

  constructor(cache: LineLookup<Cached>) {
    this.#cache = cache
    this.#text = new TextSplitter((line) => (this.#hasMissed ? undefined : cache.lookupText(line)))
  }

  /** Gives the pieces that `chunk` completes. `last`: no bytes follow. */
  *feed(chunk: Uint8Array, last: boolean): Generator<Piece<Cached>> {
    const bytes = this.#buffer.append(chunk)
    let at = this.#afterByteOrderMark(bytes, last)
    while (at >= 0 && at < bytes.length) {
      if (!this.#text.isAtLine) {
        // Decoding up to the end of a line lets the next one be looked up as bytes again.
        const end = bytes.lastIndexOf(NEWLINE) + 1
        if (end <= at) break
        yield* this.#decoded(bytes, at, end)
        at = end
        continue
      }
      const newline = bytes.indexOf(NEWLINE, at)
      if (newline < 0) break
      const cached = this.#cachedLine(bytes, at, newline)
      if (cached === undefined) yield* this.#decoded(bytes, at, newline + 1)
      else {
        this.#text.skipLine(newline + 1 - at)
        yield { is: 'cached', cached }
      }
      at = newline + 1
    }
    const from = Math.max(0, at)
    if (!last && bytes.length - from <= MAX_LINE_BYTES) {
      this.#buffer.keepFrom(from)
      return
    }
    const rest = this.#decoder.decode(bytes.subarray(from), { stream: !last })
    this.#buffer.keepFrom(bytes.length)
    yield* this.#text.feed(rest, last)
  }

  /** Where the text begins, after a byte order mark; −1 before enough bytes have come to tell. */
  #afterByteOrderMark(bytes: Uint8Array, last: boolean): number {
    if (!this.#isAtStart) return 0
    if (bytes.length < BOM.length && !last) return -1
    this.#isAtStart = false
    return BOM.every((byte, i) => bytes[i] === byte) ? BOM.length : 0
  }

  *#decoded(bytes: Uint8Array, begin: number, end: number): Generator<Piece<Cached>> {
    this.#hasMissed = this.#text.isAtLine
    yield* this.#text.feed(this.#decoder.decode(bytes.subarray(begin, end), { stream: true }), false)
    this.#hasMissed = false
  }

  /** The cache entry of the line from `begin` to `end`. */
  #cachedLine(bytes: Uint8Array, begin: number, end: number): Cached | undefined {
    let from = begin
    while (isBlank(bytes[from])) from++
    if (bytes[from] === DATA[0] && DATA.every((byte, i) => bytes[from + i] === byte)) {
      from += DATA.length
      while (isBlank(bytes[from])) from++
    } else if (bytes[from] !== OPENING) from = afterLogPrefix(bytes, from, end)
    if (bytes[from] !== OPENING || end - from > MAX_LINE_BYTES) return undefined
    let to = endOfText(bytes, from, end)
    if (bytes[to - 1] === COMMA) to = endOfText(bytes, from, to - 1)
    return this.#cache.lookup(bytes, from, to)
  }
}

function endOfText(bytes: Uint8Array, begin: number, end: number): number {
  let to = end
  while (to > begin && isBlank(bytes[to - 1])) to--
  return to
}
