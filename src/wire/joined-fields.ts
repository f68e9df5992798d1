import { ProtobufWriter } from './protobuf-writer.ts'
import { LENGTH, WireReader } from './wire-reader.ts'

/** By number, the fields of a message that may come in several places: the elements of a list, or a message in parts. */
export interface MessageShape {
  readonly [field: number]: MessageShape | 'list'
}

// Field numbers of proto/goldmane/api.proto. The trace is a message whose fields are all lists.
const KEY_SHAPE: MessageShape = { 15: {} }
export const FLOW_SHAPE: MessageShape = { 1: KEY_SHAPE, 4: 'list', 5: 'list' }
export const RESULT_SHAPE: MessageShape = { 2: FLOW_SHAPE }

/**
 * Encodes a message anew so that it says the same with each list, and each message, in one place. Decoders merge a message
 * that occurs several times, which is what they make of the joined bytes of its parts
 * (https://protobuf.dev/programming-guides/encoding/#last-one-wins).
 * @throws MalformedRecordError
 */
export function joinFields(message: Uint8Array, shape: MessageShape): Uint8Array {
  const writer = new ProtobufWriter()
  for (const { number, whole } of fieldsOf(message)) if (shape[number] === undefined) writer.raw(whole)
  for (const [key, inner] of Object.entries(shape)) {
    const parts = new ProtobufWriter()
    let isPresent = false
    for (const { number, whole, content } of fieldsOf(message)) {
      if (number !== Number(key)) continue
      if (content === null) {
        writer.raw(whole)
        continue
      }
      isPresent = true
      parts.raw(inner === 'list' ? whole : content)
    }
    const joined = parts.written()
    if (inner === 'list') writer.raw(joined)
    else if (isPresent) writer.bytes(Number(key), joinFields(joined, inner))
  }
  return writer.written()
}

interface Field {
  readonly number: number
  /** With the tag. */
  readonly whole: Uint8Array
  /** Null unless the field is length-delimited. */
  readonly content: Uint8Array | null
}

function* fieldsOf(message: Uint8Array): Generator<Field, void, undefined> {
  const reader = new WireReader(message)
  const end = message.length
  while (reader.position < end) {
    const start = reader.position
    const tag = reader.readTag(end)
    let content: Uint8Array | null = null
    if ((tag & 7) === LENGTH) {
      const contentEnd = reader.readLengthEnd(end)
      content = message.subarray(reader.position, contentEnd)
      reader.position = contentEnd
    } else {
      reader.skip(tag, end)
    }
    yield { number: tag >>> 3, whole: message.subarray(start, reader.position), content }
  }
}
