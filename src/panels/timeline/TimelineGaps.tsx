import { useEffect, useRef } from 'react'

import { formatClocks } from '../../lib/format.ts'
import { commands } from '../../state/commands/commands.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import type { Histogram } from '../../state/client/histogram.ts'
import { describeFill } from '../../state/client/fill-words.ts'
import { Icon } from '../../ui/Icon.tsx'
import { gapsOf } from '../../flows/time-bars.ts'
import { type TimeAxis, xOf } from '../../flows/time-axis.ts'

/** Goldmane's hour: what is older it does not hold. */
const MAX_AGE_S = 3600
/** The newest gaps have a button; the panel of the source's state names all. */
const MAX_BUTTONS = 8

/** How wide a button with words is; a gap with less room has an icon. */
const WORDS_WIDTH = '5.5rem'

/** A button on each gap of a live source, above its hatching, that asks Goldmane for what is missing there. */
export function TimelineGaps({ histogram, axis }: { histogram: Histogram; axis: TimeAxis }) {
  const { client, source } = useFlowtrace()
  const fill = useSnapshot(({ status }) => status.live?.fill ?? null)
  const wasAsked = useRef(false)
  useEffect(() => {
    if (!wasAsked.current || fill === null || fill.state === 'asking') return
    wasAsked.current = false
    commands.say(describeFill(fill))
  }, [fill])
  const end = histogram.from + histogram.step * histogram.allowed.length
  const shownEnd = axis.from + axis.step * axis.slots
  if (source.open.kind !== 'live') return null
  return gapsOf(histogram)
    .filter(({ from, to }) => to > end - MAX_AGE_S && to > axis.from && from < shownEnd)
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
          className="absolute top-0 left-0 flex h-6 min-w-6 items-center justify-center rounded-full border border-line bg-surface text-muted hover:text-ink disabled:opacity-50 @container"
          style={{
            // A transform, because a button that moves while records arrive is no shift of the layout.
            transform: `translateX(calc(${(xOf(axis, gap.from) + xOf(axis, gap.to)) / 2}px - 50%))`,
            width: xOf(axis, gap.to) - xOf(axis, gap.from),
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
