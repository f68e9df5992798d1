import { isCanonicalTrace } from '../../wire/canonical-blob.ts'
import { unknownInTrace } from '../../capture/format/unknown-values.ts'
import { ACTIONS, ENDPOINT_TYPES, fromWire, REPORTERS } from '../../flows/flow.ts'
import { growToFit } from '../../lib/grow-to-fit.ts'
import { type KeyDictionary, type KeyPart, partIndex, KEY_PARTS } from './key-dictionary.ts'
import type { TextDictionary } from '../columns/text-dictionary.ts'
import type { RecordReader } from '../../wire/record-reader.ts'
import { MalformedRecordError } from '../../wire/wire-reader.ts'

/** The parts by kind of dictionary, as indexes into a flow's codes. Their field numbers are one more. */
const indexes = (...parts: readonly KeyPart[]): readonly number[] => parts.map(partIndex)
const NAMES = indexes('sourceName', 'destName')
const NAMESPACES = indexes('sourceNamespace', 'destNamespace', 'destServiceNamespace')
const SERVICES = indexes('destServiceName', 'destServicePortName')
const PROTOCOLS = indexes('proto')
const NUMBERS = indexes('destPort', 'destServicePort')
const ENUMS: readonly (readonly [number, readonly string[]])[] = [
  [partIndex('sourceType'), ENDPOINT_TYPES],
  [partIndex('destType'), ENDPOINT_TYPES],
  [partIndex('reporter'), REPORTERS],
  [partIndex('action'), ACTIONS],
]
const POLICIES = partIndex('policies')
/** Field numbers in goldmane.Flow. */
const SOURCE_LABELS = 4
const DEST_LABELS = 5
const SOURCE_LABEL_TAG = 8 * SOURCE_LABELS + 2
const DEST_LABEL_TAG = 8 * DEST_LABELS + 2

/**
 * Interns the keys of encoded records: from the positions that a RecordReader found to the entry in a key dictionary. A
 * text, trace or label list that is in the dictionary already is compared by its bytes and not decoded.
 */
export class WireKeyInterner {
  /** How many enum values of the last record are none of api.proto's. */
  unknownValues = 0
  readonly #keys: KeyDictionary
  readonly #codes = new Uint32Array(KEY_PARTS.length)
  /** By index in ENUMS, then by the enum's number: the code of its name. */
  readonly #enumCodes = ENUMS.map((): number[] => [])
  /** By trace: one more than the number of its unknown enum values; 0 while they were not counted. */
  #unknownInTrace = new Uint32Array(16)
  /** Where the bytes begin that are being interned, for the message of an error. */
  #position = 0
  /** For labels of the destination. Grows with the longest list. */
  #scratch = new Uint8Array(1024)

  constructor(keys: KeyDictionary) {
    this.#keys = keys
  }

  /**
   * The entry of a record, a new one if needed. `hint` is the entry it probably is, −1 for none: with a hint its bytes
   * are compared instead of hashed. No byte goes uncompared, so that a wrong hint does no harm.
   * @throws MalformedRecordError when a text is not UTF-8, or the trace or the labels are not such a message
   */
  internEntry(record: RecordReader, hint: number): number {
    const keys = this.#keys
    try {
      const flow = this.#internFlow(record, hint < 0 ? -1 : keys.flowOf[hint]!)
      const source = this.#internLabels(record, SOURCE_LABELS, hint < 0 ? -1 : keys.sourceLabels[hint]!)
      const dest = this.#internLabels(record, DEST_LABELS, hint < 0 ? -1 : keys.destLabels[hint]!)
      return keys.internEntry(flow, source, dest, hint)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new MalformedRecordError(`the text or message at byte ${this.#position} cannot be read: ${why}`)
    }
  }

  #internFlow(record: RecordReader, hint: number): number {
    const keys = this.#keys
    const codes = this.#codes
    const hints = keys.codes
    this.#internTexts(record, NAMES, keys.names, hint)
    this.#internTexts(record, NAMESPACES, keys.namespaces, hint)
    this.#internTexts(record, SERVICES, keys.services, hint)
    this.#internTexts(record, PROTOCOLS, keys.enums, hint)
    for (const part of NUMBERS) {
      codes[part] = keys.numbers.intern(record.keyNumbers[part + 1]!, hint < 0 ? -1 : hints[part]![hint]!)
    }
    this.unknownValues = 0
    for (let i = 0; i < ENUMS.length; i++) {
      const [part, names] = ENUMS[i]!
      const wire = record.keyNumbers[part + 1]!
      if (names[wire] === undefined) this.unknownValues++
      codes[part] = this.#enumCodes[i]![wire] ?? this.#internEnum(i, wire)
    }
    codes[POLICIES] = this.#internTrace(record, hint < 0 ? -1 : hints[POLICIES]![hint]!)
    return keys.internFlow(codes, hint)
  }

  #internTexts(
    record: RecordReader,
    parts: readonly number[],
    dictionary: TextDictionary,
    hint: number,
  ): void {
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i]!
      this.#position = record.starts[part + 1]!
      const code = hint < 0 ? -1 : this.#keys.codes[part]![hint]!
      this.#codes[part] = dictionary.intern(record.bytes, this.#position, record.ends[part + 1]!, code)
    }
  }

  #internEnum(index: number, wire: number): number {
    const [, names] = ENUMS[index]!
    const code = this.#keys.enums.internText(fromWire(names, wire))
    // Only known numbers are cached: a sender could fill the memory with others.
    if (names[wire] !== undefined) this.#enumCodes[index]![wire] = code
    return code
  }

  #internTrace(record: RecordReader, hint: number): number {
    const start = record.starts[POLICIES + 1]!
    const end = record.ends[POLICIES + 1]!
    this.#position = start
    // No message begins with 0. In the dictionary such a blob is a trace in JSON (blob-codecs.ts).
    if (end > start && record.bytes[start] === 0) throw new MalformedRecordError('no field number')
    const { traces } = this.#keys
    const code = traces.intern(record.bytes, start, end, hint)
    this.#unknownInTrace = growToFit(this.#unknownInTrace, code)
    if (this.#unknownInTrace[code] === 0) {
      const areKnown = isCanonicalTrace(traces.blob(code))
      this.#unknownInTrace[code] = 1 + (areKnown ? 0 : unknownInTrace(traces.value(code)))
    }
    this.unknownValues += this.#unknownInTrace[code]! - 1
    return code
  }

  #internLabels(record: RecordReader, field: number, hint: number): number {
    const start = record.labelStarts[field]!
    const end = record.labelEnds[field]!
    this.#position = start
    const { labels } = this.#keys
    return field === DEST_LABELS && this.#copyAsSource(record.bytes, start, end)
      ? labels.intern(this.#scratch, 0, end - start, hint)
      : labels.intern(record.bytes, start, end, hint)
  }

  /**
   * Copies `dest_labels` fields into the scratch buffer as `source_labels`, because blobs of labels are of these
   * (blob-codecs.ts): each list would have two of them otherwise. Returns whether all tags and lengths are usual ones.
   */
  #copyAsSource(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#scratch.length < end - start) this.#scratch = new Uint8Array((end - start) * 2)
    const scratch = this.#scratch
    for (let at = start; at < end; at++) scratch[at - start] = bytes[at]!
    let at = 0
    while (at < end - start) {
      if (scratch[at] !== DEST_LABEL_TAG) return false
      scratch[at] = SOURCE_LABEL_TAG
      const length = scratch[at + 1]!
      if (length >= 0x80) return false
      at += 2 + length
    }
    return true
  }
}
