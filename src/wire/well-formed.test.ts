import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { expect, test } from 'vitest'

import { FlowResultSchema, FlowSchema } from '../gen/goldmane/api_pb.ts'
import { FLOW_FIELDS, isWellFormed, type MessageFields, RESULT_FIELDS } from './well-formed.ts'
import { LENGTH, VARINT } from './wire-reader.ts'

function messageOf(field: DescField): DescMessage | undefined {
  return field.fieldKind === 'message' || field.fieldKind === 'list' ? field.message : undefined
}

/** Compares a table with the generated descriptor of its message, and those of the messages in it. */
function expectFields(fields: MessageFields, schema: DescMessage, compared = new Set<DescMessage>()): void {
  if (compared.has(schema)) return
  compared.add(schema)
  expect(fields.length - 1, schema.typeName).toBe(schema.fields.length)
  for (const field of schema.fields) {
    const ours = fields[field.number]
    const inner = messageOf(field)
    const isText = field.scalar === ScalarType.STRING
    expect(ours?.wireType, field.toString()).toBe(isText || inner !== undefined ? LENGTH : VARINT)
    expect(ours?.isList, field.toString()).toBe(field.fieldKind === 'list')
    expect(ours?.message === null, field.toString()).toBe(inner === undefined)
    if (ours?.message && inner !== undefined) expectFields(ours.message, inner, compared)
  }
}

test('the tables say of each field what proto/goldmane/api.proto says', () => {
  expectFields(FLOW_FIELDS, FlowSchema)
  expectFields(RESULT_FIELDS, FlowResultSchema)
})

/** A Flow with a hit whose triggers are nested so deep. */
function nested(depth: number): Uint8Array {
  let message = new Uint8Array()
  for (const field of [...Array<number>(depth).fill(8), 1, 15, 1])
    message = new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(message).finish()
  return message
}

test('triggers nested without end are not well-formed', () => {
  expect(isWellFormed(FLOW_FIELDS, nested(90))).toBe(true)
  expect(isWellFormed(FLOW_FIELDS, nested(5000))).toBe(false)
})
