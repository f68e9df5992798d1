import { Suspense } from 'react'

import { formatAge, formatPlural } from '../../lib/format.ts'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { useNow } from '../../state/use-now.ts'
import { useFlowtrace, useScope, useSnapshot } from '../../state/client/flowtrace.ts'
import type { SourceState } from '../../state/client/holdings.ts'
import { useClusterNow } from '../../state/client/source-status.ts'
import { usePlayHead } from '../../state/view/play-head.ts'
import { describeReading, describeSkew, shortSkew } from './freshness-words.ts'

const CaptureOrigin = lazyPart(async () => (await import('./CaptureOrigin.tsx')).CaptureOrigin)
const HistoryBadge = lazyPart(async () => (await import('./HistoryBadge.tsx')).HistoryBadge)
const GapPanel = lazyPart(async () => (await import('./GapPanel.tsx')).GapPanel)

const DOTS: Readonly<Record<SourceState['state'], string>> = {
  idle: 'bg-faint',
  connecting: 'bg-faint',
  reading: 'bg-accent',
  live: 'bg-allow shadow-[0_0_0_3px_color-mix(in_oklab,var(--allow)_22%,transparent)]',
  silent: 'bg-staged',
  reconnecting: 'bg-staged',
  failed: 'bg-deny',
  loading: 'bg-accent',
  loaded: 'bg-faint',
  stopped: 'bg-staged',
}

const WORDS: Readonly<Record<SourceState['state'], string>> = {
  idle: 'Nothing open',
  connecting: 'Connecting',
  reading: 'Reading',
  live: 'Live',
  silent: 'Goldmane does not answer',
  reconnecting: 'Not connected',
  failed: 'Not connected',
  loading: 'Reading',
  loaded: 'Capture',
  stopped: 'Stopped',
}

/** The state of the source, how far the newest record lags behind the clock, and the number of gaps. */
export function SourceBadge() {
  const source = useSnapshot(({ status }) => status.source)
  const format = useSnapshot(({ status }) => status.format)
  const { state } = source
  const isReplaying = usePlayHead() !== null && state === 'loaded'
  // A refusal is retried too, but not as a connection that is about to come back.
  const isRefused = state === 'reconnecting' && !source.trouble.retry
  const isOpen = state === 'live' || state === 'silent'
  const isPast = useFlowtrace().source.open.kind === 'history'
  return (
    // Its parts stand around the name of the source, which is the button of the menu.
    <p className="contents">
      <span
        className={`order-1 size-2 flex-none rounded-full ${DOTS[isRefused ? 'failed' : state]}`}
        aria-hidden="true"
      />
      {isPast ? (
        <Suspense fallback={null}>
          <HistoryBadge />
        </Suspense>
      ) : null}
      {/* With room for its usual words, so that the arrow behind them keeps its place. */}
      <span
        hidden={isPast}
        className="order-3 min-w-0 shrink-[99] truncate text-muted xl:min-w-40 [&>*+*]:ml-1"
      >
        <output
          className={
            state === 'live'
              ? "inline-block first-letter:lowercase after:content-[','] max-lg:sr-only"
              : 'font-medium text-ink'
          }
          aria-label="Source"
        >
          {WORDS[state]}
          {isReplaying ? ', replaying' : ''}
        </output>{' '}
        {isOpen ? <Lag /> : null}
        {state === 'reconnecting' && source.lostAt !== undefined ? <LostFor since={source.lostAt} /> : null}
        {state === 'reading' ? <Reading from={source.from} percent={source.percent} /> : null}
        {/* In one place for all states, so that its panel stays open when the connection comes back. */}
        {isOpen || state === 'reconnecting' || state === 'reading' ? <Gaps state={state} /> : null}
        {isOpen ? <Skew /> : null}
        {(state === 'loaded' || state === 'stopped') && format !== null ? <span>{format}</span> : null}
        {state === 'loaded' || state === 'stopped' ? (
          <Suspense fallback={null}>
            <CaptureOrigin />
          </Suspense>
        ) : null}
      </span>
    </p>
  )
}

function Reading({ from, percent }: { from: number; percent: number | null }) {
  return (
    <>
      <span>{describeReading(from, percent, useNow())}</span>
      {percent === null ? null : (
        // On the lower edge of the box around the badge, where it takes no room.
        <progress
          aria-label="History read"
          value={percent}
          max={100}
          className="absolute inset-x-0 bottom-0 m-0! h-0.5 w-full appearance-none border-0 bg-transparent [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-transparent [&::-webkit-progress-value]:bg-accent"
        />
      )}
    </>
  )
}

/** `since`: Unix milliseconds. Not a part of the status beside it, which screen readers would announce each second. */
function LostFor({ since }: { since: number }) {
  return <span>for {formatAge(useNow() - since / 1000)}</span>
}

function Lag() {
  const now = useClusterNow()
  const newest = useSnapshot(({ status }) => status.holdings.newest)
  const scope = useScope()
  if (newest === null) return <span>no flows yet</span>
  const age = formatAge(now - newest)
  return scope === null ? (
    // As wide as the longest usual age, so that nothing beside it moves as the seconds go by.
    <span
      className="inline-block min-w-[9.5ch] max-lg:ml-0! max-[24.25rem]:min-w-0"
      title="Goldmane sends a 15 s bucket one bucket after it closed, so live flows are 15 to 30 s old."
    >
      <span className="inline-block min-w-[3.75ch] text-right max-[24.25rem]:min-w-0">{age}</span>{' '}
      <span className="max-[24.25rem]:sr-only">behind</span>
    </span>
  ) : (
    <span title="Of a scope, a time without flows is no sign of trouble.">newest record {age} ago</span>
  )
}

function Skew() {
  const seconds = useSnapshot(({ status }) => status.live?.clockSkew ?? 0)
  const [skew, skewInShort] = [describeSkew(seconds), shortSkew(seconds)]
  if (skew === null) return null
  return (
    <span title={`${skew}: ages on this screen are measured by the cluster’s clock`}>
      {/* Short where the whole sentence would push the bar onto a second line. */}·{' '}
      <span className="max-[100rem]:sr-only">{skew}</span>
      <span className="min-[100rem]:hidden" aria-hidden="true">
        {skewInShort}
      </span>
    </span>
  )
}

function Gaps({ state }: Pick<SourceState, 'state'>) {
  const gaps = useSnapshot(({ status }) => status.holdings.gaps)
  const hasMore = useSnapshot(
    ({ status: { live } }) => live !== null && (live.lost.length > 0 || live.fill !== null),
  )
  // While history is read a gap may only not have been read yet. That there is none, the footer says.
  if ((gaps === 0 || state === 'reading') && !hasMore) return null
  return (
    // Over the button of the source's menu, which covers the badge.
    <span className="relative z-10" title="A gap is a time in which nothing was received.">
      ·{' '}
      <Suspense fallback={formatPlural(gaps, 'gap')}>
        <GapPanel />
      </Suspense>
    </span>
  )
}
