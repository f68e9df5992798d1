/** The commands `.` and `,`: from the open denial to the next one like it, in the order of the table. */
import { useEffect, useRef } from 'react'

import { useCommand } from '../../../state/commands/commands.ts'
import { useFlowtrace } from '../../../state/client/flowtrace.ts'
import { useView } from '../../../state/view/navigation.ts'
import type { Row } from '../../../state/client/rows.ts'
import { denialFilter, neighbour } from './same-denial.ts'

/** Rows that are looked through, in the order of the table. */
const LIMIT = 500

/** `open` is the open row; `onFound` opens another and brings it into sight. */
export function useSameDenial(open: Row | undefined, onFound: (row: Row) => void): void {
  const { client } = useFlowtrace()
  const [{ filter, shape, time, sort }] = useView()
  const asked = useRef<AbortController | null>(null)
  useEffect(() => () => asked.current?.abort(), [])

  const step = async (by: 1 | -1): Promise<string | void> => {
    if (open === undefined) return
    asked.current?.abort()
    const abort = new AbortController()
    asked.current = abort
    const question = {
      about: 'rows',
      shape,
      filter: denialFilter(filter, open, shape),
      time,
      sort,
      limit: LIMIT,
    } as const
    // Only an abort rejects: a newer press has taken over.
    const answer = await client.ask(question, abort.signal).catch(() => null)
    if (answer === null) return
    const found = neighbour(answer.rows, open, shape, by)
    if (found === null) return 'No other row of this denial'
    onFound(found)
  }
  const denied = open?.key.action === 'Deny'
  useCommand('denial.next', () => step(1), denied)
  useCommand('denial.previous', () => step(-1), denied)
}
