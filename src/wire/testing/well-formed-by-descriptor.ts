import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf'
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/** The type of the messages in a field; undefined for a field of numbers or texts. */
function messageOf(field: DescField): DescMessage | undefined {
  if (field.fieldKind === 'message') return field.message
  return field.fieldKind === 'list' && field.listKind === 'message' ? field.message : undefined
}

function wireTypeOf(field: DescField): WireType {
  const hasLength = field.scalar === ScalarType.STRING || messageOf(field) !== undefined
  return hasLength ? WireType.LengthDelimited : WireType.Varint
}

/** Whether the bytes from the reader's position to `end` are exactly one message. */
function walkMessage(schema: DescMessage, reader: BinaryReader, end: number): boolean {
  const seen = new Set<number>()
  while (reader.pos < end) {
    const [number, wireType] = reader.tag()
    if (wireType === WireType.StartGroup) return false
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

/** For tests: as `isWellFormed`, by protobuf-es's descriptor of the message. Groups, which proto3 has not, are refused. */
export function isWellFormedByDescriptor(schema: DescMessage, bytes: Uint8Array): boolean {
  try {
    return walkMessage(schema, new BinaryReader(bytes), bytes.length)
  } catch {
    return false // The bytes end within a field.
  }
}
