import type { ReactNode } from 'react'

import { formatAge, formatBytes } from '../../lib/format.ts'
import { oldestKept } from '../../state/goldmane/kept-range.ts'
import { useHistoryStatus } from '../../state/goldmane/use-history-status.ts'

/** What is kept of the history of the open source: "7 d, 16 MB". Nothing until the server has answered. */
export function KeptOfHistory() {
  const { history, trouble } = useHistoryStatus()
  if (history === undefined) return trouble === null ? null : <Kept>not known now</Kept>
  // The footer says it too, where there is room for it.
  if (history.state === 'failing') return <Kept>not stored now</Kept>
  const oldest = oldestKept(history)
  if (oldest === null) return <Kept>nothing yet</Kept>
  return (
    <Kept>
      {formatAge(history.now - oldest)}, {formatBytes(history.bytes)}
    </Kept>
  )
}

function Kept({ children }: { children: ReactNode }) {
  return <span className="ml-auto pl-3 text-2xs whitespace-nowrap text-muted">{children}</span>
}
