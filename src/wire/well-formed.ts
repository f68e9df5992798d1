/** Checks encoded records against the messages of proto/goldmane/api.proto, by tables of our own instead of reflection. */
import { LENGTH, VARINT, WireReader } from './wire-reader.ts'

interface Field {
  readonly wireType: typeof VARINT | typeof LENGTH
  readonly isList: boolean
  /** The fields of the message in it; null for numbers and texts. */
  readonly message: MessageFields | null
}

/** The fields of a message by their numbers, from 0, which no field has. */
export type MessageFields = readonly (Field | undefined)[]

const NUMBER: Field = { wireType: VARINT, isList: false, message: null }
const TEXT: Field = { wireType: LENGTH, isList: false, message: null }
const TEXTS: Field = { wireType: LENGTH, isList: true, message: null }

function one(message: MessageFields): Field {
  return { wireType: LENGTH, isList: false, message }
}

function listOf(message: MessageFields): Field {
  return { wireType: LENGTH, isList: true, message }
}

const NAME = [TEXT, TEXT, NUMBER] // name, namespace, type
const HIT: (Field | undefined)[] = [undefined, NUMBER, TEXT, TEXT, TEXT, NUMBER, NUMBER, NUMBER]
HIT.push(one(HIT)) // its trigger
const TRACE: MessageFields = [undefined, listOf(HIT), listOf(HIT)]
const SERVICE = [TEXT, TEXT, TEXT, NUMBER] // name, namespace, port's name, port
const KEY: MessageFields = [
  undefined,
  ...NAME,
  ...NAME,
  NUMBER, // port
  ...SERVICE,
  TEXT, // protocol
  NUMBER, // reporter
  NUMBER, // action
  one(TRACE),
]
const COUNTERS: MessageFields = Array.from({ length: 7 }, () => NUMBER)
/** goldmane.Flow */
export const FLOW_FIELDS: MessageFields = [undefined, one(KEY), NUMBER, NUMBER, TEXTS, TEXTS, ...COUNTERS]
/** goldmane.FlowResult */
export const RESULT_FIELDS: MessageFields = [undefined, NUMBER, one(FLOW_FIELDS)]

/** The limit of protobuf-es, which counts the outermost message too. Goldmane nests six messages at most. */
const MAX_DEPTH = 100
/** A tag is a number of 32 bits. */
const MAX_TAG_BYTES = 5

/**
 * Whether bytes are exactly one message as every serializer writes it: each field has its wire type, occurs once unless
 * it is a list, and ends where its message ends. Decoders accept more, such as the joined halves of two messages.
 * Fields that the message does not have are skipped, but for groups, which proto3 has not. Texts are not checked.
 */
export function isWellFormed(fields: MessageFields, bytes: Uint8Array): boolean {
  try {
    return walkMessage(fields, new WireReader(bytes), bytes.length, 1)
  } catch {
    return false // The bytes end within a field.
  }
}

/** Whether the bytes from the reader's position to `end` are one message. Throws a MalformedRecordError when they are not. */
function walkMessage(fields: MessageFields, reader: WireReader, end: number, depth: number): boolean {
  if (depth > MAX_DEPTH) return false
  /** A bit for each field number: no message has more than 31. */
  let seen = 0
  while (reader.position < end) {
    const start = reader.position
    const tag = reader.readTag(end)
    if (reader.position - start > MAX_TAG_BYTES) return false
    const number = tag >>> 3
    const field = number < fields.length ? fields[number] : undefined
    if (field === undefined) {
      reader.skip(tag, end)
      continue
    }
    const bit = 1 << number
    if ((tag & 7) !== field.wireType || (!field.isList && (seen & bit) !== 0)) return false
    seen |= bit
    if (field.message === null) reader.skip(tag, end)
    else if (!walkMessage(field.message, reader, reader.readLengthEnd(end), depth + 1)) return false
  }
  return true
}
