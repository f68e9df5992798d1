import { useMemo } from 'react'

import { conversationOf } from '../../state/client/questions.ts'
import { useAnswer } from '../../state/client/use-answer.ts'
import type { Row } from '../../state/client/rows.ts'
import { isSameConversation } from '../../flows/identity.ts'

/** The rows of both reporters, of any trace, with the row's ends, protocol and port; undefined until the store answers. */
export function useConversation(row: Row | null): readonly Row[] | undefined {
  const id = row?.id ?? null
  const question = useMemo(() => (id === null ? null : conversationOf(id)), [id])
  const rows = useAnswer(question)
  // `useAnswer` keeps the answer for the row that was open before until the new one arrives.
  const isOfRow = row !== null && rows?.every((other) => isSameConversation(other.key, row.key)) === true
  return isOfRow ? rows : undefined
}
