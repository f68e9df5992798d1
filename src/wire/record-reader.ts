import { FLOW_SHAPE, joinFields, RESULT_SHAPE } from './joined-fields.ts'
import { LENGTH, MalformedRecordError, VARINT, WireReader } from './wire-reader.ts'

/** goldmane.FlowKey has the fields 1 to 15, goldmane.Flow 1 to 12 (proto/goldmane/api.proto). */
const KEY_FIELD_COUNT = 15
const FLOW_FIELD_COUNT = 12
const POLICIES_FIELD = 15
/** Field numbers of either message are below it. */
const SLOTS = 16
/** The key's fields that are texts, and the trace, as a bit mask by field number. The others are varints. */
const LENGTH_DELIMITED_KEY_FIELDS = [1, 2, 4, 5, 8, 9, 10, 12, POLICIES_FIELD].reduce(
  (mask, field) => mask | (1 << field),
  0,
)

/**
 * A zero-copy protobuf reader for one message type: reads an encoded goldmane.FlowResult or goldmane.Flow into positions
 * of its texts, labels and trace, and values of its numbers, without making an object or a string. About twice as fast
 * as protobuf-es, with a tenth of the garbage.
 *
 * A reader is reused. All positions count from the first byte of `bytes`, which is the message that was read, or a copy of
 * it in another order. The results are valid until the next read, and as long as the caller does not change the message,
 * which stays the caller's. It checks neither UTF-8 nor the content of the trace.
 */
export class RecordReader extends WireReader {
  /** FlowResult.id; 0 for a Flow. */
  id = 0
  /** Where Flow.Key begins, tag included, and ends. */
  keyStart = 0
  keyEnd = 0
  /** All positions, and all numbers: they are reset together. */
  readonly #positions = new Uint32Array(4 * SLOTS)
  readonly #numbers = new Float64Array(2 * SLOTS)
  /** By FlowKey field number: where a text or the trace begins and ends. Both are 0 if the field is absent. */
  readonly starts = this.#positions.subarray(0, SLOTS)
  readonly ends = this.#positions.subarray(SLOTS, 2 * SLOTS)
  /** By FlowKey field number: the value of a varint field, 0 if absent. */
  readonly keyNumbers = this.#numbers.subarray(0, SLOTS)
  /** By Flow field number: times (2, 3; Unix seconds) and counters (6 to 12), 0 if absent. */
  readonly numbers = this.#numbers.subarray(SLOTS)
  /** By Flow field number (4, 5): where the consecutive label fields begin and end, tags included. */
  readonly labelStarts = this.#positions.subarray(2 * SLOTS, 3 * SLOTS)
  readonly labelEnds = this.#positions.subarray(3 * SLOTS)
  /**
   * Whether the results are all that the message says. False if labels of both ends alternate or a message field occurs
   * twice, which protobuf allows and no Goldmane does: then the fields are joined and read again.
   */
  #isExact = true
  #hasFlow = false
  #hasKey = false

  /**
   * Reads a goldmane.FlowResult.
   * @throws MalformedRecordError
   */
  readResult(bytes: Uint8Array): void {
    this.#readResult(bytes)
    if (!this.#isExact) this.#readResult(joinFields(bytes, RESULT_SHAPE))
  }

  /**
   * Reads a goldmane.Flow.
   * @throws MalformedRecordError
   */
  readFlow(bytes: Uint8Array): void {
    this.#readWholeFlow(bytes)
    if (!this.#isExact) this.#readWholeFlow(joinFields(bytes, FLOW_SHAPE))
  }

  #readResult(bytes: Uint8Array): void {
    this.#reset(bytes)
    while (this.position < bytes.length) {
      const tag = this.readTag(bytes.length)
      if (tag === 8 * 1 + VARINT) this.id = this.readVarint(bytes.length)
      else if (tag === 8 * 2 + LENGTH) this.#readFlow(this.readLengthEnd(bytes.length))
      else this.skip(tag, bytes.length)
    }
    if (!this.#hasFlow) throw new MalformedRecordError('a result without a flow')
    if (!this.#hasKey) throw new MalformedRecordError('a flow without a key')
  }

  #readWholeFlow(bytes: Uint8Array): void {
    this.#reset(bytes)
    this.#readFlow(bytes.length)
    if (!this.#hasKey) throw new MalformedRecordError('a flow without a key')
  }

  #reset(bytes: Uint8Array): void {
    this.bytes = bytes
    this.position = 0
    this.id = 0
    this.#isExact = true
    this.#hasFlow = false
    this.#hasKey = false
    this.#positions.fill(0)
    this.#numbers.fill(0)
  }

  #readFlow(end: number): void {
    if (this.#hasFlow) this.#isExact = false
    this.#hasFlow = true
    while (this.position < end) {
      const start = this.position
      const tag = this.readTag(end)
      const field = tag >>> 3
      const type = tag & 7
      if (field === 1 && type === LENGTH) {
        this.keyStart = start
        this.#readKey(this.readLengthEnd(end))
        this.keyEnd = this.position
      } else if ((field === 4 || field === 5) && type === LENGTH) {
        this.position = this.readLengthEnd(end)
        if (this.labelEnds[field] === 0) this.labelStarts[field] = start
        else if (this.labelEnds[field] !== start) this.#isExact = false
        this.labelEnds[field] = this.position
      } else if (field > 0 && field <= FLOW_FIELD_COUNT && type === VARINT) {
        this.numbers[field] = this.readVarint(end)
      } else {
        this.skip(tag, end)
      }
    }
  }

  #readKey(end: number): void {
    if (this.#hasKey) this.#isExact = false
    this.#hasKey = true
    while (this.position < end) {
      const tag = this.readTag(end)
      const field = tag >>> 3
      const type = tag & 7
      if (field > KEY_FIELD_COUNT || (type !== VARINT && type !== LENGTH)) {
        this.skip(tag, end)
      } else if ((LENGTH_DELIMITED_KEY_FIELDS & (1 << field)) !== 0) {
        if (type !== LENGTH) {
          this.skip(tag, end)
          continue
        }
        const stop = this.readLengthEnd(end)
        if (field === POLICIES_FIELD && this.ends[field] !== 0) this.#isExact = false
        this.starts[field] = this.position
        this.ends[field] = stop
        this.position = stop
      } else if (type === VARINT) {
        this.keyNumbers[field] = this.readVarint(end)
      } else {
        this.skip(tag, end)
      }
    }
  }
}
