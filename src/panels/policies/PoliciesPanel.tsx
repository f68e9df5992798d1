import { useState, useSyncExternalStore } from 'react'

import { formatCount, formatPlural } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import { type Intake, intakeOf } from '../../state/policies/policy-intake.ts'
import { type PoliciesState, usePolicies } from '../../state/policies/use-policies.ts'
import { Button } from '../../ui/Button.tsx'
import { PanelHead } from '../../ui/PanelHead.tsx'
import { hasPolicies } from './kind-words.ts'
import { LoadedFiles } from './LoadedFiles.tsx'
import { LoadedKinds } from './LoadedKinds.tsx'
import { PolicyChooser } from './PolicyChooser.tsx'
import { PolicyEffects } from './PolicyEffects.tsx'
import { PolicyFaults } from './PolicyFaults.tsx'
import { RulesNotHit } from './RulesNotHit.tsx'
import { ServedPolicies } from './ServedPolicies.tsx'

/** What is loaded of policies, from where, what is wrong with it, and what it would do to the flows that are shown. */
export function PoliciesPanel({ onClose }: { onClose: () => void }) {
  const { policies, state } = usePolicies()
  const intake = intakeOf(policies)
  const taken = useSyncExternalStore(intake.state.subscribe, intake.state.get)
  const isOwn = useSyncExternalStore(intake.isOwn.subscribe, intake.isOwn.get)
  const { documents, loaded, version } = state
  // The button that removed the last file is gone.
  const [isEmptied, setIsEmptied] = useState(false)
  const remove = (isGone: (path: string) => boolean) => {
    setIsEmptied(documents.every(({ name }) => isGone(name)))
    void intake.remove(isGone)
  }
  return (
    <section aria-label="Policies" className="flex min-h-0 flex-1 flex-col">
      <PanelHead title="Policies" onClose={onClose}>
        {loaded === null ? 'none loaded' : isOwn ? formatPlural(documents.length, 'file') : 'from the server'}
      </PanelHead>
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-4 py-3">
        {loaded === null ? <Purpose /> : null}
        <ServedPolicies intake={intake} />
        <PolicyChooser
          intake={intake}
          isFirst={loaded === null || !isOwn}
          takesFocus={isEmptied && loaded === null}
        />
        <Outcome state={state} taken={taken} onCancel={() => policies.cancelLoad()} />
        {loaded === null ? null : (
          <>
            <LoadedKinds loaded={loaded} />
            <PolicyFaults loaded={loaded} />
            {hasPolicies(loaded.counts) ? (
              <>
                <PolicyEffects
                  key={version}
                  policies={policies}
                  refused={loaded.faultCounts.refused}
                  onOpen={onClose}
                />
                <RulesNotHit />
              </>
            ) : (
              <p className="text-muted">No policy is loaded, so there is nothing to compare flows with.</p>
            )}
            {isOwn ? <LoadedFiles documents={documents} onRemove={remove} /> : null}
          </>
        )}
      </div>
      <footer className="border-t border-line px-4 py-2.5 text-xs text-muted low:py-1">
        {loaded === null || isOwn
          ? 'Read in this browser; nothing is uploaded or stored. They stay, also for another source, until this page is reloaded or closed.'
          : 'Asked again every 15 s. Nothing is stored. Files that you load take their place.'}
      </footer>
    </section>
  )
}

function Purpose() {
  return (
    <p>
      With the cluster’s policies at hand, each hit of a flow shows its rule as written, and which of its
      conditions matched. What <code className="text-xs whitespace-nowrap">kubectl get -o yaml</code> prints
      will do: policies of Calico and Kubernetes, tiers and network sets; namespaces and pods where they are
      known.
    </p>
  )
}

/** How far the files are, and what could not be done with them. Has room of its own only when there is something to say. */
function Outcome({
  state: { reading, trouble },
  taken,
  onCancel,
}: {
  state: Pick<PoliciesState, 'reading' | 'trouble'>
  taken: Intake
  onCancel: () => void
}) {
  const problems = [
    ...(taken.refused === null ? [] : [taken.refused]),
    ...(trouble === null ? [] : [`${trouble.say} ${trouble.detail}`.trim()]),
    ...(taken.unreadable.length === 0 ? [] : [`Could not be read: ${namesOf(taken.unreadable)}.`]),
  ]
  return (
    <>
      {problems.length === 0 ? null : (
        <div role="alert" className="rounded-[8px] border border-staged bg-staged-soft px-3 py-2">
          {problems.map((problem) => (
            <p key={problem} className="break-words">
              {problem}
            </p>
          ))}
        </div>
      )}
      {taken.others.length === 0 ? null : (
        <p className="break-words text-muted">
          Neither policies nor captures, and left out: {namesOf(taken.others)}.
        </p>
      )}
      {reading === null && taken.reading === 0 ? null : (
        // animate-late: a few files are read before it would be seen.
        <div className="flex animate-late items-center gap-3">
          <p className="flex-1">
            {reading === null
              ? `Reading ${formatPlural(taken.reading, 'file')}…`
              : `Reading the policies, ${percentOf(reading)} %`}
          </p>
          {reading === null ? null : <Button onClick={onCancel}>Cancel</Button>}
        </div>
      )}
    </>
  )
}

function percentOf({ read, total }: { read: number; total: number }): string {
  return formatCount(total === 0 ? 0 : Math.floor((100 * read) / total))
}

/** So many names of files are listed. */
const MAX_NAMES = 5

function namesOf(names: readonly string[]): string {
  const more = names.length - MAX_NAMES
  const listed = names.slice(0, MAX_NAMES).map((name) => visibleText(name))
  return more > 0 ? `${listed.join(', ')} and ${formatCount(more)} more` : listed.join(', ')
}
