import { lazy, Suspense } from 'react'

import { later } from '../../lib/later.ts'
import { formatBytes, formatCount, formatPlural } from '../../lib/format.ts'
import { useSnapshot } from '../../state/flowtrace.ts'

const Refusals = lazy(later(async () => ({ default: (await import('./Refusals.tsx')).Refusals })))

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['j', 'k'], 'move'],
  [['Enter'], 'open'],
  [['Esc'], 'close'],
]

/** The foot of the page: keys, and what is held and lost. Losses are never silent. */
export function HoldingsBar() {
  const { records, keys, bytes, evicted, duplicates, unknown } = useSnapshot(({ status }) => status.holdings)
  return (
    <footer className="flex h-7 items-center gap-4 overflow-hidden border-t border-line bg-surface px-4 text-2xs whitespace-nowrap text-muted">
      {KEYS.map(([names, what]) => (
        <span key={what} className="hidden items-center gap-1 md:flex">
          {names.map((name) => (
            <kbd key={name} className="rounded-[4px] bg-sunken px-1.5 text-ink">
              {name}
            </kbd>
          ))}
          {what}
        </span>
      ))}
      <span className="ml-auto">
        {formatPlural(records, 'record')} of {formatPlural(keys, 'flow')} held · {formatCount(evicted)}{' '}
        evicted
        {duplicates === 0 ? '' : ` · ${formatCount(duplicates)} received twice`}
        {unknown === 0 ? '' : ` · ${formatPlural(unknown, 'unknown value')}`}
      </span>
      <Suspense fallback={null}>
        <Refusals />
      </Suspense>
      <span className="hidden sm:inline">{formatBytes(bytes)}</span>
    </footer>
  )
}
