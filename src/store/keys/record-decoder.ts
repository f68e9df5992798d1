import { RecordReader } from '../../wire/record-reader.ts'
import { END_COLUMN, FIRST_COUNTER_COLUMN, START_COLUMN } from '../columns/chunk.ts'
import type { KeyDictionary } from './key-dictionary.ts'
import { KnownRecords } from './known-records.ts'
import { WireKeyInterner } from './wire-key-interner.ts'

/** An estimate of a Map's entry of two numbers. */
const BYTES_PER_ID = 40
/** The part of the store's budget that the bytes of known records may take. */
const KNOWN_BYTES_SHARE = 1 / 16

/** Decodes encoded records into entries of a key dictionary and the values of rows. */
export class RecordDecoder {
  /** How many enum values of the last record are none of api.proto's. */
  unknownValues = 0
  /** Bytes. */
  readonly #maxKnownBytes: number
  readonly #reader = new RecordReader()
  readonly #known = new KnownRecords()
  readonly #interner: WireKeyInterner
  /** The entry by FlowResult.id: a hint for the next record of that id. */
  readonly #entryOfId = new Map<number, number>()

  /** `budget`: the bytes that the store may take. */
  constructor(keys: KeyDictionary, budget: number) {
    this.#interner = new WireKeyInterner(keys)
    this.#maxKnownBytes = budget * KNOWN_BYTES_SHARE
  }

  get byteLength(): number {
    return this.#entryOfId.size * BYTES_PER_ID + this.#known.byteLength
  }

  /** Must be called when a stream was reopened: Goldmane may have restarted, and ids do not survive that. */
  clearIds(): void {
    this.#entryOfId.clear()
  }

  /**
   * Decodes a goldmane.FlowResult: fills `values`, by column of a chunk, and returns the entry.
   * @throws MalformedRecordError
   */
  decodeResult(message: Uint8Array, values: Float64Array): number {
    const hint = this.#entryOfId.get(this.#known.readId(message)) ?? -1
    if (hint >= 0 && this.#known.read(hint)) {
      this.unknownValues = 0
      setValues(values, this.#known.numbers)
      return hint
    }
    const record = this.#reader
    record.readResult(message)
    const entry = this.#interner.internEntry(record, hint)
    this.unknownValues = this.#interner.unknownValues
    if (entry !== hint) this.#entryOfId.set(record.id, entry)
    else if (this.unknownValues === 0 && record.bytes === message)
      this.#known.remember(entry, record, this.#maxKnownBytes)
    setValues(values, record.numbers)
    return entry
  }

  /** Decodes a goldmane.Flow, as {@link decodeResult}. */
  decodeFlow(message: Uint8Array, values: Float64Array): number {
    const record = this.#reader
    record.readFlow(message)
    const entry = this.#interner.internEntry(record, -1)
    this.unknownValues = this.#interner.unknownValues
    setValues(values, record.numbers)
    return entry
  }
}

/** `numbers` are by field number of goldmane.Flow: times 2 and 3, counters 6 to 12. */
function setValues(values: Float64Array, numbers: Float64Array): void {
  values[START_COLUMN] = numbers[2]!
  values[END_COLUMN] = numbers[3]!
  for (let field = 6; field <= 12; field++) values[FIRST_COUNTER_COLUMN + field - 6] = numbers[field]!
}
