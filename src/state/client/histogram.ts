/** The histogram of the view: records, or a sum of counters, by verdict over time. */
import { useEffect } from 'react'

import type * as protocol from '../../store/protocol.ts'
import { useFlowtrace, useSnapshot } from './flowtrace.ts'

/** One count a step for each verdict, from the time `from` in steps of `step` seconds. */
export type Histogram = protocol.Histogram

/** What the bars add up: records, or one of a record's counters. */
export type Measure = protocol.Measure

/** The histogram in at most so many steps, of each view while the component is mounted; null until the first one. */
export function useHistogram(steps: number, measure: Measure): Histogram | null {
  const { client } = useFlowtrace()
  useEffect(() => {
    client.requestHistogram(steps, measure)
  }, [client, steps, measure])
  // Not the clean-up of the effect above: another measure must not first ask for no histogram at all.
  useEffect(() => () => client.requestHistogram(0), [client])
  return useSnapshot(({ counts }) => counts.histogram)
}
