import { useCallback, useId, useMemo, useState } from 'react'

import { dayBefore, formatClock, formatPlural } from '../../../lib/format.ts'
import { useHeldSeconds } from '../../../state/client/held-seconds.ts'
import { useRecordSeconds } from '../../../state/client/record-seconds.ts'
import type { Row } from '../../../state/client/rows.ts'
import { traceChangesOf, type TraceChange } from '../../../trace/compare/trace-changes.ts'
import { Button } from '../../../ui/Button.tsx'
import { RichText } from '../../../ui/RichText.tsx'
import { Paragraph } from '../statement/Paragraph.tsx'
import { TraceChangeTree } from '../trace/TraceTree.tsx'

/** Only the newest changes are listed. */
const MAX_LISTED_CHANGES = 5

/** The changes of the trace of this conversation at this end. Says so when there is none. */
export function ChangeOverTime({ row, conversation }: { row: Row; conversation: readonly Row[] }) {
  const { key } = row
  const recordSeconds = useRecordSeconds()
  const held = useHeldSeconds()
  const clockOf = useCallback((at: number) => `${dayBefore(at, held)}${formatClock(at)}`, [held])
  const { changes, notes, untimed } = useMemo(
    () => traceChangesOf(key, conversation, clockOf, recordSeconds),
    [key, conversation, clockOf, recordSeconds],
  )
  const newest = changes.slice(-MAX_LISTED_CHANGES)
  const earlier = changes.length - newest.length
  if (changes.length === 0) return <p className="text-muted">The trace was the same in all records held.</p>
  return (
    <>
      <ol className="grid gap-3">
        {newest.map((change) => (
          <Change
            key={`${change.before.firstSeen} ${change.after.firstSeen}`}
            change={change}
            clockOf={clockOf}
          />
        ))}
      </ol>
      {earlier === 0 ? null : (
        <p className="mt-2 text-muted">{formatPlural(earlier, 'earlier change')} not listed.</p>
      )}
      {untimed === 0 ? null : (
        <p className="mt-2 text-muted">{formatPlural(untimed, 'record')} without a time left out.</p>
      )}
      <Paragraph statements={notes} />
    </>
  )
}

function Change({
  change: { before, after, verdictChanged, statement },
  clockOf,
}: {
  change: TraceChange
  clockOf: (at: number) => string
}) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const was = before.keys.at(-1)
  const is = after.keys[0]
  return (
    <li>
      <p>
        <RichText parts={statement.parts} />{' '}
        {verdictChanged ? null : <span className="text-muted">The verdict stayed the same.</span>}
      </p>
      {was === undefined || is === undefined ? null : (
        <>
          <Button className="mt-1.5" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
            {open ? 'Close' : 'Side by side'}
          </Button>
          <div id={id}>
            {open ? (
              <TraceChangeTree
                before={was}
                after={is}
                until={clockOf(before.lastSeen)}
                from={clockOf(after.firstSeen)}
              />
            ) : null}
          </div>
        </>
      )}
    </li>
  )
}
