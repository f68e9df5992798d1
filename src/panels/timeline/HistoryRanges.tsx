import { formatAge, formatBytes, formatDays } from '../../lib/format.ts'
import { isSameRange, type TimeRange } from '../../state/client/time-range.ts'
import { type HistoryStatus, useHistoryStatus } from '../../state/goldmane/use-history-status.ts'
import { MAX_UNSUMMED_SECONDS, wholeSteps } from '../../state/view/history-range.ts'
import { Choice } from './Choice.tsx'
import { HistoryStrip } from './HistoryStrip.tsx'

const DAY = 24 * 3600
const PRESETS: readonly { readonly title: string; readonly seconds: number }[] = [
  { title: 'Last 6 hours', seconds: DAY / 4 },
  { title: 'Last 24 hours', seconds: DAY },
  { title: 'Last 7 days', seconds: 7 * DAY },
  { title: 'Last 30 days', seconds: 30 * DAY },
]

const ENGINES: Readonly<Record<HistoryStatus['engine'], string>> = {
  duckdb: 'DuckDB',
  clickhouse: 'ClickHouse',
  memory: 'memory',
}

/** What the history holds, drawn as a strip, and ranges of it to choose. Empty where the source has none. */
export function HistoryRanges({
  chosen,
  onSelect,
}: {
  /** The range that is shown, where it is one of two times. */
  chosen: TimeRange | null
  onSelect: (range: TimeRange) => void
}) {
  const { history, trouble } = useHistoryStatus()
  if (history === undefined)
    return trouble === null ? null : (
      <p className="border-t border-line p-3 text-muted">The history is not known now. {trouble.say}</p>
    )
  const held = heldRange(history)
  const title = `History${held === null ? '' : `: ${formatAge(held.to - held.from)}`} on ${ENGINES[history.engine]}`
  return (
    <section aria-label="History" className="border-t border-line px-1.5 pt-2 pb-1.5">
      <h3 className="px-2 font-semibold">{title}</h3>
      {held === null ? (
        <p className="px-2 text-muted">Nothing is stored yet.</p>
      ) : (
        <>
          <p className="px-2 text-2xs text-muted">
            {formatDays(held.from, held.to)} · {formatBytes(history.bytes)} · {keptWords(history)}
          </p>
          <HistoryStrip history={history} held={held} chosen={chosen} />
          <ul>
            {choicesOf(held).map(({ title: name, range }) => (
              <Choice
                key={name}
                title={name}
                detail={range.to - range.from > MAX_UNSUMMED_SECONDS ? 'summed by the hour' : 'as recorded'}
                on={chosen !== null && isSameRange(chosen, range)}
                onClick={() => onSelect(range)}
              />
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

function keptWords({ days, hourDays, maxBytes, reachedFirst }: HistoryStatus): string {
  const size = maxBytes === null || reachedFirst === 'days' ? '' : ` or ${formatBytes(maxBytes)}`
  return `kept for ${days} d${size}, hours for ${hourDays} d`
}

/** From the first to the last record, raw or rolled up; null while nothing is held. */
export function heldRange({ from, to, hoursFrom }: HistoryStatus): TimeRange | null {
  const starts = [from, hoursFrom].filter((time) => time !== null)
  return to === null || starts.length === 0 ? null : { from: Math.min(...starts), to }
}

/** So long, and no longer for being rounded. */
function endingAt(end: number, seconds: number): TimeRange {
  const { to } = wholeSteps({ from: end - seconds - 1, to: end })
  return { from: to - seconds, to }
}

/** The presets that are shorter than what is held, and all of it. */
function choicesOf(held: TimeRange): readonly { readonly title: string; readonly range: TimeRange }[] {
  const length = held.to - held.from
  return [
    ...PRESETS.filter(({ seconds }) => seconds < length).map(({ title, seconds }) => ({
      title,
      range: endingAt(held.to, seconds),
    })),
    { title: 'All of the history', range: wholeSteps(held) },
  ]
}
