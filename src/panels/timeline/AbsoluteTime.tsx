import { useId, useState } from 'react'

import { formatZone } from '../../lib/format.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import { Button } from '../../ui/Button.tsx'
import { fromLocalText, toLocalText } from '../../lib/local-time.ts'

/** A form for a range with two absolute times, in the zone of the browser. */
export function AbsoluteTime({
  initial,
  onSelect,
}: {
  initial: TimeRange
  onSelect: (range: TimeRange) => void
}) {
  const id = useId()
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
      <Field id={`${id}-from`} title="From" value={from} at={start} onChange={setFrom} />
      <Field id={`${id}-to`} title="To" value={to} at={end} onChange={setTo} />
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

/** A field for a time, with its zone, which depends on the date where clocks change. */
function Field({
  id,
  title,
  value,
  at,
  onChange,
}: {
  id: string
  title: string
  value: string
  at: number | null
  onChange: (value: string) => void
}) {
  return (
    <>
      <label htmlFor={id} className="text-muted">
        {title}
      </label>
      <input
        id={id}
        type="datetime-local"
        step={1}
        required
        value={value}
        aria-describedby={`${id}-zone`}
        onChange={(event) => onChange(event.currentTarget.value)}
        className="h-8 min-w-0 rounded-[7px] border border-edge bg-page px-2"
      />
      <span id={`${id}-zone`} className="text-2xs text-muted">
        {at === null ? '' : formatZone(at)}
      </span>
    </>
  )
}

/** Shows the error on a low screen, where the panel scrolls. */
function scrollIntoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' })
}
