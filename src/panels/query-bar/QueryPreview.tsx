import { useMemo } from 'react'

import { parse } from '../../filter/language/parse.ts'
import { print } from '../../filter/language/print.ts'
import { formatCount } from '../../lib/format.ts'
import { countOf } from '../../state/client/questions.ts'
import { useAnswer } from '../../state/client/use-answer.ts'
import type { RequestedRange } from '../../state/client/time-range.ts'

/** The number of records that the text would match, and a button to apply it. Empty when it is applied already or has errors. */
export function QueryPreview({
  text,
  applied,
  time,
  onApply,
}: {
  text: string
  applied: string
  time: RequestedRange | null
  onApply: () => void
}) {
  const question = useMemo(() => {
    const parsed = parse(text)
    if (!parsed.ok || print(parsed.expression) === applied) return null
    return countOf(parsed.expression, time)
  }, [text, applied, time])
  const count = useAnswer(question)
  return (
    <div className="ml-auto flex h-8 flex-none items-center">
      <output className="text-xs whitespace-nowrap text-muted">
        {question === null || count === undefined ? null : (
          <>
            <strong className="font-semibold text-ink">{formatCount(count)}</strong> would match
          </>
        )}
      </output>
      {question === null ? null : (
        <button
          type="button"
          onClick={onApply}
          aria-label="Apply the query"
          title="Apply (Enter)"
          className="mx-1 grid h-6 flex-none place-items-center rounded-md bg-sunken px-1.5 font-mono text-xs text-muted hover:text-ink"
        >
          ↵
        </button>
      )}
    </div>
  )
}
