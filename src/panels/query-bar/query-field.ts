/** What the plain field and the editor that replaces it have in common. */
import type { Expression } from '../../filter/tree/expression.ts'
import type { Handover } from './draft-handover.ts'

export interface FieldProps {
  /** The text of the applied query. */
  readonly applied: string
  readonly onApply: (filter: Expression) => void
  readonly handover: Handover
}

/** Classes of the frame around the text: the same for both, so that nothing shifts when the editor comes. */
export const FRAME =
  'flex min-h-8 w-full flex-wrap items-center rounded-lg border bg-page focus-within:ring-2 focus-within:ring-accent/25'

export const PLACEHOLDER = 'Type a query, such as dst.ns = backend and action = deny'
