import { include, withAll } from '../../filter/tree/clauses.ts'
import { ALL, type Comparison, type Expression } from '../../filter/tree/expression.ts'
import { print } from '../../filter/language/print.ts'
import { MAX_QUERY_CHARS } from '../../filter/language/token-reader.ts'
import { type FieldId, fieldOf } from '../../flows/field.ts'
import type { FlowKey } from '../../flows/flow.ts'
import { groupIdentity } from '../../flows/identity.ts'
import { workloadOf } from '../../flows/spelling.ts'

/**
 * The query for the groups of some keys. It may match a few others, because it names the deciding policy and not the
 * rule, and the beginning of a generated name. Null when it would be too long for a link, and for no keys.
 */
export function groupsQuery(keys: readonly FlowKey[]): Expression | null {
  const groups = new Map(keys.map((key) => [groupIdentity(key), groupQuery(key)]))
  // Two groups that another rule of the same policy decided have the same query.
  const alternatives = new Map(Array.from(groups.values(), (query) => [print(query), query]))
  const [first] = alternatives.values()
  if (first === undefined) return null
  const query = alternatives.size === 1 ? first : withAll([{ kind: 'or', terms: [...alternatives.values()] }])
  return print(query).length > MAX_QUERY_CHARS / 2 ? null : query
}

/** A clause, or none for a value that the format does not record. */
function is(field: FieldId, value: string): Expression {
  return value === '' ? ALL : include(ALL, field, value)
}

/** The query for one group: its ends as workloads, who reported it, its verdict and what decided it; on any port. */
function groupQuery(key: FlowKey): Expression {
  const [decided = ''] = fieldOf('decided').values({ key, sourceLabels: [], destLabels: [] })
  return withAll([
    workloadsQuery(key),
    is('reporter', key.reporter),
    is('action', key.action),
    is('decided', decided),
  ])
}

/** The query for the ends of a key as workloads, whatever the verdict. */
export function workloadsQuery(key: FlowKey): Expression {
  return withAll([
    is('src.ns', key.sourceNamespace),
    nameQuery('src.name', key.sourceName),
    is('dst.ns', key.destNamespace),
    nameQuery('dst.name', key.destName),
  ])
}

/** All names of a workload: of a generated name any that begins alike, so that the next rollout matches too. */
function nameQuery(field: 'src.name' | 'dst.name', name: string): Expression {
  const workload = workloadOf(name)
  if (workload === name) return is(field, name)
  const values: Comparison['values'] = [{ kind: 'text', text: `${workload}-*`, wildcard: true }]
  return { kind: 'compare', field, operator: '=', values }
}
