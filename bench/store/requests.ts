/** The queries of the store's benchmarks, as the page sends them. */
import type { Comparison, Expression, Operator } from '../../src/filter/tree/expression.ts'
import type { ColumnId } from '../../src/flows/column.ts'
import type { FieldId } from '../../src/flows/field.ts'
import type { ViewRequest } from '../../src/store/protocol.ts'
import { START } from '../traffic.ts'

export const NOW = START + 86_400
export const FACETS: readonly FieldId[] = [
  'action',
  'src.ns',
  'dst.ns',
  'src.name',
  'dst.name',
  'port',
  'policy',
]
/** Histogram steps. */
export const STEPS = 60

function compare(field: FieldId, operator: Operator, text: string): Comparison {
  return { kind: 'compare', field, operator, values: [{ kind: 'text', text, wildcard: false }] }
}

/** And, or and not of four fields; another filter in each round, so that no cache has it. */
export function someFilter(round: number): Expression {
  return {
    kind: 'and',
    terms: [
      compare('dst.ns', '=', `team-${1 + round}`),
      { kind: 'or', terms: [compare('action', '=', 'Deny'), compare('proto', '!=', 'udp')] },
      { kind: 'not', term: compare('src.ns', '=', 'kube-system') },
    ],
  }
}

/** A bare word, which is searched for in names, namespaces, services, policies and labels. */
export const someWord = (round: number): Expression => ({ kind: 'word', text: `vice-${round + 1}` })

export function request(
  shape: ViewRequest['shape'],
  filter: Expression,
  column: ColumnId = 'seen',
): ViewRequest {
  const sort = { column, descending: true }
  return {
    shape,
    filter,
    time: null,
    sort,
    offset: 0,
    limit: 50,
    selected: null,
    frozen: null,
    newSince: null,
    arrangement: null,
    trendMeasure: 'conns',
  }
}
