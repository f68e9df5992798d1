import { include } from '../../filter/tree/clauses.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import type { FlowKey } from '../../flows/flow.ts'

/** The query for a flow's conversation: its ends, protocol and port, whoever reports it and whatever the verdict. */
export function conversationQuery(key: FlowKey): Expression {
  const asked = [
    ['src.ns', key.sourceNamespace],
    ['src.name', key.sourceName],
    ['dst.ns', key.destNamespace],
    ['dst.name', key.destName],
    ['proto', key.proto],
    ['port', String(key.destPort)],
  ] as const
  return asked.reduce<Expression>((query, [field, value]) => {
    // What the format does not record cannot be asked for.
    return value === '' ? query : include(query, field, value)
  }, ALL)
}
