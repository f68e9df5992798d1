/** The product compiles a query once for many flows; a test mostly has one flow. */
import type { Flow } from '../../flows/flow.ts'
import { matcher } from '../tree/evaluate.ts'
import type { Expression } from '../tree/expression.ts'

/** Whether a flow matches a query. `now` is in Unix seconds. */
export function matches(expression: Expression, flow: Flow, now: number): boolean {
  return matcher(expression, now)(flow)
}
