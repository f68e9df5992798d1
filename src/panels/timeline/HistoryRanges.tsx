import { formatAge, formatBytes, formatDays } from '../../lib/format.ts'
import { isSameRange, type RequestedRange, type TimeRange } from '../../state/client/time-range.ts'
import { type HistoryStatus, useHistoryStatus } from '../../state/goldmane/use-history-status.ts'
import { MAX_UNSUMMED_SECONDS, wholeSteps } from '../../state/view/history-range.ts'
import { isOfHistory, isSliding, lengthInWords } from '../../state/view/time-choice.ts'
import { Choice } from './Choice.tsx'
import { keptRange } from '../../state/goldmane/kept-range.ts'
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
  /** What the reader has chosen. */
  chosen: RequestedRange | null
  onSelect: (range: RequestedRange) => void
}) {
  const { history, trouble } = useHistoryStatus()
  if (history === undefined)
    return trouble === null ? null : (
      <p className="border-t border-line p-3 text-muted">The history is not known now. {trouble.say}</p>
    )
  const held = keptRange(history)
  const title = `History${held === null ? '' : `: ${formatAge(held.to - held.from)}`} on ${ENGINES[history.engine]}`
  return (
    <section aria-label="History" className="border-t border-line px-1.5 pt-2 pb-1.5">
      <h3 className="px-2 font-semibold">{title}</h3>
      {held === null ? (
        <p className="px-2 text-muted">Nothing is stored yet.</p>
      ) : (
        <>
          <p className="px-2 text-2xs text-muted">
            {formatDays(held.from, held.to)} · {formatBytes(history.bytes)}
            <br />
            {keptWords(history)}
          </p>
          <HistoryStrip
            history={history}
            held={held}
            chosen={isSliding(chosen) ? { from: held.to - chosen.last, to: held.to } : chosen}
          />
          <ul>
            {choicesOf(held, chosen).map(({ title: name, time }) => (
              <Choice
                key={name}
                title={name}
                detail={lengthOf(time) > MAX_UNSUMMED_SECONDS ? 'summed by the hour' : 'up to now'}
                on={chosen !== null && isSameChoice(chosen, time)}
                onClick={() => onSelect(time)}
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
  return `Records are kept for ${days} d${size}, sums of hours for ${hourDays} d.`
}

/** So long, and no longer for being rounded. */
function endingAt(end: number, seconds: number): TimeRange {
  const { to } = wholeSteps({ from: end - seconds - 1, to: end })
  return { from: to - seconds, to }
}

interface PastChoice {
  readonly title: string
  readonly time: RequestedRange
}

/**
 * The presets that are shorter than what is held, and all of it. Up to a day they reach to now whenever they are opened; a
 * longer one is of fixed hours. `chosen` is one of them, also where it is another length.
 */
function choicesOf(held: TimeRange, chosen: RequestedRange | null): readonly PastChoice[] {
  const length = held.to - held.from
  const own =
    isSliding(chosen) && isOfHistory(chosen) && !PRESETS.some(({ seconds }) => seconds === chosen.last)
      ? [{ title: `Last ${lengthInWords(chosen.last)}`, time: chosen }]
      : []
  return [
    ...own,
    ...PRESETS.filter(({ seconds }) => seconds < length).map(({ title, seconds }) => ({
      title,
      time: seconds <= MAX_UNSUMMED_SECONDS ? { last: seconds } : endingAt(held.to, seconds),
    })),
    { title: 'All of the history', time: wholeSteps(held) },
  ]
}

function isSameChoice(a: RequestedRange, b: RequestedRange): boolean {
  if (isSliding(a) || isSliding(b)) return isSliding(a) && isSliding(b) && a.last === b.last
  return isSameRange(a, b)
}

function lengthOf(time: RequestedRange): number {
  return isSliding(time) ? time.last : time.to - time.from
}
