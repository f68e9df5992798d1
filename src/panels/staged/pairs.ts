/** Groups the flows of a change by conversation: source, destination, protocol and port, whichever end reported. */
import type { Row } from '../../state/client/rows.ts'
import { conversationIdentity, isSameConversation } from '../../flows/identity.ts'

/** The flows of one conversation that change in one direction, such as from allowed to denied. */
export interface ChangedPair {
  /** The row of the key that was last seen, which names the ends. */
  readonly row: Row
  /** The records of all its keys. */
  readonly records: number
}

/** The pairs in the order of their first rows. */
export function pairsOf(rows: readonly Row[]): readonly ChangedPair[] {
  const found = new Map<string, { row: Row; records: number }>()
  for (const row of rows) {
    const id = conversationIdentity(row.key)
    const pair = found.get(id)
    if (pair === undefined) {
      found.set(id, { row, records: row.records })
      continue
    }
    pair.records += row.records
    if (row.lastSeen > pair.row.lastSeen) pair.row = row
  }
  return [...found.values()]
}

/** Whether the open row is a flow of the pair, at either end. */
export function isOpen({ row }: ChangedPair, open: Row | undefined): boolean {
  return open !== undefined && isSameConversation(row.key, open.key)
}
