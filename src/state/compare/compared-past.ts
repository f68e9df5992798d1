/** What can be compared beyond what the page holds: the gateway's history of the source. */
import { useMemo } from 'react'

import { isMeasured } from '../../filter/tree/asks-for.ts'
import { withAll } from '../../filter/tree/clauses.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { useFlowtrace, useSnapshot } from '../client/flowtrace.ts'
import type { TimeRange } from '../client/time-range.ts'
import { type HistoryStatus, useHistoryStatus } from '../goldmane/use-history-status.ts'
import { wholeSteps } from '../view/history-range.ts'
import { useHeldRange } from './held-range.ts'
import type { Beginnings, CompareSide } from './use-comparison.ts'

/** Where the history is asked. */
export interface ComparedPast {
  readonly endpoint: string
  readonly scope: Expression
  readonly viewer: string | undefined
}

/** Null where the source has no history, or none yet. The same object as long as the source is. */
export function useComparedPast(): ComparedPast | null {
  const { open } = useFlowtrace().source
  const { history } = useHistoryStatus()
  const isThere = history !== undefined && history.to !== null
  return useMemo(() => {
    if (!isThere || !('endpoint' in open)) return null
    const { endpoint, scope, viewer } = open
    return { endpoint, scope, viewer }
  }, [open, isThere])
}

/** Whether it is not known yet what the history has: a window that it may have is not asked of what is held. */
export function useIsPastUnknown(): boolean {
  const { source } = useFlowtrace()
  const { history, trouble } = useHistoryStatus()
  if (source.history === undefined) return false
  return history === undefined ? trouble === null : history.state === 'starting' && history.to === null
}

/** From the oldest record that can be compared to the newest, held or in the history; null where there is none. */
export function useComparableRange(): TimeRange | null {
  const held = useHeldRange()
  const { history } = useHistoryStatus()
  const starts = [held?.from, history?.from, history?.hoursFrom]
  const ends = [held?.to, history?.to]
  const from = Math.min(...starts.filter(isTime))
  const to = Math.max(...ends.filter(isTime))
  return useMemo(() => (from < to ? { from, to } : null), [from, to])
}

function isTime(time: number | null | undefined): time is number {
  return typeof time === 'number'
}

/** The open range of the history, once it was read to its end; null for another source. */
export function useReadRange(): TimeRange | null {
  const { open } = useFlowtrace().source
  const isRead = useSnapshot(({ status }) => status.source.state === 'loaded')
  return open.kind === 'history' && isRead ? open.range : null
}

/**
 * Whether a window has a part that is not held and that the history may have. A live source has what is newest; an open range
 * of the history (`read`) is held whole, also where it has no record, and nothing of the time after it.
 */
export function isBeyondHeld(
  range: TimeRange | undefined,
  held: TimeRange | null,
  read: TimeRange | null,
): boolean {
  if (range === undefined || held === null) return true
  return read === null ? range.from < held.from : range.from < read.from || range.to > read.to
}

/** The beginnings of the history that are within a window. */
export function beginningsIn(
  { from, to }: TimeRange,
  history: Pick<HistoryStatus, 'from' | 'hoursFrom'> | undefined,
): Beginnings {
  const within = (time: number | null | undefined): number | null =>
    isTime(time) && from < time && time <= to - BUCKET_SECONDS ? time : null
  // Unless an hour is whole, the hours are made of the records.
  return { records: within(history?.from), hours: within(history?.hoursFrom ?? history?.from) }
}

/** A window as a side: of what is held, or of the history where a part of it is not (`isBeyond`). */
export function sideOf(
  range: TimeRange,
  filter: Expression,
  past: ComparedPast | null,
  isBeyond: boolean,
  begins: Beginnings,
): CompareSide {
  if (past === null || !isBeyond) return { of: 'held', range }
  const { endpoint, scope, viewer } = past
  // A filter on counters is about each record; the history may send sums of several.
  const asked = isMeasured(filter) ? scope : withAll([scope, filter])
  // Long windows are of sums of hours, and then of whole hours.
  const source = { kind: 'history', endpoint, range: wholeSteps(range), scope: asked } as const
  return { of: 'source', source: viewer === undefined ? source : { ...source, viewer }, range, begins }
}
