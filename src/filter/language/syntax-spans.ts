/** The text of a query in colours, also while it is broken. */
import { analyse } from './parse.ts'
import { MAX_LENGTH, type Role } from './reader.ts'

export interface Highlight {
  /** Characters [from, to). In order, without overlap; blanks are in none. */
  readonly from: number
  readonly to: number
  readonly role: Role
  /** Whether an error is about it. */
  readonly wrong: boolean
}

export function highlight(text: string): readonly Highlight[] {
  const { marks, errors } = analyse(text)
  const spans = marks.map(({ from, to, role }) => ({
    from,
    to,
    role,
    wrong: role === 'error' || errors.some((error) => error.from < to && from < error.to),
  }))
  return text.length <= MAX_LENGTH
    ? spans
    : [...spans, { from: MAX_LENGTH, to: text.length, role: 'error', wrong: true }]
}
