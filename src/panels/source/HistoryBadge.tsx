import type { ReactNode } from 'react'

import { unreachable } from '../../lib/assert.ts'
import { formatAge, formatPlural, formatTime } from '../../lib/format.ts'
import type { Snapshot } from '../../state/client/client-snapshot.ts'
import { useSnapshot } from '../../state/client/flowtrace.ts'
import { type ReadHistory, summedWords, useReadHistory } from '../../state/client/read-history.ts'
import { useClusterNow } from '../../state/client/source-status.ts'
import { useReadOn } from '../../state/view/read-on.ts'

/** Where there is little room, the word that the percentage stands beside. */
const READING = (
  <>
    Reading<span className="max-lg:sr-only"> history</span>
  </>
)

/** Gaps that the tooltip lists. */
const MAX_LISTED = 10

/** Beside the name of the source: that its history is shown, how far it was read, how it is summed, and its gaps. */
export function HistoryBadge() {
  const source = useSnapshot(({ status }) => status.source)
  const history = useReadHistory()
  const hasRecords = useSnapshot(({ status }) => status.holdings.records > 0)
  const canReadOn = useReadOn() !== null
  if (history === null) return null
  const { range, step, gaps, incomplete } = history
  const summed = step === null ? null : summedWords(step)
  const percent =
    source.state === 'loading' && source.total !== null
      ? Math.floor((100 * source.read) / source.total)
      : null
  return (
    <span className="order-3 min-w-0 shrink-[99] truncate text-muted xl:min-w-40">
      <output className="font-medium text-ink" aria-label="Source">
        {stateWords(source.state, hasRecords)}
      </output>{' '}
      {percent === null ? (
        <span title={`${formatTime(range.from)} – ${formatTime(range.to)}`}>
          of {formatAge(range.to - range.from)}
          <span className="max-lg:sr-only">
            {source.state === 'loaded' && canReadOn ? (
              <Behind range={range} />
            ) : summed === null ? (
              ''
            ) : (
              `, ${summed.replace('summed ', '')}`
            )}
          </span>
        </span>
      ) : (
        <>
          <span className="tabular-nums">{percent} %</span>
          <progress
            aria-label="History read"
            value={percent}
            max={100}
            className="absolute inset-x-0 bottom-0 m-0! h-0.5 w-full appearance-none border-0 bg-transparent [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-transparent [&::-webkit-progress-value]:bg-accent"
          />
        </>
      )}
      {gaps.length === 0 ? null : (
        <span className="max-lg:sr-only" title={gapLines(gaps)}>
          {' '}
          · {formatPlural(gaps.length, 'gap')}
        </span>
      )}
      {incomplete === null ? null : (
        <span className="max-lg:sr-only" title={incomplete}>
          {' '}
          · a part is missing
        </span>
      )}
    </span>
  )
}

/** What stands before "of 7 d". */
function stateWords(state: Snapshot['status']['source']['state'], hasRecords: boolean): ReactNode {
  switch (state) {
    case 'loaded':
      return 'History'
    case 'stopped':
    case 'failed':
      return hasRecords ? 'Part of a history' : 'History not read'
    case 'idle':
    case 'connecting':
    case 'reading':
    case 'loading':
    case 'live':
    case 'silent':
    case 'reconnecting':
      return READING
    default:
      return unreachable(state, 'state of the source')
  }
}

/** Of a range that was read up to now: how long ago that was. Records come a minute late, and none after it was read. */
function Behind({ range }: Pick<ReadHistory, 'range'>) {
  const newest = useSnapshot(({ status }) => status.holdings.newest)
  const now = useClusterNow()
  if (newest === null) return null
  return <>, {formatAge(now - Math.min(newest, range.to))} behind</>
}

function gapLines(gaps: ReadHistory['gaps']): string {
  const listed = gaps
    .slice(0, MAX_LISTED)
    .map(({ from, to, reason }) => `${formatTime(from)}, ${formatAge(to - from)}: ${reason ?? 'no records'}`)
  return [...listed, ...(gaps.length > MAX_LISTED ? [`and ${gaps.length - MAX_LISTED} more`] : [])].join('\n')
}
