/** What `.` and `,` step through: the rows that were denied as the open one was. */
import { ALL, type Expression } from '../../../filter/tree/expression.ts'
import { include, withAll } from '../../../filter/tree/clauses.ts'
import { decidingHit, namedPolicy } from '../../../flows/hit.ts'
import { isSameConversation, isSameDenial } from '../../../flows/identity.ts'
import type { Row, Shape } from '../../../state/client/rows.ts'

/**
 * Denied by the same rule or the same end of tier. A flow or a signature stands for its own recurrences already, so
 * that is the whole of it; of intervals, the ones of the same conversation as the same end saw it.
 */
export function isRecurrence(a: Row, b: Row, shape: Shape): boolean {
  if (!isSameDenial(a.key, b.key)) return false
  return shape !== 'intervals' || (isSameConversation(a.key, b.key) && a.key.reporter === b.key.reporter)
}

/** A query that keeps every row of the same denial, and few others. */
export function denialFilter(filter: Expression, { key }: Row, shape: Shape): Expression {
  const clauses = [filter, include(ALL, 'action', 'Deny')]
  const hit = decidingHit(key.policies.enforced)
  if (hit !== undefined && namedPolicy(hit).name !== '')
    clauses.push(include(ALL, 'decided', namedPolicy(hit).name))
  if (shape === 'intervals')
    clauses.push(
      include(ALL, 'src.ns', key.sourceNamespace),
      include(ALL, 'dst.ns', key.destNamespace),
      include(ALL, 'port', String(key.destPort)),
    )
  return withAll(clauses)
}

/** The row that follows the open one, or precedes it; after the last the first again. Null when there is no other. */
export function neighbour(rows: readonly Row[], open: Row, shape: Shape, by: 1 | -1): Row | null {
  const same = rows.filter((row) => isRecurrence(row, open, shape))
  const at = same.findIndex((row) => row.id === open.id)
  // The open row may be left out by the filter: then the walk starts at an end.
  const from = at < 0 ? (by === 1 ? -1 : 0) : at
  const next = same[(from + by + same.length) % same.length]
  return next === undefined || next.id === open.id ? null : next
}
