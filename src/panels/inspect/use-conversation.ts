import { useMemo } from 'react'

import { useAnswer } from '../../state/client/use-question.ts'
import type { Row } from '../../state/client/rows.ts'
import { isSameConversation } from '../../flows/identity.ts'

/** The records of both ends, of any trace, with the row's ends, protocol and port; undefined until they are known. */
export function useConversation({ id, key }: Row): readonly Row[] | undefined {
  const question = useMemo(() => ({ about: 'conversation', id }) as const, [id])
  const rows = useAnswer(question)
  // For a moment the answer is still that of the row that was open before.
  return rows?.every((other) => isSameConversation(other.key, key)) === true ? rows : undefined
}
