import { useMemo } from 'react'

import { conversationOf } from '../../state/client/questions.ts'
import { useAnswer } from '../../state/client/use-answer.ts'
import type { Row } from '../../state/client/rows.ts'
import { isSameConversation } from '../../flows/identity.ts'

/** The rows of both reporters, of any trace, with the row's ends, protocol and port; undefined until the store answers. */
export function useConversation({ id, key }: Row): readonly Row[] | undefined {
  const question = useMemo(() => conversationOf(id), [id])
  const rows = useAnswer(question)
  // `useAnswer` keeps the answer for the row that was open before until the new one arrives.
  return rows?.every((other) => isSameConversation(other.key, key)) === true ? rows : undefined
}
