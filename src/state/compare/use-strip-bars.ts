/** The bars of a strip of the timeline of Compare: of what the page holds, or counted by the gateway's history. */
import { useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'

import { asksFor } from '../../filter/tree/asks-for.ts'
import { withBoth } from '../../filter/tree/clauses.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import type { Histogram } from '../client/histogram.ts'
import type { TimeRange } from '../client/time-range.ts'
import { queryClient } from '../goldmane/query-client.ts'
import { barsQuery, type CountedBars, countedBars } from '../goldmane/use-history-bars.ts'
import { useViewPart } from '../view/navigation.ts'
import type { ComparedPast } from './compared-past.ts'

/** Where the bars of a range come from. */
export interface StripSource {
  /** The histogram of what is held, and the time that it is of. */
  readonly histogram: Histogram | null
  readonly held: TimeRange | null
  /** Null where there is no history. */
  readonly past: ComparedPast | null
}

/** At most so many bars of a range, of the history where a part of it is not held; null until they are known. */
export function useStripBars(
  range: TimeRange | null,
  bars: number,
  { histogram, held, past }: StripSource,
): CountedBars | null {
  const filter = useViewPart((view) => view.filter)
  const isHistory = useFlowtrace().source.open.kind === 'history'
  const isPast = past !== null && range !== null && !isHeld(range, held, isHistory)
  const { from, to } = range ?? { from: 0, to: 0 }
  const open = useMemo(() => {
    if (!isPast) return null
    const { endpoint, scope, viewer } = past
    const whole = { from: Math.floor(from / BUCKET_SECONDS) * BUCKET_SECONDS, to: Math.ceil(to) }
    return {
      kind: 'history',
      endpoint,
      range: whole,
      scope,
      ...(viewer === undefined ? {} : { viewer }),
    } as const
  }, [isPast, past, from, to])
  // The history does not say of a record whether it is new.
  const asked = useMemo(
    () => (open === null || asksFor(filter, 'age') ? (open?.scope ?? filter) : withBoth(open.scope, filter)),
    [open, filter],
  )
  const { data } = useQuery(barsQuery(open, asked, bars), queryClient)
  const counted = useMemo(
    () => (open === null || data === undefined ? null : countedBars(data, open.range)),
    [data, open],
  )
  if (range === null) return null
  // What is missing of what is held is said of the windows.
  return isPast ? counted : histogram === null ? null : { histogram, incomplete: null }
}

/** Whether the bars of what is held are those of the range, up to a bucket. After a live source there is nothing. */
function isHeld(range: TimeRange, held: TimeRange | null, isHistory: boolean): boolean {
  if (held === null || range.from < held.from - BUCKET_SECONDS) return false
  return !isHistory || range.to <= held.to + BUCKET_SECONDS
}
