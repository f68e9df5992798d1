import { type ReactNode, useMemo } from 'react'

import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { formatAge, formatCount, formatPlural } from '../../lib/format.ts'
import { useRecordSeconds } from '../../state/client/record-seconds.ts'
import { countOf } from '../../state/client/questions.ts'
import { useIsPartial } from '../../state/client/source-status.ts'
import { useAnswer } from '../../state/client/use-answer.ts'
import type { RequestedRange } from '../../state/client/time-range.ts'

/** The number of records that match, of all in the range: the unit of the preview and of completion too. */
export function MatchCount({ filter, time }: { filter: Expression; time: RequestedRange | null }) {
  const matching = useAnswer(useMemo(() => countOf(filter, time), [filter, time]))
  const all = useAnswer(useMemo(() => countOf(ALL, time), [time]))
  const isPartial = useIsPartial()
  const seconds = useRecordSeconds()
  if (matching === undefined || all === undefined) return <CountSlot />
  return (
    <CountSlot
      title={`${seconds === BUCKET_SECONDS ? 'Records' : 'Sums'} of ${formatAge(seconds)} each. The tabs over the table count the rows that they make.${isPartial ? ' Flows are still being read: both count what was read so far.' : ''}`}
    >
      {/* A new element for another number: the same text at another place would count as a shift. */}
      <span key={`${matching} ${all} ${isPartial}`}>
        {matching < all ? (
          <>
            <strong className="font-semibold text-ink">{formatCount(matching)}</strong> of{' '}
          </>
        ) : null}
        {formatPlural(all, 'record')}
        {isPartial ? ' so far' : ''}
      </span>
    </CountSlot>
  )
}

/** The place of the count, as wide before it is known, so that the chips and the text never move for it. As wide as the preview's. */
function CountSlot({ title, children }: { title?: string; children?: ReactNode }) {
  return (
    <p
      className="w-56 flex-none pr-2.5 text-right text-xs whitespace-nowrap text-muted tabular-nums max-md:hidden"
      title={title}
    >
      {children}
    </p>
  )
}
