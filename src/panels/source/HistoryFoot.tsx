import { unreachable } from '../../lib/assert.ts'
import { formatAge, formatPlural } from '../../lib/format.ts'
import { useSnapshot } from '../../state/client/flowtrace.ts'
import { type ReadHistory, summedWords, useReadHistory } from '../../state/client/read-history.ts'
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
      ? readWords(read, isRead)
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

function readWords({ range, step, gaps, engine, incomplete }: ReadHistory, isRead: boolean): string {
  const where = engine === null ? '' : ` on ${engine}`
  const summed = step === null ? null : summedWords(step)
  const lacking = incomplete === null ? null : 'a part is missing'
  // Of what is missing no gap is known; and where nothing is, no record says that there is none.
  const missing =
    gaps.length > 0 ? formatPlural(gaps.length, 'gap') : isRead && lacking === null ? 'no gaps' : null
  return [`history: ${formatAge(range.to - range.from)}${where}`, summed, missing, lacking]
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
  const starts = [history.from, history.hoursFrom].filter((time) => time !== null)
  const span = starts.length === 0 ? '' : `: ${formatAge(history.now - Math.min(...starts))}`
  const behind = history.behind === null ? '' : `, ${formatAge(history.behind)} behind`
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
