/**
 * Hashes of bytes and of numbers. Ids of rows are made of them, so a change here changes every link that names a row.
 *
 * They only find candidates: whoever looks something up by a hash compares the thing itself.
 */

import { finish, mix } from '../../lib/murmur.ts'

/** Seeds of the two independent halves of a 64-bit hash. */
export const HIGH_SEED = 0x2f0b4a27
export const LOW_SEED = 0x51ed270b

/** 32 bits over the bytes from `start` to `end`, four at a time (MurmurHash3's rounds). */
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

/** 64 bits as 14 characters whose order as text is the order of the number. */
export function formatHash(high: number, low: number): string {
  return high.toString(36).padStart(7, '0') + low.toString(36).padStart(7, '0')
}
