import { useMemo } from 'react'

import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import type { FlowKey } from '../../flows/flow.ts'
import type { Row } from '../../state/client/rows.ts'
import { topRowsOf } from '../../state/client/questions.ts'
import { useAnswer } from '../../state/client/use-answer.ts'
import type { BothEnds } from '../../trace/compare/both-ends.ts'
import { neededRules } from '../../trace/compare/needed-rules.ts'
import type { Statement } from '../../trace/words/statement.ts'

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
const NO_STATEMENTS: readonly Statement[] = []

/** The records that show whether policies govern a destination that a flow never reached; none where nobody asks. */
function useEntering({ key }: Row): readonly Row[] {
  const question = useMemo(
    () => (key.action === 'Deny' && key.reporter === 'Src' ? enteringQuestion(key) : null),
    [key],
  )
  return useAnswer(question)?.rows ?? NO_ROWS
}

/** What would allow the flow, or keep it, in words; empty until the other end's records were looked for. */
export function useNeededRules(row: Row, ends: BothEnds | null): readonly Statement[] {
  const entering = useEntering(row)
  return useMemo(
    () => (ends === null ? NO_STATEMENTS : neededRules(row, ends, entering).statements),
    [row, ends, entering],
  )
}
