/** The bars of a range of the history, which the gateway counts before its records are here. */
import { useMemo } from 'react'
import { queryOptions, useQuery } from '@tanstack/react-query'

import { asksFor } from '../../filter/tree/asks-for.ts'
import { withBoth } from '../../filter/tree/clauses.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import { expressionKey } from '../../filter/tree/normalise.ts'
import type { HistoryBars } from '../../source/history-queries.ts'
import type { OpenSource } from '../../store/protocol.ts'
import { useFlowtrace, useSnapshot } from '../client/flowtrace.ts'
import type { Histogram } from '../client/histogram.ts'
import { historyQueries } from './lazy-queries.ts'
import { againAfterTrouble, queryClient } from './query-client.ts'

/** Bars that the gateway counted. */
export interface CountedBars {
  readonly histogram: Histogram
  /** Why a part is missing, a sentence without a full stop; null if they are whole. */
  readonly incomplete: string | null
}

type OpenHistory = Extract<OpenSource, { kind: 'history' }>

export function barsQuery(open: OpenHistory | null, filter: Expression, bars: number) {
  const range = open?.range ?? null
  return queryOptions<HistoryBars>({
    queryKey: ['bars', open?.endpoint, open?.viewer, range?.from, range?.to, expressionKey(filter), bars],
    enabled: open !== null && bars > 0,
    // A shard that was down may be there when they are asked for again.
    staleTime: ({ state: { data } }) => (typeof data?.incomplete === 'string' ? 0 : Number.POSITIVE_INFINITY),
    refetchInterval: againAfterTrouble,
    queryFn: async ({ signal }) => {
      if (open === null) throw new Error('no history is open')
      return (await historyQueries()).fetchHistogram({ ...open, scope: filter }, bars, signal)
    },
  })
}

/**
 * The histogram of the open range of the history, in at most so many bars, while its records are being read and where they
 * were refused; null otherwise, and where it is not known. Its bars are those of the records later. Of up to a day it counts records as they
 * were stored, which are more than the sums that are shown later where there are too many records to be sent.
 */
export function useHistoryBars(filter: Expression, bars: number): CountedBars | null {
  const { open } = useFlowtrace().source
  const isReading = useSnapshot(
    ({ status: { source, holdings } }) =>
      ['connecting', 'loading'].includes(source.state) ||
      (source.state === 'failed' && holdings.records === 0),
  )
  const history = open.kind === 'history' && isReading && !asksFor(filter, 'age') ? open : null
  const whole = useMemo(
    () => (history === null ? filter : withBoth(history.scope, filter)),
    [history, filter],
  )
  const { data } = useQuery(barsQuery(history, whole, bars), queryClient)
  return useMemo(
    () => (history === null || data === undefined ? null : countedBars(data, history.range)),
    [data, history],
  )
}

export function countedBars(
  { from, width, bars, incomplete }: HistoryBars,
  { to }: OpenHistory['range'],
): CountedBars {
  const count = Math.max(1, Math.ceil((to - from) / width))
  const empty = () => new Float64Array(count)
  const sums = { allowed: empty(), denied: empty(), other: empty() }
  for (const { start, action, records } of bars) {
    const sum = action === 'Allow' ? sums.allowed : action === 'Deny' ? sums.denied : sums.other
    const at = Math.floor((start - from) / width)
    if (at >= 0 && at < count) sum[at] = (sum[at] ?? 0) + records
  }
  const histogram = { from, step: width, measure: 'records', ...sums, gaps: new Uint8Array(count) } as const
  return { histogram, incomplete }
}
