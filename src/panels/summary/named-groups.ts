import type { Expression } from '../../filter/tree/expression.ts'
import type { FlowKey } from '../../flows/flow.ts'
import { groupsQuery } from '../../state/view/groups-query.ts'

/** A filter names at most so many groups one by one. */
export const MAX_NAMED_GROUPS = 100

export interface NamedGroups {
  /** Null where not even one group fits in a link. */
  readonly query: Expression | null
  /** How many groups, from the first one on, the query names. */
  readonly count: number
}

/** The query that names as many of the groups, from the first one on, as fit in a link. */
export function nameGroups(keys: readonly FlowKey[]): NamedGroups {
  for (let count = Math.min(keys.length, MAX_NAMED_GROUPS); count > 0; count = Math.floor(count / 2)) {
    const query = groupsQuery(keys.slice(0, count))
    if (query !== null) return { query, count }
  }
  return { query: null, count: 0 }
}
