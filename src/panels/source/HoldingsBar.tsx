import { lazy, Suspense, useEffect } from 'react'

import { lazyChunk } from '../../lib/preload.ts'
import { formatCount, formatPlural } from '../../lib/format.ts'
import { COMMANDS } from '../../state/commands/command-table.ts'
import { commands, useApplicable, useSaid } from '../../state/commands/commands.ts'
import { useSnapshot } from '../../state/client/flowtrace.ts'
import { capsOf, isMac } from '../../state/commands/key-chords.ts'
import { KeyCaps } from '../../ui/KeyCaps.tsx'
import { describeLoss } from './freshness-words.ts'

const Refusals = lazy(lazyChunk(async () => ({ default: (await import('./Refusals.tsx')).Refusals })))
const MemoryPanel = lazy(
  lazyChunk(async () => ({ default: (await import('./MemoryPanel.tsx')).MemoryPanel })),
)

const MAC = isMac(navigator.platform)
/** Milliseconds for which the message of a command is shown. */
const MESSAGE_MS = 5000

/** The footer: shortcuts, and the numbers of records that are held, evicted, left out and refused. No loss is silent. */
export function HoldingsBar() {
  const { records, keys, evicted, duplicates, unknown } = useSnapshot(({ status }) => status.holdings)
  const leftOut = useSnapshot(({ status }) => status.outOfScope)
  const evictedByGateway = useSnapshot(({ status }) => status.live?.evictedByGateway ?? 0)
  const lost = useSnapshot(({ status }) => describeLoss(status.live?.lost ?? []))
  return (
    <footer className="flex min-h-7 flex-none items-center gap-4 border-t border-line bg-surface px-4 text-2xs text-muted max-sm:flex-wrap max-sm:justify-end max-sm:gap-y-0 max-sm:py-1 sm:overflow-hidden sm:whitespace-nowrap">
      <Hints />
      <span className="ml-auto">
        {formatPlural(records, 'record')} of {formatPlural(keys, 'flow')} held · {formatCount(evicted)}{' '}
        evicted
        {evictedByGateway === 0 ? '' : ` · ${formatCount(evictedByGateway)} evicted by the gateway`}
        {lost === null ? '' : ` · ${lost}`}
        {leftOut === 0 ? '' : ` · ${formatCount(leftOut)} left out by the scope`}
        {duplicates === 0 ? '' : ` · ${formatCount(duplicates)} received twice`}
        {unknown === 0 ? '' : ` · ${formatPlural(unknown, 'unknown value')}`}
      </span>
      <Suspense fallback={null}>
        <Refusals />
        <MemoryPanel />
      </Suspense>
    </footer>
  )
}

/** The shortcuts that apply now, or the message of the last command. */
function Hints() {
  const applicable = useApplicable()
  const said = useSaid()
  useEffect(() => {
    if (said === '') return undefined
    const timer = setTimeout(() => commands.say(''), MESSAGE_MS)
    return () => clearTimeout(timer)
  }, [said])
  const hints = new Map<string, readonly string[]>()
  for (const { id, hint, keys } of COMMANDS)
    if (hint !== undefined && applicable.has(id)) hints.set(hint, [...(hints.get(hint) ?? []), ...keys])
  return (
    <>
      {said === ''
        ? Array.from(hints, ([hint, keys]) => (
            <span key={hint} className="hidden items-center gap-1 md:flex">
              {keys.map((each) => (
                <KeyCaps key={each} caps={capsOf(each, MAC)} />
              ))}
              {hint}
            </span>
          ))
        : null}
      <output className="truncate text-ink">{said}</output>
    </>
  )
}
