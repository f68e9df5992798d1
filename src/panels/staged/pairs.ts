/** The flows of a change as people count them: two ends, protocol and port, whichever end reported. */
import type { Row } from '../../state/client/rows.ts'
import { conversationIdentity, isSameConversation } from '../../flows/identity.ts'

/** The flows between two ends over one port that change in one direction. */
export interface ChangedPair {
  /** The newest of them, which names the ends. */
  readonly row: Row
  /** How many there are: one at each end, one for each trace. */
  readonly flows: number
}

/** In the order in which the pairs first come. */
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

/** Whether the open row is one of the pair's flows, at either end. */
export function isOpen({ row }: ChangedPair, open: Row | undefined): boolean {
  return open !== undefined && isSameConversation(row.key, open.key)
}
