import { useId, useState } from 'react'

import { formatClock, formatDay, formatTime } from '../../lib/format.ts'
import { useSnapshot } from '../../state/flowtrace.ts'
import { useView } from '../../state/navigation.ts'
import type { TimeRange } from '../../state/rows.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { fromLocalText, toLocalText } from './local-time.ts'

/** Minutes back from the newest flow. */
const PRESETS = [5, 15, 30, 60]

/**
 * Chooses the time window by words and figures. Every window has both ends, also "the last five minutes": they are
 * counted from the newest flow held and stay where they are, so that a link to them shows the same tomorrow.
 */
export function TimePanel() {
  const [{ time }, navigate] = useView()
  const [open, setOpen] = useState(false)
  const { oldest, newest } = useSnapshot(({ status }) => status.holdings)
  const select = (range: TimeRange | null) => {
    navigate({ time: range })
    setOpen(false)
  }
  return (
    <Panel
      title="Time window"
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button
          type="button"
          className="inline-flex items-center gap-0.5 rounded-sm text-2xs text-accent hover:underline"
        >
          {time === null ? 'everything held' : 'chosen window'}
          <Icon name="down" className="size-3" />
        </button>
      }
    >
      <div className="w-80 max-w-full text-xs">
        {oldest === null || newest === null ? (
          <p className="p-3 text-muted">Nothing with a time is held yet.</p>
        ) : (
          <>
            <ul className="p-1.5">
              {PRESETS.map((minutes) => (
                <Choice
                  key={minutes}
                  title={`Last ${minutes} minutes`}
                  range={{ from: newest - minutes * 60, to: newest }}
                  onSelect={select}
                />
              ))}
              <li>
                <Entry
                  title="Everything held"
                  detail={`${formatClock(oldest)} – ${formatClock(newest)}`}
                  onClick={() => select(null)}
                />
              </li>
            </ul>
            <p className="border-t border-line px-3 py-2 text-2xs text-muted">
              Counted back from the newest flow held, {formatTime(newest)}. The window stays where it is while
              flows come in, so that its link keeps showing the same.
            </p>
            {/* Another window starts the fields anew. */}
            <Absolute
              key={`${open} ${time?.from} ${time?.to}`}
              initial={time ?? { from: oldest, to: newest }}
              onSelect={select}
            />
          </>
        )}
      </div>
    </Panel>
  )
}

function Choice({
  title,
  range,
  onSelect,
}: {
  title: string
  range: TimeRange
  onSelect: (range: TimeRange) => void
}) {
  return (
    <li>
      <Entry
        title={title}
        detail={`${formatClock(range.from)} – ${formatClock(range.to)}`}
        onClick={() => onSelect(range)}
      />
    </li>
  )
}

function Entry({ title, detail, onClick }: { title: string; detail: string; onClick: () => void }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="flex h-8 w-full items-center justify-between gap-4 rounded-md px-2 hover:bg-sunken"
    >
      {title} <span className="text-2xs text-muted">{detail}</span>
    </button>
  )
}

/** From and to, both needed, in the reader's zone. */
function Absolute({ initial, onSelect }: { initial: TimeRange; onSelect: (range: TimeRange) => void }) {
  const id = useId()
  const [from, setFrom] = useState(toLocalText(initial.from))
  const [to, setTo] = useState(toLocalText(initial.to))
  const start = fromLocalText(from)
  const end = fromLocalText(to)
  const range = start !== null && end !== null && start < end ? { from: start, to: end } : null
  return (
    <form
      className="grid grid-cols-[auto_1fr] items-center gap-x-3 gap-y-2 border-t border-line p-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (range !== null) onSelect(range)
      }}
    >
      <Field id={`${id}-from`} title="From" value={from} onChange={setFrom} />
      <Field id={`${id}-to`} title="To" value={to} onChange={setTo} />
      <p className="col-span-2 flex items-center justify-between gap-3 text-2xs text-muted" role="status">
        {range === null ? (
          <span className="text-deny">A window needs a beginning, and an end after it.</span>
        ) : (
          <span>{zoneOf(range.from)}</span>
        )}
        <Button type="submit" disabled={range === null}>
          Apply
        </Button>
      </p>
    </form>
  )
}

/** "Times in UTC" */
function zoneOf(seconds: number): string {
  return `Times in ${formatDay(seconds).split(', ').at(-1) ?? ''}`
}

function Field({
  id,
  title,
  value,
  onChange,
}: {
  id: string
  title: string
  value: string
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
        onChange={(event) => onChange(event.currentTarget.value)}
        className="h-8 min-w-0 rounded-[7px] border border-edge bg-page px-2"
      />
    </>
  )
}
