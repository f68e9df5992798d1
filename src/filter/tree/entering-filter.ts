/** The records that show whether policies govern a destination. */
import { include } from './clauses.ts'
import { ALL, type Expression } from './expression.ts'

/** So many signatures of what enters a destination are looked at. */
export const MAX_ENTERING = 50

/** Matches what a destination reported, of any source and port. */
export function enteringFilter(destName: string, destNamespace: string): Expression {
  const destination = include(include(ALL, 'dst.name', destName), 'dst.ns', destNamespace)
  return include(destination, 'reporter', 'Dst')
}
