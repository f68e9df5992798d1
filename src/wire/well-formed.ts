import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf'
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/** The message inside a field; undefined for a number or a text. */
function messageOf(field: DescField): DescMessage | undefined {
  if (field.fieldKind === 'message') return field.message
  return field.fieldKind === 'list' && field.listKind === 'message' ? field.message : undefined
}

function wireTypeOf(field: DescField): WireType {
  const isText = field.scalar === ScalarType.STRING || messageOf(field) !== undefined
  return isText ? WireType.LengthDelimited : WireType.Varint
}

function walkMessage(schema: DescMessage, reader: BinaryReader, end: number): boolean {
  const seen = new Set<number>()
  while (reader.pos < end) {
    const [number, wireType] = reader.tag()
    const field = schema.fields.find((candidate) => candidate.number === number)
    if (field !== undefined) {
      if (wireType !== wireTypeOf(field)) return false
      if (field.fieldKind !== 'list' && seen.has(number)) return false
      seen.add(number)
    }
    const message = field === undefined ? undefined : messageOf(field)
    if (message === undefined) {
      reader.skip(wireType, number)
    } else {
      const length = reader.uint32()
      if (!walkMessage(message, reader, reader.pos + length)) return false
    }
  }
  return reader.pos === end
}

/**
 * Whether bytes are exactly one message, as every serializer writes it: each field of its type and, unless it is
 * repeated, there once; nothing beyond the end of what it is in. Decoders take more, the joined halves of two messages
 * for one. For messages of texts, whole numbers and messages only. Fields that the schema does not have are passed over.
 */
export function isWellFormed(schema: DescMessage, bytes: Uint8Array): boolean {
  try {
    return walkMessage(schema, new BinaryReader(bytes), bytes.length)
  } catch {
    return false // the bytes end in the middle of a field
  }
}
