/** Queries for the groups of a comparison, as their rows open in Flows. */
import { include, withBoth } from '../../filter/tree/clauses.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import type { ComparedGroup, GroupSide } from '../../compare/comparison.ts'
import { workloadsQuery } from '../view/groups-query.ts'

/** With more ports all of the pair are shown. */
const MAX_QUERIED_PORTS = 8

/** The query for what a group was on a side, and what else its pair does on these ports, under the filter. */
export function comparedQuery(
  filter: Expression,
  { ports }: ComparedGroup,
  side: Pick<GroupSide, 'decisions'>,
): Expression {
  const [key] = side.decisions
  if (key === undefined) return filter
  const pair = workloadsQuery(key)
  const wanted = ports.length > MAX_QUERIED_PORTS ? [] : ports
  return withBoth(
    filter,
    wanted.reduce((query, { port }) => include(query, 'port', String(port)), pair),
  )
}
