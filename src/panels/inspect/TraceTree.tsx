import type { FlowKey } from '../../flows/flow.ts'
import { describeAction } from '../../state/words.ts'
import {
  type LadderHit,
  type PendingState,
  type Rung,
  TIERS_NOT_SHOWN,
  type TierRungs,
  traceLadder,
} from '../../trace/ladder.ts'
import { Chip } from '../../ui/Chip.tsx'
import { Mark } from '../../ui/Mark.tsx'

/** What the pending side says as a whole. */
const PENDING: Readonly<Record<PendingState, string>> = {
  equal: 'Pending is the same as enforced: staged policies change nothing for this flow.',
  'same outcome, other trigger':
    'Same outcome. The two name different triggers because enforced names the last policy of the tier that selects the endpoint, and pending the first.',
  different: 'With the staged policies enforced, the trace would be another; what differs is marked.',
  'not computed':
    'Felix did not compute a pending trace for this flow. That does not mean that no policy applies.',
  'no enforced trace': 'The record holds no enforced trace to compare with.',
}

const EDGES: Readonly<Record<string, string>> = {
  deny: 'bg-deny-soft shadow-[inset_3px_0_0_var(--deny)]',
  allow: 'bg-allow-soft shadow-[inset_3px_0_0_var(--allow)]',
  pass: 'bg-pass-soft shadow-[inset_3px_0_0_var(--pass)]',
  unknown: 'bg-sunken shadow-[inset_3px_0_0_var(--edge)]',
}

/** The policy trace: tiers in order of evaluation, enforced and pending side by side, the deciding hit standing out. */
export function TraceTree({ flowKey }: { flowKey: FlowKey }) {
  const ladder = traceLadder(flowKey.policies, flowKey.reporter)
  return (
    <div className="my-4 overflow-hidden rounded-[10px] border border-line">
      <table aria-label="Policy trace" className="w-full table-fixed border-collapse text-left">
        <thead className="bg-page text-xs">
          <tr>
            <th scope="col" className="border-b border-line px-3 py-2 font-semibold">
              Enforced <span className="block text-2xs font-normal text-muted">what happened</span>
            </th>
            <th scope="col" className="border-b border-l border-line px-3 py-2 font-semibold">
              Pending{' '}
              <span className="block text-2xs font-normal text-muted">with staged policies enforced</span>
            </th>
          </tr>
        </thead>
        {ladder.tiers.map((tier, index) => (
          // A tier may come back in odd data; the order never changes.
          // oxlint-disable-next-line react/no-array-index-key
          <Tier key={index} tier={tier} pending={ladder.pending} />
        ))}
      </table>
      <p className="border-t border-line-soft px-3 py-2 text-xs text-muted">{PENDING[ladder.pending]}</p>
      <p className="border-t border-line-soft px-3 py-2 text-2xs text-faint">{TIERS_NOT_SHOWN}</p>
    </div>
  )
}

function Tier({ tier, pending }: { tier: TierRungs; pending: PendingState }) {
  return (
    <tbody>
      <tr>
        <th
          colSpan={2}
          scope="rowgroup"
          className="border-y border-line-soft bg-sunken px-3 py-1 text-2xs font-medium text-muted"
        >
          {tier.title}
        </th>
      </tr>
      {tier.rungs.map((rung, index) => (
        // The order of evaluation is what identifies a rung.
        // oxlint-disable-next-line react/no-array-index-key
        <tr key={index} className="align-top">
          <HitCell hit={rung.enforced} absent="No hit here" rung={rung} />
          <HitCell
            hit={rung.pending}
            absent={pending === 'not computed' ? 'Not computed' : 'No hit here'}
            rung={rung}
            last
          />
        </tr>
      ))}
    </tbody>
  )
}

function HitCell({
  hit,
  absent,
  rung,
  last = false,
}: {
  hit: LadderHit | null
  absent: string
  rung: Rung
  last?: boolean
}) {
  const border = last ? 'border-l border-line-soft' : ''
  if (hit === null) return <td className={`px-3 py-2.5 text-xs text-faint ${border}`}>{absent}</td>
  const action = describeAction(hit.action)
  return (
    <td className={`px-3 py-2.5 ${border} ${hit.deciding ? EDGES[action.tone] : ''}`}>
      <Mark {...action} />
      {hit.deciding ? <span className="sr-only"> decides</span> : null}
      <p className="mt-1 text-xs leading-snug break-words">
        {hit.policy === null ? (
          <span className="font-medium">{hit.rule}</span>
        ) : (
          <>
            <code className="font-medium">{hit.policy.path}</code>{' '}
            <span
              title={
                hit.rawIndex === null
                  ? undefined
                  : `index ${hit.rawIndex}${hit.converted ? ' among the rules that Calico makes of this policy' : ''}`
              }
            >
              {hit.rule}
            </span>
          </>
        )}
      </p>
      <p className="mt-0.5 text-2xs leading-snug text-muted">
        {hit.trigger === null ? (
          hit.policy?.kindWords
        ) : (
          <>
            trigger <code className="break-all text-ink">{hit.trigger.path}</code>
            <br />
            {hit.trigger.kindWords}
          </>
        )}
        {hit.converted && hit.rawIndex !== null ? (
          <span className="block">counts converted rules</span>
        ) : null}
        {hit.oddity === null ? null : <span className="block text-staged">{hit.oddity}</span>}
      </p>
      {last && rung.differences.length > 0 ? (
        <p className="mt-1">
          <Chip look="dashed">differs in {rung.differences.join(', ')}</Chip>
        </p>
      ) : null}
      {last && rung.comparison === 'only pending' ? (
        <p className="mt-1">
          <Chip look="dashed">only pending</Chip>
        </p>
      ) : null}
    </td>
  )
}
