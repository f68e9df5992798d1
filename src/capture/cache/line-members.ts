/**
 * Finds, in the bytes of a JSON line, the members that change from record to record of a key: two times, four
 * counters, and three counts of connections, which Whisker does not have; of Felix's lines also the numbers that no flow
 * has. Only these are parsed; the bytes between them are handed on to be compared.
 */
import {
  FIELD_OF_NAME,
  FIELDS,
  NAMES,
  NO_FIELD,
  SHARED_NAME_COUNT,
  TIME_COUNT,
  WHISKER_FIELD_COUNT,
} from './line-names.ts'

const NAME_BYTES = NAMES.map((name) => new TextEncoder().encode(name))
/** By first byte of a name: its second byte, which is the same for all names with that first byte; 0 for no name. */
const SECOND_BYTE = Uint8Array.from(
  { length: 256 },
  (_, byte) => NAME_BYTES.find(([first]) => first === byte)?.[1] ?? 0,
)

const QUOTE = 0x22
/** How many bytes the search compares at once: those of the shortest name with its quotes. */
const SEARCH_BYTES = Math.min(...NAME_BYTES.map((name) => name.length)) + 2
/**
 * The shift table of a Boyer–Moore–Horspool search for all names at once, each by its first SEARCH_BYTES bytes: by the
 * last byte of the stretch compared, how far ahead the next name may begin.
 */
const SHIFT = new Uint8Array(256).fill(SEARCH_BYTES)
/** By byte: 1 when it is the last byte that the search compares of some name. */
const IS_LAST = new Uint8Array(256)
for (const name of NAME_BYTES) {
  const start = [QUOTE, ...name, QUOTE].slice(0, SEARCH_BYTES)
  for (const [index, byte] of start.entries()) {
    const rest = SEARCH_BYTES - 1 - index
    if (rest === 0) IS_LAST[byte] = 1
    else SHIFT[byte] = Math.min(SHIFT[byte]!, rest)
  }
}

const COLON = 0x3a
const COMMA = 0x2c
const CLOSING = 0x7d
const ZERO = 0x30
const NULL = [0x6e, 0x75, 0x6c, 0x6c] as const
/** A number of at most 15 digits is below 2^53, and so exact in a double. */
const MAX_COUNT_DIGITS = 15
/** A time with nanoseconds and a zone takes 35 bytes. */
const MAX_TEXT_BYTES = 40

/** How a member's value is written. */
export const ABSENT = 0
export const IS_NULL = 1
export const IS_COUNT = 2
/** In quotes, beginning with a digit: a time, or a count as protojson writes it. */
export const IS_TEXT = 3

/** Receives the bytes between the members of a line, in order. */
export interface PartSink {
  begin(): void
  add(bytes: Uint8Array, from: number, to: number): void
  addByte(byte: number): void
}
/**
 * One byte is put in the place of each run of members cut out. It says whether a comma follows the run, and is a byte
 * that no JSON text holds.
 */
export const CUT_MARKER = 0
export const CUT_COMMA_MARKER = 1

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= 0x39
}

/** Digits, `T`, `Z`, colon, full stop, plus, minus. */
function isTimeByte(byte: number | undefined): boolean {
  return (
    isDigit(byte) ||
    byte === 0x54 ||
    byte === 0x5a ||
    byte === COLON ||
    byte === 0x2e ||
    byte === 0x2b ||
    byte === 0x2d
  )
}

export class LineMembers {
  /** By field, and last for the members without a field: how its value is written. */
  readonly kinds = new Uint8Array(FIELDS.length + 1)
  /** By field: the value of a count; where a text begins and ends. */
  readonly counts = new Float64Array(FIELDS.length + 1)
  readonly begins = new Uint32Array(FIELDS.length + 1)
  readonly ends = new Uint32Array(FIELDS.length + 1)
  /** Whether all members are as Whisker writes them: names with underscores, counters not in quotes. */
  isWhiskers = true
  /** Whether a member has a name that Felix alone writes. */
  hasFelixNames = false
  /** Whether a comma follows the run of members that was read last. */
  endsWithComma = false
  /** Indexes into NAMES of the members found, in the order of the line. */
  readonly #found = new Uint8Array(NAMES.length)
  #count = 0
  #at = 0

  /** The names of the members found, in the order of the line. */
  get names(): readonly string[] {
    return Array.from(this.#found.subarray(0, this.#count), (name) => NAMES[name]!)
  }

  /** A copy of the indexes of the names found, for {@link hasNames}. */
  copyFound(): Uint8Array {
    return this.#found.slice(0, this.#count)
  }

  /** Whether the members found have these names, in this order. */
  hasNames(found: Uint8Array): boolean {
    if (found.length !== this.#count) return false
    for (let i = 0; i < found.length; i++) if (found[i] !== this.#found[i]) return false
    return true
  }

  /** Begins a line whose runs of members are read one by one with {@link readRun}. */
  beginLine(): void {
    this.kinds.fill(ABSENT)
    this.#count = 0
    this.isWhiskers = true
    this.hasFelixNames = false
  }

  /**
   * Records the members of the line from `begin` to `end`, and hands the bytes between them to `parts`. False when it is
   * not certain what the members are: the results are then void.
   */
  cut(bytes: Uint8Array, begin: number, end: number, parts: PartSink): boolean {
    this.beginLine()
    parts.begin()
    let from = begin
    let marker = -1
    let at = begin
    while (at + SEARCH_BYTES <= end) {
      // The hot loop of reading a capture.
      const byte = bytes[at + SEARCH_BYTES - 1]!
      if (IS_LAST[byte] === 0 || bytes[at] !== QUOTE || SECOND_BYTE[bytes[at + 1]!] !== bytes[at + 2]) {
        at += SHIFT[byte]!
        continue
      }
      const name = nameAt(bytes, at + 1, end)
      if (name < 0) {
        at++
        continue
      }
      this.#at = at + NAME_BYTES[name]!.length + 2
      const comma = this.#readMember(name, bytes, end)
      if (comma === null) return false
      if (at > from || marker < 0) {
        if (marker >= 0) parts.addByte(marker)
        parts.add(bytes, from, at)
      }
      marker = comma ? CUT_COMMA_MARKER : CUT_MARKER
      from = this.#at
      at = from
    }
    if (marker >= 0) parts.addByte(marker)
    parts.add(bytes, from, end)
    return true
  }

  /**
   * Records the members that stand one after another from `at` on, and returns where they end. −1 when there is none, or
   * when it is not certain what they are.
   */
  readRun(bytes: Uint8Array, at: number, end: number): number {
    this.#at = at
    for (;;) {
      const name = bytes[this.#at] === QUOTE ? nameAt(bytes, this.#at + 1, end) : -1
      if (name < 0) return this.#at > at ? this.#at : -1
      this.#at += NAME_BYTES[name]!.length + 2
      const comma = this.#readMember(name, bytes, end)
      if (comma === null) return -1
      this.endsWithComma = comma
    }
  }

  /**
   * Reads the colon, value and comma of a member, and returns whether there was a comma. Null when the field occurs
   * again, or has a value that its records never have.
   */
  #readMember(name: number, bytes: Uint8Array, end: number): boolean | null {
    const field = FIELD_OF_NAME[name]!
    if ((field !== NO_FIELD && this.kinds[field] !== ABSENT) || this.#count === NAMES.length) return null
    this.#skipBlanks(bytes)
    if (bytes[this.#at++] !== COLON) return null
    this.#skipBlanks(bytes)
    const kind = this.#readValue(field, bytes, end)
    if (kind === ABSENT) return null
    this.kinds[field] = kind
    this.#found[this.#count++] = name
    if (name < FIELDS.length || field >= WHISKER_FIELD_COUNT || (kind === IS_TEXT && field >= TIME_COUNT))
      this.isWhiskers = false
    if (name >= SHARED_NAME_COUNT) this.hasFelixNames = true
    this.#skipBlanks(bytes)
    const next = this.#at < end ? bytes[this.#at] : undefined
    if (next !== COMMA) return next === CLOSING ? false : null
    this.#at++
    this.#skipBlanks(bytes)
    return this.#at <= end ? true : null
  }

  #readValue(field: number, bytes: Uint8Array, end: number): number {
    const first = this.#at < end ? bytes[this.#at] : undefined
    if (first === QUOTE) return this.#readText(field, bytes, end)
    if (first === NULL[0]) {
      const isNull = NULL.every((byte, i) => bytes[this.#at + i] === byte)
      this.#at += NULL.length
      return isNull ? IS_NULL : ABSENT
    }
    const begin = this.#at
    let count = 0
    while (this.#at < end && isDigit(bytes[this.#at])) count = count * 10 + bytes[this.#at++]! - ZERO
    const digits = this.#at - begin
    this.counts[field] = count
    return isCount(first, digits) ? IS_COUNT : ABSENT
  }

  #readText(field: number, bytes: Uint8Array, end: number): number {
    const begin = this.#at + 1
    let at = begin
    while (at < end && at - begin < MAX_TEXT_BYTES && isTimeByte(bytes[at])) at++
    if (at >= end || bytes[at] !== QUOTE || !isDigit(bytes[begin])) return ABSENT
    this.begins[field] = begin
    this.ends[field] = at
    this.#at = at + 1
    return IS_TEXT
  }

  #skipBlanks(bytes: Uint8Array): void {
    while (isBlank(bytes[this.#at])) this.#at++
  }
}

/** Whether so many digits, of which `first` is the first, are a number of JSON (no leading zeros) that a double holds. */
function isCount(first: number | undefined, digits: number): boolean {
  return digits > 0 && digits <= MAX_COUNT_DIGITS && (first !== ZERO || digits === 1)
}

/** The count whose digits stand from `begin` to `end`; null when they are not a count. */
export function countIn(bytes: Uint8Array, begin: number, end: number): number | null {
  let count = 0
  for (let at = begin; at < end; at++) {
    if (!isDigit(bytes[at])) return null
    count = count * 10 + bytes[at]! - ZERO
  }
  return isCount(bytes[begin], end - begin) ? count : null
}

/** By first byte: the indexes into NAMES of the names with that first byte. */
const NAMES_BY_FIRST_BYTE = Array.from({ length: 256 }, (_, byte) =>
  [...NAMES.keys()].filter((i) => NAME_BYTES[i]![0] === byte),
)

/** The index into NAMES of the name in quotes that begins at `begin`; −1 when it is none of them. */
function nameAt(bytes: Uint8Array, begin: number, end: number): number {
  for (const index of NAMES_BY_FIRST_BYTE[bytes[begin]!]!) {
    const name = NAME_BYTES[index]!
    if (bytes[begin + name.length] !== QUOTE || begin + name.length >= end) continue
    let same = 0
    while (same < name.length && bytes[begin + same] === name[same]) same++
    if (same === name.length) return index
  }
  return -1
}
