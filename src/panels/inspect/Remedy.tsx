import { type ReactNode, useMemo } from 'react'

import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import type { FlowKey } from '../../flows/flow.ts'
import type { Row } from '../../state/client/rows.ts'
import { topRowsOf } from '../../state/client/questions.ts'
import { useAnswer } from '../../state/client/use-answer.ts'
import type { BothEnds } from '../../trace/compare/both-ends.ts'
import { neededRules } from '../../trace/compare/needed-rules.ts'
import { Paragraph } from './Paragraph.tsx'

/** So many signatures of what enters the destination are looked at. */
const MAX_ENTERING = 50

/** The records that a key's destination reported, of any source and port. */
function enteringQuestion({ destName, destNamespace }: FlowKey): ReturnType<typeof topRowsOf> {
  const destination = include(include(ALL, 'dst.name', destName), 'dst.ns', destNamespace)
  const filter = include(destination, 'reporter', 'Dst')
  const sort = { column: 'attention', descending: true } as const
  return topRowsOf({ shape: 'signatures', filter, time: null, sort }, MAX_ENTERING)
}

const NO_ROWS: readonly Row[] = []

/** The records that show whether policies govern a destination that a flow never reached; none where nobody asks. */
function useEntering({ key }: Row): readonly Row[] {
  const question = useMemo(
    () => (key.action === 'Deny' && key.reporter === 'Src' ? enteringQuestion(key) : null),
    [key],
  )
  return useAnswer(question)?.rows ?? NO_ROWS
}

/** What would allow the flow, or keep it, and what to do with the answer. */
export function Remedy({
  row,
  ends,
  children,
}: {
  row: Row
  ends: BothEnds | null
  /** The buttons; null where they stand elsewhere. */
  children: ReactNode
}) {
  const entering = useEntering(row)
  const needed = useMemo(
    () => (ends === null ? null : neededRules(row, ends, entering)),
    [row, ends, entering],
  )
  return (
    <section
      aria-label="What would allow it"
      className="mt-2 rounded-[10px] border border-line bg-page px-3 py-2 phone:border-transparent phone:bg-transparent phone:px-0 phone:py-0"
    >
      <h3 className="sr-only">What would allow it</h3>
      {needed === null || needed.statements.length === 0 ? null : (
        <Paragraph statements={needed.statements} className="mb-1.5 wrap-anywhere" />
      )}
      {children === null ? null : <div className="flex flex-wrap gap-2">{children}</div>}
    </section>
  )
}
