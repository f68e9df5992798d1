import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'

import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { formatClock } from '../../lib/format.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import { headsOf, nearestHead, steppedHead } from '../../state/replay/replay-clock.ts'
import { HEAD_INTERVAL_MS } from '../../state/replay/replay-player.ts'
import { type TimeAxis, xOf } from '../../flows/time-axis.ts'

/** Buckets that Page Up and Page Down go. */
const PAGE_BUCKETS = 20

/**
 * The play head of a replay: a line through the bars with a handle on top, which is dragged, or moved by keys. A drag asks
 * for rows as often as a clock that plays.
 */
export function PlayHead({
  axis,
  whole,
  head,
  width,
  rows,
  onHead,
}: {
  axis: TimeAxis
  whole: TimeRange
  head: number
  /** Pixels of the plot. */
  width: number
  rows: { readonly top: number; readonly bars: number }
  onHead: (head: number) => void
}) {
  const [dragged, setDragged] = useState<number | null>(null)
  const toldAt = useRef(0)
  const heads = headsOf({ oldest: whole.from, newest: whole.to })
  const shown = dragged ?? head
  const x = xOf(axis, shown)
  const timeAt = (event: PointerEvent<HTMLElement>): number => {
    const { left } = event.currentTarget.parentElement?.getBoundingClientRect() ?? { left: 0 }
    return nearestHead(axis.from + ((event.clientX - left) / axis.cell) * axis.step, heads)
  }
  const onDrag = (event: PointerEvent<HTMLElement>) => {
    if (dragged === null) return
    const time = timeAt(event)
    setDragged(time)
    if (event.timeStamp - toldAt.current < HEAD_INTERVAL_MS) return
    toldAt.current = event.timeStamp
    onHead(time)
  }
  const end = (event: PointerEvent<HTMLElement>) => {
    if (dragged === null) return
    setDragged(null)
    onHead(event.type === 'pointerup' ? timeAt(event) : dragged)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const next = headAfterKey(event, shown, heads)
    if (next === null) return
    event.preventDefault()
    event.stopPropagation()
    onHead(next)
  }
  // A part of the timeline may be drawn that the head is not in.
  if (x < 0 || x > width + 1) return null
  return (
    <div
      // No HTML input is a line on a plot.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="slider"
      aria-label="Play head"
      aria-orientation="horizontal"
      tabIndex={0}
      aria-valuemin={heads.from}
      aria-valuemax={heads.to}
      aria-valuenow={shown}
      aria-valuetext={`${formatClock(shown)} of ${formatClock(heads.to)}`}
      className="absolute top-0 z-10 w-6 cursor-ew-resize touch-none"
      style={{ left: x - 12, height: rows.top + rows.bars }}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.stopPropagation()
        event.currentTarget.setPointerCapture(event.pointerId)
        setDragged(head)
      }}
      onPointerMove={onDrag}
      onPointerUp={end}
      onPointerCancel={end}
    >
      <svg aria-hidden="true" width="24" height={rows.top + rows.bars} className="block overflow-visible">
        <path d={`M12 ${rows.top}V${rows.top + rows.bars}`} strokeWidth="2" className="stroke-accent" />
        <path d={`M6.5 ${Math.max(0, rows.top - 8)}h11l-5.5 7z`} className="fill-accent" />
      </svg>
    </div>
  )
}

/** Null for a key that does not move the head. */
function headAfterKey({ key }: KeyboardEvent, head: number, heads: TimeRange): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return steppedHead(head, -1, heads)
    case 'ArrowRight':
    case 'ArrowUp':
      return steppedHead(head, 1, heads)
    case 'PageUp':
      return nearestHead(head + PAGE_BUCKETS * BUCKET_SECONDS, heads)
    case 'PageDown':
      return nearestHead(head - PAGE_BUCKETS * BUCKET_SECONDS, heads)
    case 'Home':
      return heads.from
    case 'End':
      return heads.to
    default:
      return null
  }
}
