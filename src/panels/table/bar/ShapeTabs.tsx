import { useMemo } from 'react'

import { formatCount } from '../../../lib/format.ts'
import { useSnapshot } from '../../../state/client/flowtrace.ts'
import { useView } from '../../../state/view/navigation.ts'
import { useAnswer } from '../../../state/client/use-question.ts'
import type { Shape } from '../../../state/client/rows.ts'
import { TabList } from '../../../ui/TabList.tsx'
import { SHAPES } from './shapes.ts'

/** What a row stands for, each with how many of them match. */
export function ShapeTabs({ panel }: { panel: string }) {
  const [{ shape, filter, time }, navigate] = useView()
  const question = useMemo(() => ({ about: 'totals', filter, time }) as const, [filter, time])
  const totals = useAnswer(question)
  // The tab in front counts what the table shows, also while that stands still.
  const shown = useSnapshot(({ answer }) => answer?.window.total)
  // A row of one shape is none of another.
  const select = (next: Shape) => navigate({ shape: next, open: null })
  return (
    <TabList
      name="Rows"
      panel={panel}
      selected={shape}
      onSelect={select}
      tabs={SHAPES.map(({ shape: id, title, help }) => {
        const total = (id === shape ? shown : undefined) ?? totals?.[id]
        return { id, title, help, detail: total === undefined ? null : formatCount(total) }
      })}
    />
  )
}
