import { useMemo } from 'react'

import { formatCount } from '../../../lib/format.ts'
import { useSnapshot } from '../../../state/client/flowtrace.ts'
import { useRecordSeconds } from '../../../state/client/record-seconds.ts'
import { useView } from '../../../state/view/navigation.ts'
import { rowTotalsOf } from '../../../state/client/questions.ts'
import { useAnswer } from '../../../state/client/use-answer.ts'
import type { Shape } from '../../../state/client/rows.ts'
import { TabList } from '../../../ui/TabList.tsx'
import { shapesOf } from './shapes.ts'

/** A tab for each shape of rows, with the number of rows that match. */
export function ShapeTabs({
  panelId,
  isShort = false,
}: {
  panelId: string
  /** Whether the titles are short, and only the selected tab has its number. */
  isShort?: boolean
}) {
  const [{ shape, filter, time }, navigate] = useView()
  // Of sums, as of a long range of the history, a record is longer.
  const seconds = useRecordSeconds()
  const question = useMemo(() => rowTotalsOf(filter, time), [filter, time])
  const totals = useAnswer(question)
  // While the view is frozen the selected tab has the total of the table's window. Otherwise all three numbers are of one
  // answer: while a history is read in, those of different moments would contradict each other.
  const shown = useSnapshot(({ answer, paused }) => (paused ? answer?.window.total : undefined))
  // The open row closes, because no row of one shape is a row of another.
  const select = (next: Shape) => navigate({ shape: next, open: null })
  return (
    <TabList
      name="Rows"
      panelId={panelId}
      selected={shape}
      onSelect={select}
      tabs={shapesOf(seconds).map(({ shape: id, title, short, help }) => {
        const total = (id === shape ? shown : undefined) ?? totals?.[id]
        const count = total === undefined ? '' : formatCount(total)
        return { id, title: isShort ? short : title, help, detail: id === shape || !isShort ? count : null }
      })}
    />
  )
}
