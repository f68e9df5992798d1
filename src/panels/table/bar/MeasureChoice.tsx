import type { Measure } from '../../../state/client/histogram.ts'
import { navigate, useViewPart } from '../../../state/view/navigation.ts'
import { measureTitle } from '../rows/row-words.ts'
import { BarChoice } from './BarChoice.tsx'

const MEASURES: readonly Measure[] = ['conns', 'records', 'bytes', 'packets']
const OPTIONS = MEASURES.map((id) => ({ id, title: measureTitle(id) }))

/** What the rows count, as a number and over time. */
export function MeasureChoice() {
  const show = useViewPart((view) => view.show)
  return (
    <BarChoice
      label="Show"
      name="What the rows count"
      value={show}
      options={OPTIONS}
      onChange={(next) => navigate({ show: next }, 'replace')}
    />
  )
}
