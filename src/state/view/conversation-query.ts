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

/** The query for a flow's conversation: source, destination, protocol and port, by both reporters and of any verdict. */
export function conversationQuery(key: FlowKey): Expression {
  return CONVERSATION_FIELDS.reduce<Expression>((query, field) => {
    const value = String(key[field])
    // A format that does not record the field leaves it empty, and a clause on it would match nothing.
    return value === '' ? query : include(query, QUERY_FIELD[field], value)
  }, ALL)
}
