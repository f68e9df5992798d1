/** What `.` and `,` step through: the rows that were denied as the open one was. */
import { ALL, type Expression } from '../../../filter/tree/expression.ts'
import { include, withAll } from '../../../filter/tree/clauses.ts'
import type { PolicyHit } from '../../../flows/flow.ts'
import { decidingHit, namedPolicy } from '../../../flows/hit.ts'
import type { Row, Shape } from '../../../state/client/rows.ts'

/** Whether two hits are one rule, or one end of a tier, of one policy; their places in a trace may differ. */
function sameRule(a: PolicyHit, b: PolicyHit): boolean {
  const [p, q] = [namedPolicy(a), namedPolicy(b)]
  return (
    a.kind === b.kind &&
    a.tier === b.tier &&
    a.ruleIndex === b.ruleIndex &&
    p.kind === q.kind &&
    p.namespace === q.namespace &&
    p.name === q.name
  )
}

/**
 * Denied by the same rule or the same end of tier. A flow or a signature stands for its own recurrences already, so
 * that is the whole of it; of intervals, the ones of the same conversation as the same end saw it.
 */
export function isSameDenial(a: Row, b: Row, shape: Shape): boolean {
  if (a.key.action !== 'Deny' || b.key.action !== 'Deny') return false
  const [one, other] = [decidingHit(a.key.policies.enforced), decidingHit(b.key.policies.enforced)]
  if (one === undefined || other === undefined ? one !== other : !sameRule(one, other)) return false
  return (
    shape !== 'intervals' ||
    (a.key.sourceNamespace === b.key.sourceNamespace &&
      a.key.sourceName === b.key.sourceName &&
      a.key.destNamespace === b.key.destNamespace &&
      a.key.destName === b.key.destName &&
      a.key.destPort === b.key.destPort &&
      a.key.proto === b.key.proto &&
      a.key.reporter === b.key.reporter)
  )
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
  const same = rows.filter((row) => isSameDenial(row, open, shape))
  const at = same.findIndex((row) => row.id === open.id)
  // The open row may be left out by the filter: then the walk starts at an end.
  const from = at < 0 ? (by === 1 ? -1 : 0) : at
  const next = same[(from + by + same.length) % same.length]
  return next === undefined || next.id === open.id ? null : next
}
