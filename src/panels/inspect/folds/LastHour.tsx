import { bytesOf } from '../../../flows/counters.ts'
import type { PolicyHit } from '../../../flows/flow.ts'
import { decisionOf, namedPolicy } from '../../../flows/hit.ts'
import { formatBytes, formatCount, formatTime } from '../../../lib/format.ts'
import { visibleText } from '../../../lib/visible-text.ts'
import { connectionCountWords } from '../../../trace/words/verdict-words.ts'
import { useScope } from '../../../state/client/flowtrace.ts'
import { useGoldmaneTotals, usePolicyActivity } from '../../../state/goldmane/goldmane-totals.ts'
import type { Row } from '../../../state/client/rows.ts'

/** Goldmane's own sums over its hour, for this flow and for its deciding policy. Empty unless the source is live. */
export function LastHour({ row }: { row: Row }) {
  const decision = decisionOf(row.key)
  return (
    <section aria-label="Goldmane’s last hour" className="mt-2 border-t border-line-soft pt-2 empty:hidden">
      <FlowTotals row={row} />
      {decision.known ? <Activity policy={namedPolicy(decision.hit)} /> : null}
    </section>
  )
}

function FlowTotals({ row }: { row: Row }) {
  const { data: totals, trouble } = useGoldmaneTotals(row.id, row.key)
  if (trouble !== null) return <Unknown what="What Goldmane holds of this" why={trouble.say} />
  if (totals === null || totals === undefined) return null
  const bytes = bytesOf(totals)
  return (
    <p className="text-muted">
      Goldmane holds {row.keys === 1 ? 'this' : 'the newest of the traces of this'} since{' '}
      {formatTime(totals.startTime)}:{' '}
      <span className="text-ink">{connectionCountWords(row.key.action, totals.numConnectionsStarted)}</span>,{' '}
      {bytes === null ? 'bytes not recorded' : formatBytes(bytes)}.
    </p>
  )
}

/** In the place of a sum that Goldmane did not give the last time it was asked. */
function Unknown({ what, why }: { what: string; why: string }) {
  return (
    <p className="mt-1 text-muted first:mt-0">
      {what} is not known now. {why}
    </p>
  )
}

function Activity({ policy }: { policy: PolicyHit }) {
  const { data: activity, trouble } = usePolicyActivity(policy)
  const scope = useScope()
  if (trouble !== null)
    return <Unknown what={`What ${visibleText(policy.name)} decided in Goldmane’s hour`} why={trouble.say} />
  if (activity === null || activity === undefined) return null
  const { allowed, denied, passed } = activity
  const counts = [
    allowed === 0 ? null : `${formatCount(allowed)} allowed`,
    denied === 0 ? null : `${formatCount(denied)} denied`,
    passed === 0 ? null : `${formatCount(passed)} passed on`,
  ].filter((count) => count !== null)
  if (counts.length === 0) return null
  return (
    <p className="mt-1 text-muted">
      Packets that <code className="text-ink">{visibleText(policy.name)}</code> is named for in Goldmane’s
      hour, in an enforced or a pending trace
      {scope === null ? '' : ', of the whole cluster, whatever the scope'}:{' '}
      <span className="text-ink">{counts.join(', ')}</span>.
    </p>
  )
}
