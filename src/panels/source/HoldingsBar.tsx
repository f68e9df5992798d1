import { type ReactNode, Suspense } from 'react'

import { laterPart } from '../../ui/lazy-part.tsx'
import { formatAge, formatCount, formatPlural } from '../../lib/format.ts'
import { useFlowtrace, useScope, useSnapshot } from '../../state/client/flowtrace.ts'
import { describeLoss } from './freshness-words.ts'

const Refusals = laterPart(async () => (await import('./Refusals.tsx')).Refusals)
const HistoryFoot = laterPart(async () => (await import('./HistoryFoot.tsx')).HistoryFoot)
const MemoryPanel = laterPart(async () => (await import('./MemoryPanel.tsx')).MemoryPanel)

/**
 * The footer: `children`, and the number of records that are held with the time that they span. Whatever is missing of
 * them is counted beside it: no loss is silent.
 */
export function HoldingsBar({ children }: { children: ReactNode }) {
  const { records, oldest, newest } = useSnapshot(({ status }) => status.holdings)
  const { history } = useFlowtrace().source
  const held = `${formatPlural(records, 'record')}${spanWords(oldest, newest)}`
  return (
    <footer className="flex h-foot flex-none items-center gap-4 overflow-hidden border-t border-line bg-surface px-4 text-2xs whitespace-nowrap text-muted">
      {children}
      {/* As wide as an hour of a large cluster, so that a growing number moves nothing beside it; losses grow to the left. */}
      <span className="ml-auto text-right sm:min-w-64">
        {/* A new element for another number: the same words at another place would count as a shift. */}
        <span key={held}>
          {held}
          <Losses />
        </span>
      </span>
      <Suspense fallback={<span className="sm:min-w-28" />}>
        {history === undefined ? null : <HistoryFoot />}
        <Refusals />
        <span className="sm:min-w-28">
          <MemoryPanel />
        </span>
      </Suspense>
    </footer>
  )
}

function spanWords(oldest: number | null, newest: number | null): string {
  return oldest === null || newest === null ? '' : `, ${formatAge(newest - oldest)} in memory`
}

/** What is missing of the records or was received in excess, and whether there are gaps where that is known. */
function Losses() {
  const { evicted, duplicates, unknown, gaps, newest } = useSnapshot(({ status }) => status.holdings)
  const leftOut = useSnapshot(({ status }) => status.outOfScope)
  const evictedByGateway = useSnapshot(({ status }) => status.live?.evictedByGateway ?? 0)
  const lost = useSnapshot(({ status }) => describeLoss(status.live?.lost ?? []))
  const state = useSnapshot(({ status }) => status.source.state)
  const scope = useScope()
  // Of a scope, a time without flows is no gap; while history is read, one may only not have been read yet.
  const isComplete = (state === 'live' || state === 'silent') && scope === null && newest !== null
  return (
    <>
      {gaps > 0 ? ` · ${formatPlural(gaps, 'gap')}` : isComplete ? ' · no gaps' : ''}
      {evicted === 0 ? '' : ` · ${formatCount(evicted)} evicted`}
      {evictedByGateway === 0 ? '' : ` · ${formatCount(evictedByGateway)} evicted by the gateway`}
      {lost === null ? '' : ` · ${lost}`}
      {leftOut === 0 ? '' : ` · ${formatCount(leftOut)} left out by the scope`}
      {duplicates === 0 ? '' : ` · ${formatCount(duplicates)} received twice`}
      {unknown === 0 ? '' : ` · ${formatPlural(unknown, 'unknown value')}`}
    </>
  )
}
