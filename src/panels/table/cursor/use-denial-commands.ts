/** The commands `.` and `,`: from the open row to the next or previous row of the same denial, in the table's order. */
import { useEffect, useRef } from 'react'

import { useCommand } from '../../../state/commands/commands.ts'
import { useFlowtrace } from '../../../state/client/flowtrace.ts'
import { topRowsOf } from '../../../state/client/questions.ts'
import { useView } from '../../../state/view/navigation.ts'
import type { Row } from '../../../state/client/rows.ts'
import { denialFilter, neighbourOf } from './same-denial.ts'

/** At most so many rows, the first ones in the order of the table, are searched. */
const MAX_SEARCHED_ROWS = 500

/** `open` is the open row; `onFound` is called with the row to open and scroll to. */
export function useDenialCommands(open: Row | undefined, onFound: (row: Row) => void): void {
  const { client } = useFlowtrace()
  const [{ filter, shape, time, sort }] = useView()
  const pending = useRef<AbortController | null>(null)
  useEffect(() => () => pending.current?.abort(), [])

  const step = async (by: 1 | -1): Promise<string | void> => {
    if (open === undefined) return
    pending.current?.abort()
    const abort = new AbortController()
    pending.current = abort
    const rows = { shape, filter: denialFilter(filter, open, shape), time, sort }
    // The promise rejects only when a newer step has aborted this one.
    const answer = await client.ask(topRowsOf(rows, MAX_SEARCHED_ROWS), abort.signal).catch(() => null)
    if (answer === null) return
    const found = neighbourOf(answer.rows, open, shape, by)
    if (found === null) return 'No other row of this denial'
    onFound(found)
  }
  const denied = open?.key.action === 'Deny'
  useCommand('denial.next', () => step(1), denied)
  useCommand('denial.previous', () => step(-1), denied)
}
