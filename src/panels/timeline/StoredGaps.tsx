import { formatAge, formatPlural, formatTime } from '../../lib/format.ts'
import type { HistoryStatus } from '../../state/goldmane/use-history-status.ts'

type Gap = HistoryStatus['gaps'][number]

const MAX_LISTED = 12

/** The gaps of the history, the newest first: one in a sentence, several folded. `omitted`: older ones that are not in `gaps`. */
export function StoredGaps({ gaps, omitted }: { gaps: readonly Gap[]; omitted: number }) {
  const [newest] = gaps.slice(-1)
  if (newest === undefined) return null
  const all = gaps.length + omitted
  if (all === 1) return <p className="mt-1 text-2xs text-muted">No records {gapWords(newest)}.</p>
  const listed = gaps.slice(-MAX_LISTED).reverse()
  return (
    <details className="mt-1 text-2xs text-muted">
      <summary className="cursor-pointer">
        {formatPlural(all, 'gap')}, the newest {gapWords(newest)}
      </summary>
      <ul aria-label="Gaps" className="mt-1 grid gap-1">
        {listed.map((gap) => (
          <li key={gap.from}>{gapWords(gap)}</li>
        ))}
        {all > listed.length ? <li>and {formatPlural(all - listed.length, 'older gap')}</li> : null}
      </ul>
    </details>
  )
}

/** "from 24 Nov 2026, 22:00:00 UTC, for 6 h: The gateway did not run" */
function gapWords({ from, to, cause }: Gap): string {
  return `from ${formatTime(from)}, for ${formatAge(to - from)}: ${cause}`
}
