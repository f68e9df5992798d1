import { useMemo } from 'react'

import { withBoth } from '../../../filter/tree/clauses.ts'
import { ALL, type Expression } from '../../../filter/tree/expression.ts'
import { sameExpression } from '../../../filter/tree/normalise.ts'
import { parse } from '../../../filter/language/parse-query.ts'
import { print } from '../../../filter/language/print.ts'
import { formatCount } from '../../../lib/format.ts'
import { useView } from '../../../state/view/navigation.ts'
import { rowTotalsOf } from '../../../state/client/questions.ts'
import { useAnswer } from '../../../state/client/use-answer.ts'
import { useSavedQueries } from '../../../state/remembered/saved-queries.ts'
import { Icon } from '../../../ui/Icon.tsx'
import { describeHighlights, type RowHighlight } from '../rows/row-highlight.ts'

/** The highlight query, the number of highlighted rows on the screen and of all rows, and a button that ends it. */
export function HighlightBar({
  query,
  highlights,
}: {
  query: Expression
  /** Of each row on the screen. */
  highlights: readonly RowHighlight[]
}) {
  const [{ filter, time, shape }, navigate] = useView()
  const saved = useSavedQueries()
  const text = useMemo(() => print(query), [query])
  const name = useMemo(
    () =>
      saved.find((each) => {
        const parsed = parse(each.text)
        return parsed.ok && sameExpression(parsed.expression, query)
      })?.name,
    [saved, query],
  )
  const question = useMemo(() => rowTotalsOf(withBoth(filter, query), time), [filter, query, time])
  const total = useAnswer(question)?.[shape]
  return (
    <div
      role="group"
      aria-label="Highlighted rows"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 pt-1 pb-1.5 text-xs"
    >
      <div className="flex h-7 max-w-full items-center gap-1.5 rounded-[7px] border border-accent bg-accent-soft pl-2">
        <Icon name="flag" className="size-3 flex-none fill-current text-accent" />
        {name === undefined ? null : <span className="flex-none truncate font-medium">{name}</span>}
        <code className="truncate" title={text}>
          {text}
        </code>
        <button
          type="button"
          aria-label={`Stop highlighting ${name ?? text}`}
          title="Stop highlighting"
          onClick={() => navigate({ highlight: ALL })}
          className="grid h-full w-7 flex-none place-items-center rounded-r-[6px] text-accent hover:text-ink"
        >
          <Icon name="close" className="size-3" />
        </button>
      </div>
      <p className="text-muted">
        {describeHighlights(highlights)}
        {total === undefined ? '' : ` · ${formatCount(total)} in all`}
      </p>
    </div>
  )
}
