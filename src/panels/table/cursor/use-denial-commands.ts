/** The commands `.` and `,`: from the open row to the next or previous row of the same denial, in the table's order. */
import { useEffect, useLayoutEffect, useRef } from 'react'

import { useCommand } from '../../../state/commands/commands.ts'
import { useFlowtrace } from '../../../state/client/flowtrace.ts'
import { topRowsOf } from '../../../state/client/questions.ts'
import { navigation } from '../../../state/view/navigation.ts'
import type { Row } from '../../../state/client/rows.ts'
import { denialFilter, neighbourOf } from './same-denial.ts'

/** At most so many rows, the first ones in the order of the table, are searched. */
const MAX_SEARCHED_ROWS = 500

/** `open` is the open row; `onFound` is called with the row to open and scroll to. */
export function useDenialCommands(open: Row | undefined, onFound: (row: Row) => void): void {
  const { client } = useFlowtrace()
  const latest = useRef({ open, onFound })
  useLayoutEffect(() => {
    latest.current = { open, onFound }
  })
  /** The row that was found last. It is open before the worker has answered the view that has it. */
  const found = useRef<Row | null>(null)
  /** Steps wait for each other: each goes on from where the one before arrived. */
  const steps = useRef<Promise<string | void>>(Promise.resolve())
  const unmounted = useRef<AbortSignal | null>(null)
  useEffect(() => {
    const abort = new AbortController()
    unmounted.current = abort.signal
    return () => abort.abort()
  }, [])

  const stepNow = async (by: 1 | -1): Promise<string | void> => {
    const signal = unmounted.current
    const { open: opened, filter, shape, time, sort } = navigation.parsed().view
    const from = found.current?.id === opened ? found.current : latest.current.open
    if (signal === null || opened === null || from === null || from === undefined) return
    const rows = { shape, filter: denialFilter(filter, from, shape), time, sort }
    // The promise rejects only when the table is gone.
    const answer = await client.ask(topRowsOf(rows, MAX_SEARCHED_ROWS), signal).catch(() => null)
    // The reader has opened another row meanwhile, or closed this one.
    if (answer === null || navigation.parsed().view.open !== opened) return
    const next = neighbourOf(answer.rows, from, shape, by)
    if (next === null) return 'No other row of this denial'
    found.current = next
    latest.current.onFound(next)
  }
  const step = (by: 1 | -1) => (steps.current = steps.current.then(() => stepNow(by)))
  const denied = open?.key.action === 'Deny'
  useCommand('denial.next', () => step(1), denied)
  useCommand('denial.previous', () => step(-1), denied)
}
