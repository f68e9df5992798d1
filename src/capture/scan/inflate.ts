/**
 * Decompresses deflate (RFC 1951) so that all output before a damage is given, to the last symbol, and the place of the
 * damage is known; both are what the platform's DecompressionStream withholds. What is an error here is one in zlib
 * (`inflate.c`, `inftrees.c`), and its words are zlib's.
 */
import { unreachable } from '../../lib/assert.ts'
import type { BitInput } from './bit-input.ts'
import { type HuffmanTable, huffmanTable } from './huffman.ts'

/** How far back a copy may reach. */
const WINDOW_BYTES = 32 * 1024
/** How much output is held before it must be taken. */
const OUTPUT_BYTES = 64 * 1024
const MAX_COPY_BYTES = 258

const END_OF_BLOCK = 256
/** Beyond the first eight, length symbols come in fours, each four with one more bit; the last stands for 258 alone. */
const LENGTH_BITS = Uint8Array.from({ length: 29 }, (_, symbol) =>
  symbol === 28 ? 0 : Math.max(0, (symbol >> 2) - 1),
)
const LENGTH_BASES = Uint16Array.from({ length: 29 }, (_, symbol) => {
  if (symbol === 28) return MAX_COPY_BYTES
  return symbol < 8 ? symbol + 3 : (4 + (symbol & 3)) * 2 ** ((symbol >> 2) - 1) + 3
})
/** Distance symbols beyond the first four come in pairs, each pair with one more bit. */
const DISTANCE_BITS = Uint8Array.from({ length: 30 }, (_, symbol) => Math.max(0, (symbol >> 1) - 1))
const DISTANCE_BASES = Uint16Array.from({ length: 30 }, (_, symbol) =>
  symbol < 4 ? symbol + 1 : (2 + (symbol & 1)) * 2 ** ((symbol >> 1) - 1) + 1,
)
/** The order in which a block stores the lengths of the codes for code lengths. */
const LENGTH_CODE_ORDER = Uint8Array.of(16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)

/** The codes of a block for literals and lengths, and for distances. */
interface Codes {
  readonly literals: HuffmanTable
  readonly distances: HuffmanTable
}

type Block =
  | { readonly is: 'none' }
  | { readonly is: 'stored'; left: number }
  | { readonly is: 'coded'; readonly codes: Codes }

/** Why {@link Inflate.decode} stopped. */
export type InflateStop =
  /** More input is needed. What it was in the middle of will be read again. */
  | { readonly is: 'short' }
  /** The output must be taken first. */
  | { readonly is: 'full' }
  /** The data ended, at the input's position. */
  | { readonly is: 'end' }
  | { readonly is: 'fault'; readonly reason: string }

const SHORT: InflateStop = { is: 'short' }

function fault(reason: string): InflateStop {
  return { is: 'fault', reason }
}

function fixedCodes(): Codes {
  const lengths = new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280)
  const literals = huffmanTable(lengths, { mayBeIncomplete: false })
  const distances = huffmanTable(new Uint8Array(32).fill(5), { mayBeIncomplete: false })
  if (literals === undefined || distances === undefined) throw new Error('The fixed codes are complete')
  return { literals, distances }
}

/**
 * The codes that begin at `from`, behind the type of their block, and where the data of the block begins. Upstream:
 * RFC 1951, 3.2.7.
 */
function dynamicCodes(
  input: BitInput,
  from: number,
): InflateStop | { is: 'codes'; codes: Codes; at: number } {
  const { end } = input
  if (from + 14 > end) return SHORT
  const literalCount = input.bits(from, 5) + 257
  const distanceCount = input.bits(from + 5, 5) + 1
  const lengthCodeCount = input.bits(from + 10, 4) + 4
  if (literalCount > 286 || distanceCount > 30) return fault('too many length or distance symbols')
  let at = from + 14
  if (at + 3 * lengthCodeCount > end) return SHORT
  const codeLengths = new Uint8Array(LENGTH_CODE_ORDER.length)
  for (const symbol of LENGTH_CODE_ORDER.subarray(0, lengthCodeCount)) {
    codeLengths[symbol] = input.bits(at, 3)
    at += 3
  }
  const table = huffmanTable(codeLengths, { mayBeIncomplete: false })
  if (table === undefined) return fault('invalid code lengths set')
  const lengths = new Uint8Array(literalCount + distanceCount)
  for (let filled = 0; filled < lengths.length;) {
    const entry = table.entries[input.bits(at, table.bits)] ?? 0
    const symbol = entry >> 4
    at += entry & 15
    const repeatBits = symbol === 16 ? 2 : symbol === 17 ? 3 : symbol === 18 ? 7 : 0
    if (at + repeatBits > end) return SHORT
    if (repeatBits === 0) {
      lengths[filled++] = symbol
      continue
    }
    if (symbol === 16 && filled === 0) return fault('invalid bit length repeat')
    const count = input.bits(at, repeatBits) + (symbol === 18 ? 11 : 3)
    at += repeatBits
    if (filled + count > lengths.length) return fault('invalid bit length repeat')
    lengths.fill(symbol === 16 ? (lengths[filled - 1] ?? 0) : 0, filled, filled + count)
    filled += count
  }
  if (lengths[END_OF_BLOCK] === 0) return fault('invalid code -- missing end-of-block')
  const literals = huffmanTable(lengths.subarray(0, literalCount), { mayBeIncomplete: true })
  if (literals === undefined) return fault('invalid literal/lengths set')
  const distances = huffmanTable(lengths.subarray(literalCount), { mayBeIncomplete: true })
  if (distances === undefined) return fault('invalid distances set')
  return { is: 'codes', codes: { literals, distances }, at }
}

export class Inflate {
  /** The last bytes that were taken, for copies, and the output that was not. */
  readonly #out = new Uint8Array(WINDOW_BYTES + OUTPUT_BYTES)
  /** Where the output begins that was not taken. */
  #begin = 0
  #end = 0
  /** How many bytes were discarded before those in `#out`. */
  #discarded = 0
  #block: Block = { is: 'none' }
  #isLastBlock = false

  /** Decodes until something stops it. After `end` and `fault` it must not be called again. */
  decode(input: BitInput): InflateStop {
    for (;;) {
      const stop = this.#step(input)
      if (stop !== undefined) return stop
    }
  }

  /** The output since the last call: a copy. */
  take(): Uint8Array {
    const output = this.#out.slice(this.#begin, this.#end)
    const excess = this.#end - WINDOW_BYTES
    if (excess > 0) {
      this.#out.copyWithin(0, excess, this.#end)
      this.#discarded += excess
      this.#end = WINDOW_BYTES
    }
    this.#begin = this.#end
    return output
  }

  /** Undefined when the next step can follow at once. */
  #step(input: BitInput): InflateStop | undefined {
    const block = this.#block
    switch (block.is) {
      case 'none':
        return this.#isLastBlock ? { is: 'end' } : this.#beginBlock(input)
      case 'stored':
        return this.#copyStored(input, block)
      case 'coded':
        return this.#decodeSymbols(input, block.codes)
      default:
        return unreachable(block, 'kind of block')
    }
  }

  #beginBlock(input: BitInput): InflateStop | undefined {
    const from = input.position
    if (from + 3 > input.end) return SHORT
    const isLast = input.bits(from, 1) === 1
    const type = input.bits(from + 1, 2)
    if (type === 3) return fault('invalid block type')
    if (type === 0) {
      const at = (from + 3 + 7) & ~7
      if (at + 32 > input.end) return SHORT
      const length = input.bits(at, 16)
      if (length !== (~input.bits(at + 16, 16) & 0xffff)) return fault('invalid stored block lengths')
      this.#block = { is: 'stored', left: length }
      input.position = at + 32
    } else {
      const found =
        type === 1
          ? { is: 'codes' as const, codes: fixedCodes(), at: from + 3 }
          : dynamicCodes(input, from + 3)
      if (found.is !== 'codes') return found
      this.#block = { is: 'coded', codes: found.codes }
      input.position = found.at
    }
    this.#isLastBlock = isLast
    return undefined
  }

  #copyStored(input: BitInput, block: { left: number }): InflateStop | undefined {
    const room = this.#out.length - this.#end
    const bytes = input.rest().subarray(0, Math.min(block.left, room))
    this.#out.set(bytes, this.#end)
    this.#end += bytes.length
    input.skipBytes(bytes.length)
    block.left -= bytes.length
    if (block.left > 0) return bytes.length === room ? { is: 'full' } : SHORT
    this.#block = { is: 'none' }
    return undefined
  }

  /** Decodes symbols to the end of the block. The position moves over whole symbols only, copies included. */
  #decodeSymbols(input: BitInput, { literals, distances }: Codes): InflateStop | undefined {
    const inputEnd = input.end
    const out = this.#out
    const literalMask = 2 ** literals.bits - 1
    while (this.#end <= out.length - MAX_COPY_BYTES) {
      const entry = literals.entries[input.peek(input.position) & literalMask] ?? 0
      let at = input.position + Math.max(1, entry & 15)
      if (at > inputEnd) return SHORT
      const symbol = entry >> 4
      if ((entry & 15) === 0 || symbol > 285) return fault('invalid literal/length code')
      if (symbol <= END_OF_BLOCK) {
        input.position = at
        if (symbol < END_OF_BLOCK) {
          out[this.#end++] = symbol
          continue
        }
        this.#block = { is: 'none' }
        return undefined
      }
      const lengthBits = LENGTH_BITS[symbol - 257] ?? 0
      const length = (LENGTH_BASES[symbol - 257] ?? 0) + input.bits(at, lengthBits)
      at += lengthBits
      if (at >= inputEnd) return SHORT
      const distanceEntry = distances.entries[input.bits(at, distances.bits)] ?? 0
      at += Math.max(1, distanceEntry & 15)
      if (at > inputEnd) return SHORT
      const distanceSymbol = distanceEntry >> 4
      if ((distanceEntry & 15) === 0 || distanceSymbol > 29) return fault('invalid distance code')
      const distanceBits = DISTANCE_BITS[distanceSymbol] ?? 0
      const distance = (DISTANCE_BASES[distanceSymbol] ?? 0) + input.bits(at, distanceBits)
      at += distanceBits
      if (at > inputEnd) return SHORT
      if (distance > this.#discarded + this.#end) return fault('invalid distance too far back')
      input.position = at
      this.#copy(distance, length)
    }
    return { is: 'full' }
  }

  /** Repeats `length` bytes from `distance` bytes back; both may overlap, which repeats the same bytes several times. */
  #copy(distance: number, length: number): void {
    const out = this.#out
    const to = this.#end + length
    if (distance >= length) out.copyWithin(this.#end, this.#end - distance, to - distance)
    else for (let at = this.#end; at < to; at++) out[at] = out[at - distance] ?? 0
    this.#end = to
  }
}
