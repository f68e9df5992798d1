import type { CSSProperties, ReactNode } from 'react'

import { formatAge, formatPlural } from '../../lib/format.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import type { HistoryStatus } from '../../state/goldmane/use-history-status.ts'
import { HATCHED } from '../../ui/hatched.ts'
import { StoredGaps } from './StoredGaps.tsx'

const LIVE_SECONDS = 3600

/** All that is held, from left to right: sums of hours pale, records as they came darker, the live hour, gaps hatched. */
export function HistoryStrip({
  history,
  held,
  chosen,
}: {
  history: HistoryStatus
  held: TimeRange
  chosen: TimeRange | null
}) {
  const length = Math.max(1, held.to - held.from)
  const place = (range: TimeRange) => {
    const from = Math.max(held.from, range.from)
    const to = Math.min(held.to, range.to)
    return {
      left: `${(100 * (from - held.from)) / length}%`,
      width: `max(2px, ${(100 * (to - from)) / length}%)`,
    }
  }
  const rawFrom = history.from ?? held.to
  return (
    <div className="px-2 pt-1.5 pb-2">
      <div aria-hidden="true" className="relative h-3 overflow-hidden rounded-[3px] bg-bar/35">
        <span className="absolute inset-y-0 bg-bar" style={place({ from: rawFrom, to: held.to })} />
        {history.gaps.map((gap) => (
          <span
            key={gap.from}
            className="absolute inset-y-0 bg-surface"
            style={{ ...place(gap), ...HATCHED }}
          />
        ))}
        <span
          className="absolute inset-y-0 bg-allow"
          style={place({ from: held.to - LIVE_SECONDS, to: held.to })}
        />
        {chosen === null || chosen.to <= held.from || chosen.from >= held.to ? null : (
          <span className="absolute inset-y-0 rounded-[3px] border-2 border-accent" style={place(chosen)} />
        )}
      </div>
      <ul className="mt-1 flex flex-wrap gap-x-3 text-2xs text-muted">
        {rawFrom > held.from ? <Swatch className="bg-bar/35">sums of hours</Swatch> : null}
        {rawFrom < held.to ? (
          <Swatch className="bg-bar">as recorded, {formatAge(held.to - rawFrom)}</Swatch>
        ) : null}
        <Swatch className="bg-allow">the last hour</Swatch>
        {history.gaps.length === 0 ? <li>no gaps</li> : <Swatch style={HATCHED}>records missing</Swatch>}
      </ul>
      <StoredGaps gaps={history.gaps} omitted={history.gapsOmitted} />
      {history.damagedFiles === 0 ? null : (
        <p className="text-2xs text-muted">
          {formatPlural(history.damagedFiles, 'file')} of the history{' '}
          {history.damagedFiles === 1 ? 'is' : 'are'} damaged. What could not be read of{' '}
          {history.damagedFiles === 1 ? 'it' : 'them'} is a gap.
        </p>
      )}
    </div>
  )
}

function Swatch({
  className = '',
  style,
  children,
}: {
  className?: string
  style?: CSSProperties
  children: ReactNode
}) {
  return (
    <li className="flex items-center">
      <span data-swatch="" className={`mr-1 size-2 rounded-[2px] ${className}`} style={style} />
      {children}
    </li>
  )
}
