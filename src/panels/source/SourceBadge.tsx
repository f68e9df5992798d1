import { formatAge, formatPlural } from '../../lib/format.ts'
import { useNow } from '../../state/use-now.ts'
import { useScope, useSnapshot } from '../../state/client/flowtrace.ts'
import type { SourceState } from '../../state/client/holdings.ts'

const DOTS: Readonly<Record<SourceState['state'], string>> = {
  idle: 'bg-faint',
  connecting: 'bg-faint',
  live: 'bg-allow shadow-[0_0_0_3px_color-mix(in_oklab,var(--allow)_22%,transparent)]',
  reconnecting: 'bg-staged',
  failed: 'bg-deny',
  loading: 'bg-accent',
  loaded: 'bg-faint',
  stopped: 'bg-staged',
}

const WORDS: Readonly<Record<SourceState['state'], string>> = {
  idle: 'Nothing open',
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  failed: 'Not connected',
  loading: 'Reading',
  loaded: 'Capture',
  stopped: 'Stopped',
}

/** The state of the source, how far the newest record lags behind the clock, and the number of gaps. */
export function SourceBadge() {
  const state = useSnapshot(({ status }) => status.source.state)
  const format = useSnapshot(({ status }) => status.format)
  return (
    <p className="flex items-center gap-2 whitespace-nowrap text-muted">
      <span className={`size-2 rounded-full ${DOTS[state]}`} aria-hidden="true" />
      <output className="font-medium text-ink" aria-label="Source">
        {WORDS[state]}
      </output>
      {state === 'live' || state === 'reconnecting' ? <Lag /> : null}
      {(state === 'loaded' || state === 'stopped') && format !== null ? <span>{format}</span> : null}
    </p>
  )
}

function Lag() {
  const now = useNow()
  const newest = useSnapshot(({ status }) => status.holdings.newest)
  const gaps = useSnapshot(({ status }) => status.holdings.gaps)
  const scope = useScope()
  if (newest === null) return <span>no flows yet</span>
  if (scope !== null) {
    return (
      <span title="Of a scope, a time without flows is no sign of trouble. A gap is a time for which nothing was asked, as after more than an hour without a connection.">
        newest flow {formatAge(now - newest)} ago{gaps === 0 ? '' : ` · ${formatPlural(gaps, 'gap')}`}
      </span>
    )
  }
  return (
    <span title="Goldmane sends a 15 s bucket one bucket after it closed, so live flows are 15 to 30 s old. A gap is a time in which nothing was received.">
      {formatAge(now - newest)} behind · {gaps === 0 ? 'no gaps' : formatPlural(gaps, 'gap')}
    </span>
  )
}
