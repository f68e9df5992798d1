/**
 * Writes many records of few keys as lines of NDJSON, in bytes: the same lines as `recordLine` in capture-writer.ts. The
 * JSON of a key and of its labels, most of a line, is made once and then copied; numbers are written digit by digit.
 */
import { COUNTER_NAMES } from '../flows/counters.ts'
import type { LabelledKey } from '../flows/flow.ts'
import { visibleJson } from '../lib/visible-text.ts'
import { namesAnEnd } from './names-an-end.ts'
import { type FullEntries, KeptEntries } from './kept-entries.ts'
import { keyJson, labelsJson, traceJson } from './write.ts'

/** More than the times and counters of a line ever take. */
const MAX_VALUES_BYTES = 1024
const BILLION = 1e9

const encoder = new TextEncoder()

/** The parts of a line that all records of a key with the same labels share. */
interface EntryJson {
  /** `{"flow":{"Key":{…}`, or a whole line where the record is a bare trace. */
  readonly key: Uint8Array
  /** `,"sourceLabels":[…],"destLabels":[…]`, or nothing. */
  readonly labels: Uint8Array
  readonly isWhole: boolean
}

const COUNTERS_JSON = COUNTER_NAMES.map(nameJson)
const START_NAME = nameJson('startTime')
const END_NAME = nameJson('endTime')
const NULL = encoder.encode('null')
const END_OF_LINE = encoder.encode('}}\n')
const QUOTE = 0x22
const MINUS = 0x2d
const ZERO = 0x30

function nameJson(name: string): Uint8Array {
  return encoder.encode(`,"${name}":`)
}

function jsonOf(value: object): string {
  return visibleJson(JSON.stringify(value))
}

function entryJson({ key, sourceLabels, destLabels }: LabelledKey): EntryJson {
  if (!namesAnEnd(key)) {
    const line = `${jsonOf({ policies: traceJson(key.policies) })}\n`
    return { key: encoder.encode(line), labels: new Uint8Array(0), isWhole: true }
  }
  const labels = jsonOf(labelsJson({ sourceLabels, destLabels })).slice(1, -1)
  return {
    key: encoder.encode(`{"flow":{"Key":${jsonOf(keyJson(key))}`),
    labels: encoder.encode(labels === '' ? '' : `,${labels}`),
    isWhole: false,
  }
}

export class RecordLines {
  readonly #json: KeptEntries<EntryJson>
  #buffer = new Uint8Array(2 ** 16)
  #length = 0
  #entriesMade = 0

  /**
   * `labelledKeyOf` gives what the number of an entry stands for, which stays the same; it is asked once for each where
   * `full` is given ({@link KeptEntries}).
   */
  constructor(labelledKeyOf: (entry: number) => LabelledKey, full?: FullEntries) {
    this.#json = new KeptEntries((entry) => {
      const made = entryJson(labelledKeyOf(entry))
      this.#entriesMade++
      return { made, bytes: made.key.length + made.labels.length }
    }, full)
  }

  /** The bytes that {@link take} would give. */
  get byteLength(): number {
    return this.#length
  }

  /** How often the JSON of an entry was made, which takes far longer than to copy it. */
  get entriesMade(): number {
    return this.#entriesMade
  }

  /** Adds a record. `values`: its start, its end (Unix seconds), its seven counters; NaN where not recorded. */
  add(entry: number, values: Float64Array): void {
    const { key, labels, isWhole } = this.#json.of(entry)
    this.#reserve(key.length + labels.length + MAX_VALUES_BYTES)
    this.#copy(key)
    if (isWhole) return
    this.#addNumber(START_NAME, values[0]!)
    this.#addNumber(END_NAME, values[1]!)
    this.#copy(labels)
    for (let i = 0; i < COUNTERS_JSON.length; i++) this.#addNumber(COUNTERS_JSON[i]!, values[2 + i]!)
    this.#copy(END_OF_LINE)
  }

  /** The lines since the last call. */
  take(): Uint8Array<ArrayBuffer> {
    // The buffer is given away: to copy the bytes would take as long as to write them.
    const lines = this.#buffer.subarray(0, this.#length)
    this.#buffer = new Uint8Array(this.#buffer.length)
    this.#length = 0
    return lines
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return
    const larger = new Uint8Array(2 * (this.#length + bytes))
    larger.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = larger
  }

  #copy(bytes: Uint8Array): void {
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Protojson: a zero is left out, and 64-bit numbers stand in quotes. Null keeps what was not recorded apart from zero. */
  #addNumber(name: Uint8Array, value: number): void {
    if (value === 0) return
    this.#copy(name)
    if (Number.isNaN(value)) return this.#copy(NULL)
    this.#buffer[this.#length++] = QUOTE
    if (Number.isSafeInteger(value)) this.#addInteger(value)
    else this.#copy(encoder.encode(String(value)))
    this.#buffer[this.#length++] = QUOTE
  }

  #addInteger(value: number): void {
    let rest = value
    if (rest < 0) {
      this.#buffer[this.#length++] = MINUS
      rest = -rest
    }
    if (rest >= BILLION) {
      const billions = Math.floor(rest / BILLION)
      this.#addInteger(billions)
      this.#addDigits(rest - billions * BILLION, 9)
    } else this.#addDigits(rest, digitsOf(rest))
  }

  /** A number below a billion in so many digits, with zeros in front. */
  #addDigits(value: number, count: number): void {
    const buffer = this.#buffer
    let rest = value | 0
    for (let at = this.#length + count - 1; at >= this.#length; at--) {
      const tens = (rest / 10) | 0
      buffer[at] = ZERO + rest - tens * 10
      rest = tens
    }
    this.#length += count
  }
}

function digitsOf(value: number): number {
  let count = 1
  for (let power = 10; value >= power; power *= 10) count++
  return count
}
