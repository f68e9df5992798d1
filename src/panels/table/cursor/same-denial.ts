/** The rows that `.` and `,` step through: those of the same denial as the open row. */
import { ALL, type Expression } from '../../../filter/tree/expression.ts'
import { include, withAll } from '../../../filter/tree/clauses.ts'
import { fieldOf } from '../../../flows/field.ts'
import { isSameConversation, isSameDenial } from '../../../flows/identity.ts'
import type { Row, Shape } from '../../../state/client/rows.ts'

/**
 * Whether both rows are the same denial: denied by the same rule or the same end of tier. Intervals must also be of the
 * same conversation and reporter; a row of flows or signatures sums up its own intervals, so there it is enough.
 */
export function isRecurrence(a: Row, b: Row, shape: Shape): boolean {
  if (!isSameDenial(a.key, b.key)) return false
  return shape !== 'intervals' || (isSameConversation(a.key, b.key) && a.key.reporter === b.key.reporter)
}

/** A query that matches every row of the same denial, and few others. It names the policy, not the rule. */
export function denialFilter(filter: Expression, row: Row, shape: Shape): Expression {
  const { key } = row
  const clauses = [filter, include(ALL, 'action', 'Deny')]
  const [decided] = fieldOf('decided').values(row)
  if (decided !== undefined) clauses.push(include(ALL, 'decided', decided))
  if (shape === 'intervals')
    clauses.push(
      include(ALL, 'src.ns', key.sourceNamespace),
      include(ALL, 'dst.ns', key.destNamespace),
      include(ALL, 'port', String(key.destPort)),
    )
  return withAll(clauses)
}

/** The next row (`by` 1) or the previous one (−1) of the same denial, wrapping around. Null when there is no other. */
export function neighbourOf(rows: readonly Row[], open: Row, shape: Shape, by: 1 | -1): Row | null {
  const same = rows.filter((row) => isRecurrence(row, open, shape))
  const at = same.findIndex((row) => row.id === open.id)
  // The filter may leave the open row out: then the next row is the first one, and the previous row the last one.
  const from = at < 0 ? (by === 1 ? -1 : 0) : at
  const next = same[(from + by + same.length) % same.length]
  return next === undefined || next.id === open.id ? null : next
}
