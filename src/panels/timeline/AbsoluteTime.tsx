import { useState } from 'react'

import type { TimeRange } from '../../state/client/time-range.ts'
import { Button } from '../../ui/Button.tsx'
import { TimeField } from '../../ui/TimeField.tsx'
import { fromLocalText, toLocalText } from '../../lib/local-time.ts'

/** A form for a range with two absolute times, in the zone of the browser. */
export function AbsoluteTime({
  initial,
  onSelect,
}: {
  initial: TimeRange
  onSelect: (range: TimeRange) => void
}) {
  const [from, setFrom] = useState(toLocalText(initial.from))
  const [to, setTo] = useState(toLocalText(initial.to))
  const start = fromLocalText(from)
  const end = fromLocalText(to)
  const range = start !== null && end !== null && start < end ? { from: start, to: end } : null
  return (
    <form
      className="grid grid-cols-[auto_1fr_auto] items-center gap-x-2 gap-y-2 border-t border-line p-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (range !== null) onSelect(range)
      }}
    >
      <TimeField title="From" text={from} onChange={setFrom} />
      <TimeField title="To" text={to} onChange={setTo} />
      <p className="col-span-3 flex items-center justify-between gap-3 text-2xs text-muted" role="status">
        {range === null ? (
          <span className="text-deny" ref={scrollIntoView}>
            A window needs a beginning, and an end after it.
          </span>
        ) : (
          <span>This range stays where it is.</span>
        )}
        <Button type="submit" disabled={range === null}>
          Apply
        </Button>
      </p>
    </form>
  )
}

/** Shows the error on a low screen, where the panel scrolls. */
function scrollIntoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' })
}
