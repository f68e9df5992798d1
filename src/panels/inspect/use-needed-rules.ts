import { useMemo, useState } from 'react'

import { enteringFilter, MAX_ENTERING } from '../../filter/tree/entering-filter.ts'
import type { Row } from '../../state/client/rows.ts'
import { topRowsOf } from '../../state/client/questions.ts'
import { useAnswer } from '../../state/client/use-answer.ts'
import type { BothEnds } from '../../trace/compare/both-ends.ts'
import { neededRules } from '../../trace/compare/needed-rules.ts'
import type { Statement } from '../../trace/words/statement.ts'

/** The records that a destination reported, of any source and port. */
function enteringQuestion(destName: string, destNamespace: string): ReturnType<typeof topRowsOf> {
  const filter = enteringFilter(destName, destNamespace)
  const sort = { column: 'attention', descending: true } as const
  return topRowsOf({ shape: 'signatures', filter, time: null, sort }, MAX_ENTERING)
}

const NO_ROWS: readonly Row[] = []

/**
 * The records that show whether policies govern a destination that a flow never reached; none where nobody asks, and
 * undefined until the store answers.
 */
function useEntering(row: Row | null): readonly Row[] | undefined {
  const isAsked = row !== null && row.key.action === 'Deny' && row.key.reporter === 'Src'
  const [destName, destNamespace] = isAsked ? [row.key.destName, row.key.destNamespace] : [null, null]
  const question = useMemo(
    () => (destName === null || destNamespace === null ? null : enteringQuestion(destName, destNamespace)),
    [destName, destNamespace],
  )
  const answer = useAnswer(question)
  // `useAnswer` keeps the answer for the row that was open before until the new one arrives.
  const [asked, setAsked] = useState({ question, older: answer })
  if (asked.question !== question) setAsked({ question, older: answer })
  if (question === null) return NO_ROWS
  return answer === asked.older || asked.question !== question ? undefined : answer?.rows
}

/** What would allow the flow, or keep it, in words; null until the records that tell were looked for. */
export function useNeededRules(row: Row | null, ends: BothEnds | null): readonly Statement[] | null {
  const entering = useEntering(row)
  return useMemo(
    () =>
      row === null || ends === null || entering === undefined
        ? null
        : neededRules(row, ends, entering).statements,
    [row, ends, entering],
  )
}
