/** What the plain field and the editor that replaces it have in common. */
import type { Expression } from '../../filter/tree/expression.ts'
import type { Handover } from './draft-handover.ts'

export interface FieldProps {
  readonly filter: Expression
  /** The text of the applied query. */
  readonly applied: string
  readonly onApply: (filter: Expression) => void
  /** Applies the query before the applied one; false when there is none. */
  readonly onBack: () => boolean
  /** Applies the query that {@link onBack} left; false when there is none. */
  readonly onForward: () => boolean
  readonly handover: Handover
}

/** Classes of the part with the text: the same for both, so that nothing shifts when the editor comes. */
export const TEXT_BOX = 'relative h-full min-w-0 flex-1 overflow-hidden'

/** Classes of the place at the end of the bar: of the count, and of the preview of a text that is not applied. */
export const END_BOX = 'w-56 flex-none low:max-sm:w-22 low:sm:max-md:w-50 not-low:max-md:w-auto'

/** Keeps the place of "+ filter" free. */
export const PLACEHOLDER_END = 'pr-18'

export const PLACEHOLDER = 'Type a query, such as dst.ns = backend and action = deny'
