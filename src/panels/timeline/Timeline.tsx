import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { lazy, Suspense } from 'react'

import { lazyChunk } from '../../lib/preload.ts'
import { formatBytes, formatClocks, formatCount, formatDays, formatTime } from '../../lib/format.ts'
import { useView } from '../../state/view/navigation.ts'
import { type Histogram, type Measure, useHistogram } from '../../state/client/histogram.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import { useShownRange } from '../../state/view/shown-range.ts'
import { isSliding, lengthInWords } from '../../state/view/time-choice.ts'
import { rangeAfterKey } from './range-steps.ts'

/** The 240 buckets of 15 s in Goldmane's hour, and the one that is being filled. */
const MAX_BARS = 241

const TimelineChart = lazy(
  lazyChunk(async () => ({ default: (await import('./TimelineChart.tsx')).TimelineChart })),
)

const TimelineGaps = lazy(
  lazyChunk(async () => ({ default: (await import('./TimelineGaps.tsx')).TimelineGaps })),
)

/** The histogram of allowed and denied over time. A range that is selected on it limits all that is shown. */
export function Timeline() {
  const [{ time, bars }, navigate] = useView()
  const shown = useShownRange()
  const histogram = useHistogram(MAX_BARS, bars)
  const select = (range: TimeRange | null, how: 'push' | 'replace' = 'push') => navigate({ time: range }, how)

  return (
    <section
      aria-label="Timeline"
      className="grid flex-none grid-cols-1 items-center gap-x-4 border-b border-line bg-surface px-4 py-1.5 md:grid-cols-[9rem_1fr_9rem]"
    >
      <Legend histogram={histogram} bars={bars} onBars={(next) => navigate({ bars: next }, 'replace')} />
      <div className="relative min-w-0">
        <div
          // No HTML input selects a range with two ends.
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
          role="slider"
          aria-label="Time range"
          aria-orientation="horizontal"
          tabIndex={0}
          aria-valuemin={histogram?.from ?? 0}
          aria-valuemax={histogram === null ? 0 : endOf(histogram)}
          aria-valuenow={shown?.from ?? histogram?.from ?? 0}
          aria-valuetext={
            shown === null
              ? 'everything held'
              : `${isSliding(time) ? `last ${lengthInWords(time.last)}, ` : ''}${formatClocks(shown.from, shown.to)}`
          }
          title="Drag to choose a time range. Arrow keys move it, Shift with an arrow key changes its end, + and − its width, Escape clears it."
          className="h-[62px] min-w-0 rounded-md"
          onKeyDown={(event) => {
            if (histogram === null) return
            const next = rangeAfterKey(shown, event.key, event.shiftKey, histogram)
            if (next === undefined) return
            event.preventDefault()
            select(next, 'replace')
          }}
        >
          {histogram === null ? null : (
            <Suspense fallback={null}>
              <TimelineChart histogram={histogram} range={shown} onSelect={select} />
            </Suspense>
          )}
        </div>
        {histogram === null ? null : (
          // Also without a gap: it says what was found when the last one was filled.
          <Suspense fallback={null}>
            <TimelineGaps histogram={histogram} />
          </Suspense>
        )}
      </div>
      <RangeText histogram={histogram} range={shown} onClear={time === null ? null : () => select(null)} />
    </section>
  )
}

function endOf({ from, step, allowed }: Histogram): number {
  return from + step * allowed.length
}

/** The measures that the bars can add up, with their names on the screen. */
const MEASURES: readonly { readonly measure: Measure; readonly name: string }[] = [
  { measure: 'records', name: 'records' },
  { measure: 'conns', name: 'connections' },
  { measure: 'bytes', name: 'bytes' },
  { measure: 'packets', name: 'packets' },
]

/** The colours, the measure that the bars add up, and the value of the highest bar: the chart has no axis. */
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
  const max = histogram === null ? 0 : maxBar(histogram)
  const amount = bars === 'bytes' ? formatBytes(max) : formatCount(max)
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
            const chosen = MEASURES.find(({ measure }) => measure === event.currentTarget.value)
            if (chosen !== undefined) onBars(chosen.measure)
          }}
        >
          {MEASURES.map(({ measure, name }) => (
            <option key={measure} value={measure}>
              {name}
            </option>
          ))}
        </select>{' '}
        per {step < 60 ? `${step} s` : `${step / 60} min`}
      </p>
      {histogram === null ? null : (
        <p className="whitespace-nowrap text-faint">
          {max === 0 && bars !== 'records' ? 'none recorded' : `at most ${amount}`}
        </p>
      )}
    </div>
  )
}

/** The height of the highest bar. */
function maxBar({ allowed, denied, other }: Histogram): number {
  return allowed.reduce((max, count, i) => Math.max(max, count + (denied[i] ?? 0) + (other[i] ?? 0)), 0)
}

/** The start and the end of the range, or of the chart, with their dates and the zone. */
function RangeText({
  histogram,
  range,
  onClear,
}: {
  histogram: Histogram | null
  /** Null for everything held. */
  range: TimeRange | null
  /** Null when no range is selected. */
  onClear: (() => void) | null
}) {
  if (histogram === null) return null
  const { from, to } = range ?? { from: histogram.from, to: endOf(histogram) }
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
            aria-label="Clear range"
            className="rounded-sm text-accent hover:underline"
            onClick={onClear}
          >
            Clear
          </button>
        )}
      </div>
    </div>
  )
}
