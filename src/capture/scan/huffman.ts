/** Decoding tables of deflate's Huffman codes (RFC 1951, 3.2.2), with zlib's rules of which codes are allowed. */

/** The longest code that deflate has, in bits. */
const MAX_CODE_BITS = 15

export interface HuffmanTable {
  /**
   * Indexed by the next `bits` bits of the data: the symbol times 16 plus the length of its code. 0 where no code begins
   * so.
   */
  readonly entries: Uint16Array
  /** The length of the longest code. */
  readonly bits: number
}

/** The bits of a code in reverse, because deflate stores codes from their highest bit on. */
function reversed(code: number, length: number): number {
  let result = 0
  for (let bit = 0; bit < length; bit++) result |= ((code >> bit) & 1) << (length - 1 - bit)
  return result
}

/**
 * The table of the code whose symbols have these lengths; 0 stands for an unused symbol. Undefined when the lengths make
 * no code. `mayBeIncomplete`: a single code of one bit, or none at all, is allowed too, as zlib's `inflate_table` does
 * for literals and distances.
 */
export function huffmanTable(
  lengths: Uint8Array,
  { mayBeIncomplete }: { readonly mayBeIncomplete: boolean },
): HuffmanTable | undefined {
  const counts = new Uint16Array(MAX_CODE_BITS + 1)
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1
  counts[0] = 0
  const bits = Math.max(
    1,
    counts.findLastIndex((count) => count > 0),
  )
  let free = 1
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    free = free * 2 - (counts[length] ?? 0)
    if (free < 0) return undefined
  }
  if (free > 0 && !(mayBeIncomplete && bits === 1)) return undefined
  const entries = new Uint16Array(2 ** bits)
  let code = 0
  for (let length = 1; length <= bits; length++) {
    if (counts[length] === 0) {
      code *= 2
      continue
    }
    for (let symbol = lengths.indexOf(length); symbol >= 0; symbol = lengths.indexOf(length, symbol + 1)) {
      const step = 2 ** length
      for (let at = reversed(code, length); at < entries.length; at += step)
        entries[at] = symbol * 16 + length
      code++
    }
    code *= 2
  }
  return { entries, bits }
}
