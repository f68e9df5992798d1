import { useMemo } from 'react'

import type { FlowKey } from '../../flows/flow.ts'
import { decisionOf } from '../../flows/hit.ts'
import { changeLadder, type PendingState, traceLadder } from '../../trace/ladder/ladder.ts'
import { Ladder, type Side } from './Ladder.tsx'

/** The note below the ladder: how the pending trace compares with the enforced one. */
const PENDING: Readonly<Record<PendingState, string>> = {
  equal: 'Pending is the same as enforced: staged policies change nothing for this flow.',
  'same outcome, other trigger':
    'Same outcome. The two name different triggers because enforced names the last policy of the tier that selects the endpoint, and pending the first.',
  different: 'With the staged policies enforced, the trace would be another; what differs is marked.',
  'not computed':
    'Felix did not compute a pending trace for this flow. That does not mean that no policy applies.',
  'no enforced trace': 'The record holds no enforced trace to compare with.',
}

const UNDECIDED = 'What decided is not known, so nobody can say whether the staged policies would change it.'

const ENFORCED: Side = { title: 'Enforced', subtitle: 'what happened', absent: 'No hit here' }
const STAGED = { title: 'Pending', subtitle: 'with staged policies enforced' }

/** The policy trace of a flow: enforced and pending side by side. */
export function TraceTree({ flowKey }: { flowKey: FlowKey }) {
  const ladder = useMemo(() => traceLadder(flowKey), [flowKey])
  const isDecided = decisionOf(flowKey).known
  const absent = ladder.pending === 'not computed' ? 'Not computed' : 'No hit here'
  return (
    <Ladder
      name="Policy trace"
      ladder={ladder}
      left={ENFORCED}
      right={{ ...STAGED, absent }}
      note={isDecided ? PENDING[ladder.pending] : UNDECIDED}
    />
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
    <Ladder
      name="Trace before and after"
      ladder={ladder}
      left={{ title: 'Before', subtitle: `until ${until}`, absent: 'No hit here' }}
      right={{ title: 'After', subtitle: `from ${from}`, absent: 'No hit here' }}
      note="Both are enforced traces, as recorded; what differs is marked."
    />
  )
}
