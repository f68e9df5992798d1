/** Texts that are longer than this are decoded each time. Names and labels rarely are. */
const MAX_CACHED_BYTES = 96
/** A power of two. So many texts of at most {@link MAX_CACHED_BYTES} take less than half a megabyte. */
const SLOTS = 4096

// With ignoreBOM a byte-order mark is part of the text. Otherwise two sequences of bytes would decode to one text.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Decodes UTF-8, and keeps the ASCII texts that were decoded last by their bytes: tiers, policies and labels repeat from
 * record to record. Finding one takes a third of a call of TextDecoder, and equal texts are one string in memory.
 */
export class TextCache {
  /** By hash, which has one place only: a later text takes it. */
  readonly #texts: string[] = Array.from({ length: SLOTS }, () => '')

  /**
   * The text whose bytes stand from `start` to `end`.
   * @throws TypeError when the bytes are not UTF-8
   */
  decode(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start
    if (length > MAX_CACHED_BYTES) return decoder.decode(bytes.subarray(start, end))
    let hash = length
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193) // FNV-1a
    const slot = (hash ^ (hash >>> 16)) & (SLOTS - 1)
    const known = this.#texts[slot]!
    if (known.length === length && isAscii(known, bytes, start)) return known
    const text = decoder.decode(bytes.subarray(start, end))
    // Only an ASCII text has as many units as bytes.
    if (text.length === length) this.#texts[slot] = text
    return text
  }
}

/** Whether the text's units are the bytes from `start` on. */
function isAscii(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false
  return true
}
