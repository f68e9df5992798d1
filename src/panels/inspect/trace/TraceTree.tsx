import { useId, useMemo, useState } from 'react'

import type { FlowKey } from '../../../flows/flow.ts'
import { decisionOf } from '../../../flows/hit.ts'
import { unreachable } from '../../../lib/assert.ts'
import type { PolicyExplanation } from '../../../state/policies/use-policies.ts'
import { pendingParagraphOf } from '../../../trace/explain/pending-paragraph.ts'
import {
  changeLadder,
  type PendingState,
  traceLadder,
  type TraceLadder,
} from '../../../trace/ladder/ladder.ts'
import { CertaintyTag } from '../statement/CertaintyTag.tsx'
import { explainedHits } from './explained-hits.ts'
import { Ladder, type Side } from './Ladder.tsx'
import { LoadedVerdict } from './LoadedVerdict.tsx'
import { Paragraph } from '../statement/Paragraph.tsx'
import { SingleTrace } from './SingleTrace.tsx'

const ENFORCED: Side = { title: 'Enforced', subtitle: 'what happened', absent: 'No hit here' }
const STAGED: Side = { title: 'If staged', subtitle: 'were enforced', absent: 'No hit here' }

/** Whether one column says all: the pending trace is the same but for names, or there is only one trace. */
function isOneColumn({ pending }: TraceLadder): boolean {
  return pending !== 'different' && pending !== 'no enforced trace'
}

/**
 * What decided a flow, in order: in one column where the staged policies change nothing, or else enforced beside pending.
 * Beside each hit stands its rule, where policies are loaded.
 */
export function TraceTree({
  flowKey,
  policies = null,
}: {
  flowKey: FlowKey
  /** What the loaded policies say of the flow; null without policies. */
  policies?: PolicyExplanation | null
}) {
  const explained = useMemo(() => explainedHits(flowKey, policies), [flowKey, policies])
  const ladder = useMemo(() => traceLadder(flowKey), [flowKey])
  const hits = ladder.tiers.flatMap(({ rungs }) => rungs.flatMap(({ left }) => (left === null ? [] : [left])))
  const oneColumn = isOneColumn(ladder)
  return (
    <section aria-label="What decided" className="mt-2 overflow-hidden rounded-[10px] border border-line">
      <div className="flex items-baseline gap-2 bg-page px-3 py-1.5 text-xs">
        <h3 className="flex-1 font-semibold">What decided, in order</h3>
        <PendingTag state={ladder.pending} isDecided={decisionOf(flowKey).known} />
      </div>
      {oneColumn ? (
        <SingleTrace hits={hits} absent="The record has no trace." explained={explained} />
      ) : (
        <>
          <Ladder
            name="Policy trace"
            ladder={ladder}
            left={ENFORCED}
            right={STAGED}
            isBrief
            explained={explained}
          />
          <Paragraph
            statements={pendingParagraphOf(flowKey).filter(({ certainty }) => certainty !== 'recorded')}
            className="border-t border-line-soft px-3 py-1.5 text-xs text-muted"
          />
        </>
      )}
      {policies === null ? null : <LoadedVerdict flowKey={flowKey} explanation={policies} />}
      {oneColumn ? (
        <TraceFoot twoNames={ladder.pending === 'same outcome, other trigger' ? flowKey : null} />
      ) : null}
    </section>
  )
}

function PendingTag({ state, isDecided }: { state: PendingState; isDecided: boolean }) {
  switch (state) {
    case 'equal':
    case 'same outcome, other trigger':
      return (
        <span className="rounded-[4px] bg-sunken px-1.5 text-2xs whitespace-nowrap text-muted">
          {isDecided ? 'same with staged policies' : 'the pending trace is the same'}
        </span>
      )
    case 'not computed':
      return (
        <span className="text-2xs whitespace-nowrap text-muted">
          with staged policies <CertaintyTag certainty="unknown" />
        </span>
      )
    case 'different':
    case 'no enforced trace':
      // Two columns take the room of the foot, so that the answer stands on the screen as a whole.
      return <span className="text-2xs text-muted">tiers without a hit are not in the record</span>
    default:
      return unreachable(state, 'state of the pending trace')
  }
}

/** What the record leaves out; and, told when asked, why the pending trace names another policy for the same end of a tier. */
function TraceFoot({ twoNames }: { twoNames: FlowKey | null }) {
  const [open, setOpen] = useState(false)
  const id = useId()
  return (
    <div className="border-t border-line-soft px-3 py-1 text-2xs text-muted">
      <p className="flex flex-wrap items-center justify-between gap-x-3">
        Tiers and policies without a hit are not in the record.
        {twoNames === null ? null : (
          <button
            type="button"
            aria-expanded={open}
            aria-controls={id}
            className="min-h-6 underline underline-offset-2 hover:text-ink"
            onClick={() => setOpen(!open)}
          >
            Why two names?
          </button>
        )}
      </p>
      <div id={id}>
        {open && twoNames !== null ? (
          <Paragraph statements={pendingParagraphOf(twoNames)} className="py-1 text-xs" />
        ) : null}
      </div>
    </div>
  )
}

/** The enforced traces of a conversation before and after a change, side by side. */
export function TraceChangeTree({
  before,
  after,
  until,
  from,
}: {
  before: FlowKey
  after: FlowKey
  /** The times at which `before` was last seen and `after` first seen, as text. */
  until: string
  from: string
}) {
  const ladder = useMemo(() => changeLadder(before, after), [before, after])
  return (
    <div className="my-3 overflow-hidden rounded-[10px] border border-line">
      <Ladder
        name="Trace before and after"
        ladder={ladder}
        left={{ title: 'Before', subtitle: `until ${until}`, absent: 'No hit here' }}
        right={{ title: 'After', subtitle: `from ${from}`, absent: 'No hit here' }}
      />
    </div>
  )
}
