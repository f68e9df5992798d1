/**
 * 64-bit content hashes, as two halves of 32 bits that are seeded differently.
 *
 * Row ids are made of them, and links in the URL name rows by id: a change here breaks every link that was shared.
 * In hash tables they only find candidates; the owner of a table always compares the bytes.
 */

import { finish, mix } from '../../lib/murmur.ts'

/** The seeds of the two halves. */
export const HIGH_SEED = 0x2f0b4a27
export const LOW_SEED = 0x51ed270b

/**
 * A 32-bit hash of the bytes from `start` to `end`, by MurmurHash3's rounds over four bytes at a time. The last one to
 * three bytes are one more round.
 */
export function hashBytes(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed
  let at = start
  for (; at + 4 <= end; at += 4) {
    hash = mix(hash, bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24))
  }
  let rest = 0
  for (; at < end; at++) rest = (rest << 8) | bytes[at]!
  return finish(mix(hash, rest) ^ (end - start))
}

/** 64 bits in base 36, padded to 14 characters, so that texts sort as the numbers do. */
export function formatHash(high: number, low: number): string {
  return high.toString(36).padStart(7, '0') + low.toString(36).padStart(7, '0')
}

/** The two halves of a text from {@link formatHash}; any numbers, or NaN, for another text. */
export function parseHash(text: string): { readonly high: number; readonly low: number } {
  return { high: Number.parseInt(text.slice(0, 7), 36), low: Number.parseInt(text.slice(7, 14), 36) }
}
