import { include } from '../../filter/tree/clauses.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import type { FieldId } from '../../flows/field.ts'
import type { FlowKey } from '../../flows/flow.ts'
import { CONVERSATION_FIELDS, type ConversationField } from '../../flows/identity.ts'

const QUERY_FIELD: Readonly<Record<ConversationField, FieldId>> = {
  sourceName: 'src.name',
  sourceNamespace: 'src.ns',
  destName: 'dst.name',
  destNamespace: 'dst.ns',
  proto: 'proto',
  destPort: 'port',
}

/** The query for a flow's conversation: its ends, protocol and port, whoever reports it and whatever the verdict. */
export function conversationQuery(key: FlowKey): Expression {
  return CONVERSATION_FIELDS.reduce<Expression>((query, field) => {
    const value = String(key[field])
    // A field that the capture format does not record is empty, and cannot be asked for.
    return value === '' ? query : include(query, QUERY_FIELD[field], value)
  }, ALL)
}
