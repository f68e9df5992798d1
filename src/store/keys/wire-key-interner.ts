import { ACTIONS, ENDPOINT_TYPES, fromWire, isUnknown, type PolicyHit, REPORTERS } from '../../flows/flow.ts'
import { growToFit } from '../columns/grow-to-fit.ts'
import { type KeyDictionary, type KeyPart, partIndex, KEY_PARTS } from './key-dictionary.ts'
import type { TextDictionary } from '../columns/text-dictionary.ts'
import { MalformedRecordError, type RecordReader } from '../../wire/record-reader.ts'

/** The parts of each kind, as indexes into a flow's codes; the field number is one more. */
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
const SOURCE_LABELS = 4
const DEST_LABELS = 5

function countUnknown(hit: PolicyHit): number {
  return (
    (isUnknown(hit.kind) ? 1 : 0) +
    (isUnknown(hit.action) ? 1 : 0) +
    (hit.trigger === null ? 0 : countUnknown(hit.trigger))
  )
}

/** Finds the entries of records as they come from the wire. */
export class WireKeyInterner {
  /** Values outside the enums that we know, in the record looked up last. */
  unknownValues = 0
  readonly #keys: KeyDictionary
  readonly #codes = new Uint32Array(KEY_PARTS.length)
  /** By place in ENUMS, then by wire number: the code of the word. */
  readonly #enumCodes = ENUMS.map((): number[] => [])
  /** By trace: 0 when not looked at yet, otherwise one more than its unknown values. */
  #unknownInTrace = new Uint32Array(16)
  /** Where the run begins that is being looked up, to say where it went wrong. */
  #at = 0

  constructor(keys: KeyDictionary) {
    this.#keys = keys
  }

  /**
   * The entry of a record. `hint` is the one it probably is: then bytes are compared instead of hashed. Every byte
   * that identifies the record is compared either way.
   * @throws Malformed
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
      throw new MalformedRecordError(`the text or message at byte ${this.#at} cannot be read: ${why}`)
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
      this.#at = record.starts[part + 1]!
      const code = hint < 0 ? -1 : this.#keys.codes[part]![hint]!
      this.#codes[part] = dictionary.intern(record.bytes, this.#at, record.ends[part + 1]!, code)
    }
  }

  #internEnum(index: number, wire: number): number {
    const [, names] = ENUMS[index]!
    const code = this.#keys.enums.internText(fromWire(names, wire))
    // Only the known numbers: the others are anybody's choice and could fill the memory.
    if (names[wire] !== undefined) this.#enumCodes[index]![wire] = code
    return code
  }

  #internTrace(record: RecordReader, hint: number): number {
    const start = record.starts[POLICIES + 1]!
    const end = record.ends[POLICIES + 1]!
    this.#at = start
    // What begins with a zero is no message; among the stored runs it marks something of ours (see runs.ts).
    if (end > start && record.bytes[start] === 0) throw new MalformedRecordError('no field number')
    const { traces } = this.#keys
    const code = traces.intern(record.bytes, start, end, hint)
    this.#unknownInTrace = growToFit(this.#unknownInTrace, code)
    if (this.#unknownInTrace[code] === 0) {
      const { enforced, pending } = traces.value(code)
      const hits = [...enforced, ...pending]
      this.#unknownInTrace[code] = hits.reduce((sum, hit) => sum + countUnknown(hit), 1)
    }
    this.unknownValues += this.#unknownInTrace[code]! - 1
    return code
  }

  #internLabels(record: RecordReader, field: number, hint: number): number {
    this.#at = record.labelStarts[field]!
    return this.#keys.labels.intern(record.bytes, this.#at, record.labelEnds[field]!, hint)
  }
}
