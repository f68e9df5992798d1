import { formatCount } from '../../lib/format.ts'
import type { LoadedPolicies } from '../../state/policies/use-policies.ts'
import { kindCounts } from './kind-words.ts'

/** What is loaded, by kind. */
export function LoadedKinds({ loaded }: { loaded: Pick<LoadedPolicies, 'counts'> }) {
  const kinds = kindCounts(loaded.counts)
  return (
    <section aria-label="What is loaded">
      <h3 className="text-xs font-semibold">What is loaded</h3>
      {kinds.length === 0 ? (
        <p className="mt-1 text-muted">No object that Flowtrace knows is in these files.</p>
      ) : (
        <ul className="mt-1 grid grid-cols-[max-content_1fr] gap-x-2">
          {kinds.map(({ count, words }) => (
            <li key={words} className="col-span-2 grid grid-cols-subgrid">
              <span className="text-right font-medium tabular-nums">{formatCount(count)}</span> {words}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
