/** The table rows of a conversation. */
import { CONVERSATION_FIELDS } from '../../flows/identity.ts'
import { partIndex } from '../keys/key-dictionary.ts'
import type { Row } from '../protocol.ts'
import type { Match } from './matching-rows.ts'
import { type RowOptions, windowRows } from './window-rows.ts'

const CONVERSATION = CONVERSATION_FIELDS.map(partIndex)

/**
 * The keys between the ends of a flow, over the same protocol and port, whatever their reporter, verdict and trace. The
 * last seen come first. Empty when no flow has the id. `match` is that of all keys.
 */
export function conversationOf(id: string, match: Match, options: RowOptions): readonly Row[] {
  const { keys, sums } = options.context.snapshot
  const wanted = keys.flowOfId(id)
  if (wanted < 0) return []
  const flows: number[] = []
  for (let flow = 0; flow < keys.flowCount; flow++) {
    if (sums.records[flow] === 0) continue
    if (CONVERSATION.every((part) => keys.codes[part]![flow] === keys.codes[part]![wanted])) flows.push(flow)
  }
  return windowRows(match, Uint32Array.from(flows), options).toSorted(
    (a, b) => b.lastSeen - a.lastSeen || (a.id < b.id ? -1 : 1),
  )
}
