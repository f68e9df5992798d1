/**
 * Whether encoded traces and label lists are as we would encode them, from their bytes alone: nearly all that Goldmane
 * sends are. Then they need not be decoded to be stored, which takes ten times as long.
 *
 * No is the answer, too, where that is hard to tell: texts that are not ASCII, unknown enum values, long parts.
 */
import { ACTIONS, POLICY_KINDS } from '../flows/flow.ts'

/** The tags of goldmane.PolicyHit (proto/goldmane/api.proto). */
const KIND = 8 * 1
const NAMESPACE = 8 * 2 + 2
const NAME = 8 * 3 + 2
const TIER = 8 * 4 + 2
const ACTION = 8 * 5
const POLICY_INDEX = 8 * 6
const RULE_INDEX = 8 * 7
const TRIGGER = 8 * 8 + 2
/** The tag of an element of `source_labels` in goldmane.Flow. */
const LABEL = 8 * 4 + 2
/** Goldmane nests no triggers. */
const MAX_DEPTH = 2

/** Whether the bytes are the canonical encoding of a trace, all enum values of which are known. */
export function isCanonicalTrace(bytes: Uint8Array): boolean {
  const reader = new CanonicalReader(bytes)
  let list = 8 * 1 + 2
  let leastIndex = Number.NEGATIVE_INFINITY
  while (reader.position < bytes.length) {
    const tag = reader.readByte()
    if (tag === 8 * 2 + 2 && list !== tag) {
      list = tag
      leastIndex = Number.NEGATIVE_INFINITY
    } else if (tag !== list) return false
    const index = reader.readHit(reader.readEnd(bytes.length))
    // Hits are in the order of evaluation. A comparison with NaN is false.
    if (!(index >= leastIndex)) return false
    leastIndex = index
  }
  return true
}

/** Whether the bytes are the canonical encoding of a list of labels, as elements of `source_labels`. */
export function isCanonicalLabels(bytes: Uint8Array): boolean {
  const reader = new CanonicalReader(bytes)
  while (reader.position < bytes.length)
    if (reader.readByte() !== LABEL || !reader.skipAscii(reader.readEnd(bytes.length))) return false
  return true
}

class CanonicalReader {
  position = 0
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** The next byte; 0, which is no tag, behind the last one. */
  readByte(): number {
    return this.#bytes[this.position++] ?? 0
  }

  /** Reads a length of up to two bytes and returns where the value ends; −1 where it is another one. */
  readEnd(end: number): number {
    let length = this.readByte()
    if (length >= 0x80) {
      const second = this.readByte()
      if (second === 0 || second >= 0x80) return -1
      length = (length & 0x7f) | (second << 7)
    }
    const stop = this.position + length
    return stop <= end ? stop : -1
  }

  /** Moves to `end`, which may be −1. Returns whether all bytes before it are ASCII. */
  skipAscii(end: number): boolean {
    if (end < 0) return false
    let all = 0
    for (let at = this.position; at < end; at++) all |= this.#bytes[at]!
    this.position = end
    return all < 0x80
  }

  /** Reads a hit up to `end` and returns its policy index; NaN where it is not canonical, or `end` is −1. */
  readHit(end: number, depth = 1): number {
    if (end < 0 || depth > MAX_DEPTH) return Number.NaN
    let policyIndex = 0
    let lastTag = 0
    while (this.position < end) {
      const tag = this.readByte()
      // Each field at most once, in the order of their numbers.
      if (tag <= lastTag) return Number.NaN
      lastTag = tag
      if (tag === POLICY_INDEX) policyIndex = this.#readIndex()
      else if (!this.#skipField(tag, end, depth)) return Number.NaN
    }
    return this.position === end ? policyIndex : Number.NaN
  }

  #skipField(tag: number, end: number, depth: number): boolean {
    switch (tag) {
      case KIND:
        return this.#readEnum(POLICY_KINDS)
      case ACTION:
        return this.#readEnum(ACTIONS)
      case NAMESPACE:
      case NAME:
      case TIER:
        return this.#skipText(end)
      case RULE_INDEX:
        return !Number.isNaN(this.#readIndex())
      case TRIGGER:
        return !Number.isNaN(this.readHit(this.readEnd(end), depth + 1))
      default:
        return false
    }
  }

  /** A default value is left out. */
  #readEnum(names: readonly string[]): boolean {
    const value = this.readByte()
    return value > 0 && value < names.length
  }

  #skipText(end: number): boolean {
    const stop = this.readEnd(end)
    return stop !== this.position && this.skipAscii(stop)
  }

  /** Reads a number from 1 to 16,383, or −1, which takes ten bytes; NaN for another one. */
  #readIndex(): number {
    const first = this.readByte()
    if (first < 0x80) return first > 0 ? first : Number.NaN
    const second = this.readByte()
    if (second > 0 && second < 0x80) return (first & 0x7f) | (second << 7)
    if (first !== 0xff || second !== 0xff) return Number.NaN
    for (let i = 2; i < 9; i++) if (this.readByte() !== 0xff) return Number.NaN
    return this.readByte() === 1 ? -1 : Number.NaN
  }
}
