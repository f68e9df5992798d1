import { useMemo } from 'react'

import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { summaryOf } from '../../state/client/questions.ts'
import { useRecordSeconds } from '../../state/client/record-seconds.ts'
import { useSnapshot } from '../../state/client/flowtrace.ts'
import { useAnswer } from '../../state/client/use-answer.ts'
import { useBaseline } from '../../state/client/use-baseline.ts'
import { useViewPart } from '../../state/view/navigation.ts'
import { type SummaryLink, summaryLinks } from './summary-links.ts'

/** The links of what deserves attention among the groups in view, and since when a group is new (Unix seconds). */
export interface LinksOfSummary {
  readonly links: readonly SummaryLink[]
  readonly newSince: number | null
}

/** Undefined until the store answers, and where no record was read: then nothing is said, not even that nothing is denied. */
export function useSummary(): LinksOfSummary | undefined {
  const filter = useViewPart((view) => view.filter)
  const time = useViewPart((view) => view.time)
  const baseline = useBaseline()
  const newSince = baseline.known ? baseline.since : null
  const question = useMemo(() => summaryOf(filter, time, newSince), [filter, time, newSince])
  const summary = useAnswer(question)
  const isUnread = useSnapshot(
    ({ status }) => status.holdings.records === 0 && status.holdings.newest === null,
  )
  const areSums = useRecordSeconds() > BUCKET_SECONDS
  return useMemo(
    () =>
      summary === undefined || isUnread ? undefined : { links: summaryLinks(summary, areSums), newSince },
    [summary, newSince, areSums, isUnread],
  )
}
