import { growToFit } from '../../lib/grow-to-fit.ts'
import type { RecordReader } from '../../wire/record-reader.ts'
import { LENGTH, VARINT, WireReader } from '../../wire/wire-reader.ts'
import { ByteArena } from '../columns/byte-arena.ts'

/** The tags of goldmane.FlowResult and goldmane.Flow. */
const RESULT_FLOW = 8 * 2 + LENGTH
const START = 8 * 2 + VARINT
const END = 8 * 3 + VARINT
/** Field numbers in goldmane.Flow. */
const SOURCE_LABELS = 4
const DEST_LABELS = 5
const FIRST_COUNTER = 6
const LAST_COUNTER = 12

/**
 * Recognises records by their bytes: the key and the labels of a flow are encoded alike in all its records, so that one
 * comparison of both takes the place of reading 40 fields and looking up 18 values. It remembers the bytes of an entry
 * when that comes for the second time, up to a limit. What looks unusual is left to the RecordReader.
 */
export class KnownRecords extends WireReader {
  /** Of the record that was recognised last, by field number of goldmane.Flow, as in a RecordReader. */
  readonly numbers = new Float64Array(LAST_COUNTER + 1)
  readonly #arena = new ByteArena()
  /** By entry: the position and the length of the bytes of the key, tag included; no length while they are not known. */
  #keyPositions = new Uint32Array(16)
  #keyLengths = new Uint32Array(16)
  /** By entry: the same of the labels of both ends. */
  #labelPositions = new Uint32Array(16)
  #labelLengths = new Uint32Array(16)

  get byteLength(): number {
    return this.#arena.byteLength + 4 * this.#keyLengths.byteLength
  }

  /** The id that an encoded goldmane.FlowResult begins with; 0 where it begins with something else. */
  readId(message: Uint8Array): number {
    this.bytes = message
    this.position = 1
    return message[0] === 8 * 1 + VARINT ? this.readVarint(message.length) : 0
  }

  /**
   * Whether the message, of which {@link readId} has read the id, is a record of an entry. Then its times and counters are
   * in `numbers`.
   */
  read(entry: number): boolean {
    const { bytes, numbers } = this
    const end = bytes.length
    const keyLength = this.#keyLengths[entry] ?? 0
    if (keyLength === 0 || bytes[this.position++] !== RESULT_FLOW) return false
    if (this.readVarint(end) + this.position !== end) return false
    if (!this.#skipEqual(this.#keyPositions[entry]!, keyLength)) return false
    numbers.fill(0)
    if (bytes[this.position] === START) this.#readField(2)
    if (bytes[this.position] === END) this.#readField(3)
    if (!this.#skipEqual(this.#labelPositions[entry]!, this.#labelLengths[entry]!)) return false
    while (this.position < end) {
      const tag = bytes[this.position]!
      const field = tag >>> 3
      if (field < FIRST_COUNTER || field > LAST_COUNTER || (tag & 7) !== VARINT) return false
      this.#readField(field)
    }
    return this.position === end
  }

  /** Remembers the bytes of an entry from a record of it, unless they would take the arena beyond `maxBytes`. */
  remember(entry: number, record: RecordReader, maxBytes: number): void {
    if ((this.#keyLengths[entry] ?? 0) > 0) return
    const { bytes, keyStart, keyEnd, labelStarts, labelEnds } = record
    const hasSource = labelEnds[SOURCE_LABELS]! > 0
    const hasDest = labelEnds[DEST_LABELS]! > 0
    // Labels of the source come first, and those of the destination at once after them.
    if (hasSource && hasDest && labelEnds[SOURCE_LABELS] !== labelStarts[DEST_LABELS]) return
    const labelStart = labelStarts[hasSource ? SOURCE_LABELS : DEST_LABELS]!
    const labelEnd = labelEnds[hasDest ? DEST_LABELS : SOURCE_LABELS]!
    if (this.#arena.byteLength + keyEnd - keyStart + labelEnd - labelStart > maxBytes) return
    this.#keyPositions = growToFit(this.#keyPositions, entry)
    this.#keyLengths = growToFit(this.#keyLengths, entry)
    this.#labelPositions = growToFit(this.#labelPositions, entry)
    this.#labelLengths = growToFit(this.#labelLengths, entry)
    this.#keyPositions[entry] = this.#arena.append(bytes.subarray(keyStart, keyEnd))
    this.#keyLengths[entry] = keyEnd - keyStart
    this.#labelPositions[entry] = this.#arena.append(bytes.subarray(labelStart, labelEnd))
    this.#labelLengths[entry] = labelEnd - labelStart
  }

  #skipEqual(position: number, length: number): boolean {
    const from = this.position
    this.position += length
    return this.position <= this.bytes.length && this.#arena.equals(position, length, this.bytes, from)
  }

  #readField(field: number): void {
    this.position++
    this.numbers[field] = this.readVarint(this.bytes.length)
  }
}
