import { formatAge, formatPlural, formatTime } from '../../lib/format.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import type { HistoryStatus } from '../../state/goldmane/use-history-status.ts'
import { HATCHED } from '../../ui/hatched.ts'

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
  const [newestGap] = history.gaps.slice(-1)
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
      <p className="mt-1 flex justify-between gap-2 text-2xs text-muted">
        <span>
          {rawFrom > held.from
            ? `hours, then as recorded for ${formatAge(held.to - rawFrom)}`
            : 'as recorded'}
        </span>
        <span>{newestGap === undefined ? 'no gaps' : 'last hour, live'}</span>
      </p>
      {newestGap === undefined ? null : (
        <p className="text-2xs text-muted">
          No records {formatTime(newestGap.from)} for {formatAge(newestGap.to - newestGap.from)}:{' '}
          {newestGap.cause}
          {history.gaps.length + history.gapsOmitted > 1
            ? `, and ${history.gaps.length + history.gapsOmitted - 1} earlier gaps`
            : ''}
          .
        </p>
      )}
      {history.damagedFiles === 0 ? null : (
        <p className="text-2xs text-muted">
          {formatPlural(history.damagedFiles, 'file')} of the history{' '}
          {history.damagedFiles === 1 ? 'is' : 'are'} damaged: what was in{' '}
          {history.damagedFiles === 1 ? 'it' : 'them'} is missing.
        </p>
      )}
    </div>
  )
}
