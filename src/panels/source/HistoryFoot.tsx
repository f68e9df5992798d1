import { unreachable } from '../../lib/assert.ts'
import { formatAge, formatPlural } from '../../lib/format.ts'
import { useSnapshot } from '../../state/client/flowtrace.ts'
import { type ReadHistory, summedWords, useReadHistory } from '../../state/client/read-history.ts'
import { oldestKept } from '../../state/goldmane/kept-range.ts'
import { type HistoryStatus, useHistoryStatus } from '../../state/goldmane/use-history-status.ts'

/** In the footer: what is shown of the history, or how far the history is behind the live records. */
export function HistoryFoot() {
  const read = useReadHistory()
  const isRead = useSnapshot(
    ({ status: { source, holdings } }) => source.state === 'loaded' && holdings.records > 0,
  )
  const { history, trouble } = useHistoryStatus()
  const words =
    read !== null
      ? readWords(read, isRead, history)
      : trouble !== null
        ? 'history not known'
        : history === undefined
          ? ''
          : statusWords(history)
  return (
    <span className="max-md:hidden" title={trouble?.say ?? history?.cause ?? undefined}>
      {words}
    </span>
  )
}

function readWords(
  { range, step, gaps, engine, incomplete }: ReadHistory,
  isRead: boolean,
  history: HistoryStatus | undefined,
): string {
  const where = engine === null ? '' : ` on ${engine}`
  const summed = step === null ? null : summedWords(step)
  const lacking = incomplete === null ? null : 'a part is missing'
  // The time before the history began is no gap.
  const oldest = history === undefined ? null : oldestKept(history)
  const late =
    oldest === null || range.from >= oldest || range.to <= oldest
      ? null
      : `kept for the last ${formatAge(range.to - oldest)} of it`
  // Of what is missing no gap is known; and where nothing is, no record says that there is none.
  const missing =
    gaps.length > 0
      ? formatPlural(gaps.length, 'gap')
      : isRead && lacking === null && late === null
        ? 'no gaps'
        : null
  return [`history: ${formatAge(range.to - range.from)}${where}`, summed, late, missing, lacking]
    .filter((part) => part !== null)
    .join(' · ')
}

/** "history: 7 d, 12 s behind" */
export function statusWords(history: HistoryStatus): string {
  const { damagedFiles } = history
  const damage = damagedFiles > 0 ? `, ${formatPlural(damagedFiles, 'file')} damaged` : ''
  return `${stateWords(history)}${damage}`
}

function stateWords(history: HistoryStatus): string {
  const oldest = oldestKept(history)
  const span = oldest === null ? '' : `: ${formatAge(history.now - oldest)}`
  const behind = `, ${formatAge(history.behind)} behind`
  switch (history.state) {
    case 'starting':
      return 'history: starting'
    case 'writing':
    case 'behind':
      return `history${span}${behind}`
    case 'failing':
      return `history${span}, not stored now${behind}`
    case 'waiting':
      return `history${span}, nothing comes in`
    default:
      return unreachable(history.state, 'state of the history')
  }
}
