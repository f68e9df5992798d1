import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { lazy, Suspense, useEffect } from 'react'

import { later } from '../../lib/preload.ts'
import { formatBytes, formatClocks, formatCount, formatDays, formatTime } from '../../lib/format.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import { useView } from '../../state/view/navigation.ts'
import type { Histogram, Measure, TimeRange } from '../../state/client/rows.ts'
import { useSeenRange } from '../../state/view/seen-range.ts'
import { isSliding, lengthInWords } from '../../state/view/time-choice.ts'
import { moved } from './range-keys.ts'

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
  const [{ time, bars }, navigate] = useView()
  const seen = useSeenRange()
  useEffect(() => {
    client.setHistogram(STEPS, bars)
  }, [client, bars])
  useEffect(() => () => client.setHistogram(0), [client])
  const select = (range: TimeRange | null, how: 'push' | 'replace' = 'push') => navigate({ time: range }, how)

  return (
    <section
      aria-label="Timeline"
      className="grid flex-none grid-cols-1 items-center gap-x-4 border-b border-line bg-surface px-4 py-1.5 md:grid-cols-[9rem_1fr_9rem]"
    >
      <Legend histogram={histogram} bars={bars} onBars={(next) => navigate({ bars: next }, 'replace')} />
      <div
        // A range with two ends over a picture, which no input is.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="slider"
        aria-label="Time window"
        aria-orientation="horizontal"
        tabIndex={0}
        aria-valuemin={histogram?.from ?? 0}
        aria-valuemax={histogram === null ? 0 : endOf(histogram)}
        aria-valuenow={seen?.from ?? histogram?.from ?? 0}
        aria-valuetext={
          seen === null
            ? 'everything held'
            : `${isSliding(time) ? `last ${lengthInWords(time.last)}, ` : ''}${formatClocks(seen.from, seen.to)}`
        }
        title="Drag to choose a time window. Arrow keys move it, Shift with an arrow key changes its end, + and − its width, Escape clears it."
        className="h-[62px] min-w-0 rounded-md"
        onKeyDown={(event) => {
          if (histogram === null) return
          const next = moved(seen, event.key, event.shiftKey, histogram)
          if (next === undefined) return
          event.preventDefault()
          select(next, 'replace')
        }}
      >
        {histogram === null ? null : (
          <Suspense fallback={null}>
            <TimelineChart histogram={histogram} window={seen} onSelect={select} />
          </Suspense>
        )}
      </div>
      <WindowText histogram={histogram} seen={seen} onClear={time === null ? null : () => select(null)} />
    </section>
  )
}

function endOf({ from, step, allowed }: Histogram): number {
  return from + step * allowed.length
}

/** What the bars can add up, as they are called on the screen. */
const BARS: readonly { readonly measure: Measure; readonly name: string }[] = [
  { measure: 'records', name: 'records' },
  { measure: 'conns', name: 'connections' },
  { measure: 'bytes', name: 'bytes' },
  { measure: 'packets', name: 'packets' },
]

/** The colours, what the bars add up, and how much the highest one is: the chart has no axis. */
function Legend({
  histogram,
  bars,
  onBars,
}: {
  histogram: Histogram | null
  bars: Measure
  onBars: (bars: Measure) => void
}) {
  const step = histogram?.step ?? BUCKET_SECONDS
  const most = histogram === null ? 0 : highest(histogram)
  const amount = bars === 'bytes' ? formatBytes(most) : formatCount(most)
  return (
    <div className="flex flex-wrap items-baseline gap-x-3 text-2xs leading-relaxed text-muted md:block">
      <ul className="flex gap-x-3 whitespace-nowrap">
        <li>
          <span data-swatch="" className="mr-1.5 inline-block size-2 rounded-[2px] bg-bar" />
          allowed
        </li>
        <li>
          <span data-swatch="" className="mr-1.5 inline-block size-2 rounded-[2px] bg-deny" />
          denied
        </li>
      </ul>
      <p className="whitespace-nowrap">
        <select
          aria-label="Bars show"
          className="-ml-1 field-sizing-content rounded-sm bg-surface py-px text-ink hover:bg-sunken"
          value={bars}
          onChange={(event) => {
            const chosen = BARS.find(({ measure }) => measure === event.currentTarget.value)
            if (chosen !== undefined) onBars(chosen.measure)
          }}
        >
          {BARS.map(({ measure, name }) => (
            <option key={measure} value={measure}>
              {name}
            </option>
          ))}
        </select>{' '}
        per {step < 60 ? `${step} s` : `${step / 60} min`}
      </p>
      {histogram === null ? null : (
        <p className="whitespace-nowrap text-faint">
          {most === 0 && bars !== 'records' ? 'none recorded' : `at most ${amount}`}
        </p>
      )}
    </div>
  )
}

function highest({ allowed, denied, other }: Histogram): number {
  return allowed.reduce((most, count, i) => Math.max(most, count + (denied[i] ?? 0) + (other[i] ?? 0)), 0)
}

/** The times that are looked at, in figures, with their dates and zone. */
function WindowText({
  histogram,
  seen,
  onClear,
}: {
  histogram: Histogram | null
  seen: TimeRange | null
  /** Null where there is no window to clear. */
  onClear: (() => void) | null
}) {
  if (histogram === null) return null
  const { from, to } = seen ?? { from: histogram.from, to: endOf(histogram) }
  return (
    <div className="flex flex-wrap items-center gap-x-3 pt-1 text-2xs leading-relaxed text-muted md:block md:pt-0 md:text-right">
      <p
        className="font-semibold whitespace-nowrap text-ink"
        title={`${formatTime(from)} – ${formatTime(to)}`}
      >
        {formatClocks(from, to)}
      </p>
      <p>{formatDays(from, to)}</p>
      <div className="ml-auto flex items-center justify-end gap-2 whitespace-nowrap">
        {onClear === null ? null : (
          <button
            type="button"
            aria-label="Clear window"
            className="rounded-sm text-accent hover:underline"
            onClick={onClear}
          >
            Clear
          </button>
        )}
        <Suspense fallback={<span className="text-faint">…</span>}>
          <TimePanel />
        </Suspense>
      </div>
    </div>
  )
}
