import { useEffect, useRef } from 'react'

import { formatClocks } from '../../lib/format.ts'
import { commands } from '../../state/commands/commands.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import type { Histogram } from '../../state/client/histogram.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import { describeFill } from '../../state/client/fill-words.ts'
import { Icon } from '../../ui/Icon.tsx'

/** Goldmane's hour: what is older it does not hold. */
const MAX_AGE_S = 3600
/** The newest gaps have a button; the panel of the source's state names all. */
const MAX_BUTTONS = 8

/** How wide a button with words is; a gap with less room has an icon. */
const WORDS_WIDTH = '5.5rem'

/** The ranges of consecutive steps in which nothing was received, oldest first. */
export function gapsOf({ from, step, gaps }: Histogram): readonly TimeRange[] {
  const ranges: { from: number; to: number }[] = []
  for (const [i, gap] of gaps.entries()) {
    if (gap === 0) continue
    const start = from + i * step
    const last = ranges.at(-1)
    if (last?.to === start) last.to += step
    else ranges.push({ from: start, to: start + step })
  }
  return ranges
}

/** A button on each gap of a live source, above its hatching, that asks Goldmane for what is missing there. */
export function TimelineGaps({ histogram }: { histogram: Histogram }) {
  const { client, source } = useFlowtrace()
  const fill = useSnapshot(({ status }) => status.live?.fill ?? null)
  const wasAsked = useRef(false)
  useEffect(() => {
    if (!wasAsked.current || fill === null || fill.state === 'asking') return
    wasAsked.current = false
    commands.say(describeFill(fill))
  }, [fill])
  const length = histogram.step * histogram.allowed.length
  const end = histogram.from + length
  if (source.open.kind !== 'live') return null
  return gapsOf(histogram)
    .filter(({ to }) => to > end - MAX_AGE_S)
    .slice(-MAX_BUTTONS)
    .map((gap) => {
      const name = `Fill the gap ${formatClocks(gap.from, gap.to)}`
      return (
        <button
          key={gap.from}
          type="button"
          aria-label={name}
          title={`${name}: nothing was received; ask Goldmane for it`}
          disabled={fill?.state === 'asking'}
          className="absolute top-0 flex h-5 min-w-5 -translate-x-1/2 items-center justify-center rounded-full border border-line bg-surface text-muted hover:text-ink disabled:opacity-50 @container"
          style={{
            left: `${(((gap.from + gap.to) / 2 - histogram.from) / length) * 100}%`,
            width: `${((gap.to - gap.from) / length) * 100}%`,
            maxWidth: WORDS_WIDTH,
          }}
          onClick={() => {
            wasAsked.current = true
            client.fillGaps(gap)
          }}
        >
          <Icon name="down" className="size-3 @min-[5.25rem]:hidden" />
          <span className="hidden text-2xs whitespace-nowrap @min-[5.25rem]:inline">Fill the gap</span>
        </button>
      )
    })
}
