import { lazy, Suspense, useEffect } from 'react'

import { later } from '../../lib/later.ts'
import { formatClock, formatDay } from '../../lib/format.ts'
import { useFlowtrace, useSnapshot } from '../../state/flowtrace.ts'
import { useView } from '../../state/navigation.ts'
import type { Histogram, TimeRange } from '../../state/rows.ts'
import { moved } from './window.ts'

/** Bars at most: an hour of 15 s buckets. */
const STEPS = 241

// The chart is not needed for the first paint.
const TimelineChart = lazy(
  later(async () => ({ default: (await import('./TimelineChart.tsx')).TimelineChart })),
)

const TimePanel = lazy(later(async () => ({ default: (await import('./TimePanel.tsx')).TimePanel })))

/** Allowed and denied over time; a window dragged or moved here is the time window of everything. */
export function Timeline() {
  const { client } = useFlowtrace()
  const histogram = useSnapshot(({ answer }) => answer?.histogram ?? null)
  const [{ time }, navigate] = useView()
  useEffect(() => {
    client.setHistogram(STEPS)
    return () => client.setHistogram(0)
  }, [client])
  const select = (range: TimeRange | null, how: 'push' | 'replace' = 'push') => navigate({ time: range }, how)

  return (
    <section
      aria-label="Timeline"
      className="grid flex-none grid-cols-1 items-center gap-x-4 border-b border-line bg-surface px-4 py-1.5 md:grid-cols-[6.5rem_1fr_9rem]"
    >
      <Legend step={histogram?.step ?? 15} />
      <div
        // A range with two ends over a picture, which no input is.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="slider"
        aria-label="Time window"
        aria-orientation="horizontal"
        tabIndex={0}
        aria-valuemin={histogram?.from ?? 0}
        aria-valuemax={histogram === null ? 0 : endOf(histogram)}
        aria-valuenow={time?.from ?? histogram?.from ?? 0}
        aria-valuetext={
          time === null ? 'everything held' : `${formatClock(time.from)} to ${formatClock(time.to)}`
        }
        title="Drag to choose a time window. Arrow keys move it, Shift with an arrow key changes its end, + and − its width, Escape clears it."
        className="h-[62px] min-w-0 rounded-md"
        onKeyDown={(event) => {
          if (histogram === null) return
          const next = moved(time, event.key, event.shiftKey, histogram)
          if (next === undefined) return
          event.preventDefault()
          select(next, 'replace')
        }}
      >
        {histogram === null ? null : (
          <Suspense fallback={null}>
            <TimelineChart histogram={histogram} window={time} onSelect={select} />
          </Suspense>
        )}
      </div>
      <WindowText histogram={histogram} time={time} onClear={() => select(null)} />
    </section>
  )
}

function endOf({ from, step, allowed }: Histogram): number {
  return from + step * allowed.length
}

function Legend({ step }: { step: number }) {
  return (
    <ul className="hidden text-2xs leading-relaxed text-muted md:block">
      <li>
        <span data-swatch="" className="mr-1.5 inline-block size-2 rounded-[2px] bg-bar" />
        allowed
      </li>
      <li>
        <span data-swatch="" className="mr-1.5 inline-block size-2 rounded-[2px] bg-deny" />
        denied
      </li>
      <li className="text-faint">records per {step < 60 ? `${step} s` : `${step / 60} min`}</li>
    </ul>
  )
}

function WindowText({
  histogram,
  time,
  onClear,
}: {
  histogram: Histogram | null
  time: TimeRange | null
  onClear: () => void
}) {
  if (histogram === null) return null
  const shown = time ?? { from: histogram.from, to: endOf(histogram) }
  return (
    <div className="flex items-center gap-x-3 pt-1 text-2xs leading-relaxed text-muted md:block md:pt-0 md:text-right">
      <p className="font-semibold whitespace-nowrap text-ink">
        {formatClock(shown.from)} – {formatClock(shown.to)}
      </p>
      <p className="whitespace-nowrap">{formatDay(shown.from)}</p>
      <div className="ml-auto flex items-center justify-end gap-2 whitespace-nowrap">
        {time === null ? null : (
          <button type="button" className="rounded-sm text-accent hover:underline" onClick={onClear}>
            Clear window
          </button>
        )}
        <Suspense fallback={<span className="text-faint">…</span>}>
          <TimePanel />
        </Suspense>
      </div>
    </div>
  )
}
