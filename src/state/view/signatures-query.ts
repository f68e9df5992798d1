import { include, setValues, withAll } from '../../filter/tree/clauses.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { print } from '../../filter/language/print.ts'
import { MAX_QUERY_CHARS } from '../../filter/language/token-reader.ts'
import { fieldOf } from '../../flows/field.ts'
import type { FlowKey } from '../../flows/flow.ts'
import { conversationQuery } from './conversation-query.ts'

/**
 * The query for the signatures of some keys. It may match a few others, because it names the deciding policy and not the
 * rule. Signatures that differ only in the port share a clause. Null when it would be too long for a link.
 */
export function signaturesQuery(keys: readonly FlowKey[]): Expression | null {
  const ports = new Map<string, { readonly rest: Expression; readonly ports: string[] }>()
  for (const key of keys) {
    const rest = setValues(signatureQuery(key), 'port', [])
    const name = print(rest)
    const known = ports.get(name) ?? { rest, ports: [] }
    ports.set(name, known)
    known.ports.push(String(key.destPort))
  }
  const alternatives = [...ports.values()].map((each) => setValues(each.rest, 'port', each.ports))
  const [first] = alternatives
  if (first === undefined) return null
  const query = alternatives.length === 1 ? first : withAll([{ kind: 'or', terms: alternatives }])
  return print(query).length > MAX_QUERY_CHARS / 2 ? null : query
}

function signatureQuery(key: FlowKey): Expression {
  const [decided = ''] = fieldOf('decided').values({ key, sourceLabels: [], destLabels: [] })
  const query = include(include(conversationQuery(key), 'reporter', key.reporter), 'action', key.action)
  return withAll([query, decided === '' ? ALL : include(ALL, 'decided', decided)])
}
