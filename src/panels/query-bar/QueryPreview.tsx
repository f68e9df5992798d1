import { useMemo } from 'react'

import { parse } from '../../filter/language/parse-query.ts'
import { print } from '../../filter/language/print.ts'
import { formatCount } from '../../lib/format.ts'
import { countOf } from '../../state/client/questions.ts'
import { useAnswer } from '../../state/client/use-answer.ts'
import type { RequestedRange } from '../../state/client/time-range.ts'
import { END_BOX } from './query-field.ts'

/**
 * The number of records that the text would match, and a button to apply it. For a text that is applied already, or
 * that is no query yet, nothing, and the count of the bar is seen there; for one that the reader has left, that it is not
 * applied.
 */
export function QueryPreview({
  text,
  applied,
  isLeft,
  time,
  onApply,
}: {
  text: string
  applied: string
  /** Whether the focus is elsewhere. */
  isLeft: boolean
  time: RequestedRange | null
  onApply: () => void
}) {
  const parsed = useMemo(() => parse(text), [text])
  const question = useMemo(
    () => (parsed.ok && print(parsed.expression) !== applied ? countOf(parsed.expression, time) : null),
    [parsed, applied, time],
  )
  const count = useAnswer(question)
  if (!parsed.ok && isLeft) {
    return (
      <p data-covers-count className="w-56 flex-none px-2.5 text-right text-xs text-deny max-md:w-auto">
        not applied
      </p>
    )
  }
  return (
    <div data-covers-count={question === null ? undefined : ''} className={`flex items-center ${END_BOX}`}>
      <output className="min-w-0 flex-1 text-right text-xs whitespace-nowrap text-muted tabular-nums">
        {question === null || count === undefined ? null : (
          // A new element for another number: the same text at another place would count as a shift.
          <span key={count}>
            <strong className="font-semibold text-ink">{formatCount(count)}</strong> would match
          </span>
        )}
      </output>
      {question === null ? null : (
        <button
          type="button"
          onClick={onApply}
          aria-label="Apply the query"
          title="Apply (Enter)"
          className="mx-1 grid size-6 flex-none place-items-center rounded-md bg-sunken font-mono text-xs text-muted hover:text-ink"
        >
          ↵
        </button>
      )}
    </div>
  )
}
