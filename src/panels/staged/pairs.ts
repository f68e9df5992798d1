/** Groups the flows of a change by conversation: source, destination, protocol and port, whichever end reported. */
import type { Row } from '../../state/client/rows.ts'
import { conversationIdentity, isSameConversation } from '../../flows/identity.ts'

/** The flows of one conversation that change in one direction, such as from allowed to denied. */
export interface ChangedPair {
  /** The newest flow, which names the ends. */
  readonly row: Row
  /** The number of flows: one for each reporter and trace. */
  readonly flows: number
}

/** The pairs in the order of their first rows. */
export function pairsOf(rows: readonly Row[]): readonly ChangedPair[] {
  const found = new Map<string, { row: Row; flows: number }>()
  for (const row of rows) {
    const id = conversationIdentity(row.key)
    const pair = found.get(id)
    if (pair === undefined) {
      found.set(id, { row, flows: 1 })
      continue
    }
    pair.flows++
    if (row.lastSeen > pair.row.lastSeen) pair.row = row
  }
  return [...found.values()]
}

/** Whether the open row is a flow of the pair, at either end. */
export function isOpen({ row }: ChangedPair, open: Row | undefined): boolean {
  return open !== undefined && isSameConversation(row.key, open.key)
}
