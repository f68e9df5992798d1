import type { Measure } from '../../state/client/histogram.ts'
import { navigate, useViewPart } from '../../state/view/navigation.ts'
import { formatStep, formatSum, MEASURES } from '../../flows/measure-words.ts'

/** The value at the top of the bars, and what they add up: "80 records in 15 s". */
export function TopValue({
  max,
  measure,
  isEmpty,
  step,
}: {
  max: number
  /** What the bars add up, until those of the measure that is chosen are there. */
  measure: Measure
  isEmpty: boolean
  step: number
}) {
  const bars = useViewPart((view) => view.bars)
  return (
    <p className="absolute -top-1 left-0 flex h-6 items-center gap-1 rounded-sm bg-surface pr-1 text-2xs whitespace-nowrap text-muted">
      {/* With room for its digits, so that the choice beside it keeps its place. */}
      <span className="min-w-[6ch] text-right tabular-nums">
        {isEmpty ? (measure === 'records' ? '0' : 'no recorded') : formatSum(max, measure)}
      </span>
      <select
        aria-label="Bars show"
        className="h-6 rounded-sm bg-surface text-ink hover:bg-sunken"
        value={bars}
        onChange={(event) => {
          const chosen = MEASURES.find((each) => each.measure === event.currentTarget.value)
          if (chosen !== undefined) navigate({ bars: chosen.measure }, 'replace')
        }}
      >
        {MEASURES.map(({ measure: each, name }) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
      in {formatStep(step)}
    </p>
  )
}
