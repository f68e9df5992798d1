/** The syntax colours of a query's text, which may be incomplete or wrong. */
import { analyse } from './parse-query.ts'
import { MAX_QUERY_CHARS, type SyntaxSpan } from './token-reader.ts'

export interface CheckedSpan extends SyntaxSpan {
  /** Whether an error overlaps the span. */
  readonly wrong: boolean
}

/** One span for each token of a query, in order and without overlap, and one for the text beyond the greatest length. */
export function syntaxSpans(text: string): readonly CheckedSpan[] {
  const { spans, errors } = analyse(text)
  const checked = spans.map(({ from, to, role }) => ({
    from,
    to,
    role,
    wrong: role === 'error' || errors.some((error) => error.from < to && from < error.to),
  }))
  return text.length <= MAX_QUERY_CHARS
    ? checked
    : [...checked, { from: MAX_QUERY_CHARS, to: text.length, role: 'error', wrong: true }]
}
