import { useSyncExternalStore } from 'react'

import { formatPlural, formatTime } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import { useFlowtrace } from '../../state/client/flowtrace.ts'
import { type ClusterPolicies, useClusterPolicies } from '../../state/goldmane/use-cluster-policies.ts'
import type { PolicyIntake } from '../../state/policies/policy-intake.ts'
import { Button } from '../../ui/Button.tsx'

/** So many of the server's faults are listed. */
const MAX_FAULTS = 5

/** The policies that the server has for the open source: how complete they are, or how to return to them. */
export function ServedPolicies({ intake }: { intake: PolicyIntake }) {
  const { source } = useFlowtrace()
  const { policies, failed } = useClusterPolicies()
  const isOwn = useSyncExternalStore(intake.isOwn.subscribe, intake.isOwn.get)
  if (source.policies === undefined) return null
  return (
    <section aria-label="From the server" className="flex flex-col gap-1.5">
      <h3 className="text-xs font-semibold">
        {policies?.origin === 'files' ? 'From a folder of the server' : 'From the cluster'}
      </h3>
      {isOwn ? (
        <div className="flex items-center gap-3">
          <p className="flex-1 text-muted">What you chose is used in place of what the server reads.</p>
          <Button className="phone:h-11" onClick={() => void intake.leaveToServer()}>
            Use the server’s
          </Button>
        </div>
      ) : (
        <Answer policies={policies} failed={failed} />
      )}
    </section>
  )
}

function Answer({ policies, failed }: { policies: ClusterPolicies | undefined; failed: boolean }) {
  if (policies === undefined) {
    return (
      <p className="text-muted">
        {failed
          ? 'The server did not give its policies. It is asked again every 15 s.'
          : 'Asking the server for them…'}
      </p>
    )
  }
  const losses = lossesOf(policies)
  return (
    <>
      <p className="text-muted">{originWords(policies)}</p>
      {failed ? <p>The server does not answer now: these are from its last answer.</p> : null}
      {losses.length === 0 ? null : (
        <ul className="flex flex-col gap-1 rounded-[8px] border border-staged bg-staged-soft px-3 py-2">
          {losses.map((loss) => (
            <li key={loss} className="break-words">
              {visibleText(loss)}.
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function originWords({ origin, since }: Pick<ClusterPolicies, 'origin' | 'since'>): string {
  if (origin === 'files') return 'Files have no times: every flow is explained by them as they are now.'
  return since === null
    ? 'The server is still reading them.'
    : `Every change since ${formatTime(since)} was seen: a flow is explained by the policies in force at its time.`
}

/** What the server does not have of the policies, as sentences without a full stop. */
function lossesOf({ kinds, omitted, faults }: ClusterPolicies): readonly string[] {
  const unread = kinds.flatMap(({ kind, state, why }) =>
    state === 'forbidden' || state === 'failing'
      ? [`Not read: ${kind}${why === null ? '' : `. ${why}`}`]
      : [],
  )
  const { objects, versions } = omitted
  return [
    ...unread,
    ...(objects === 0 ? [] : [`Left out: ${formatPlural(objects, 'object')}`]),
    ...(versions === 0 ? [] : [`Forgotten early: ${formatPlural(versions, 'earlier version')}`]),
    ...faults.slice(0, MAX_FAULTS),
    ...(faults.length > MAX_FAULTS ? [`And ${formatPlural(faults.length - MAX_FAULTS, 'other fault')}`] : []),
  ]
}
