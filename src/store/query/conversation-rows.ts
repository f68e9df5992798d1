/** The table rows of a conversation. */
import { CONVERSATION_FIELDS } from '../../flows/identity.ts'
import { partIndex } from '../keys/key-dictionary.ts'
import type { Row } from '../protocol.ts'
import type { RecordStore } from '../keys/record-store.ts'
import { Snapshot } from './snapshot.ts'
import { flowRows } from './window-rows.ts'

const CONVERSATION = CONVERSATION_FIELDS.map(partIndex)

/** All rows of a store. */
const UNBOUNDED = { time: null, endSequence: Number.POSITIVE_INFINITY }

/**
 * The flows between the ends of a flow, over the same protocol and port, whatever their reporter, verdict and trace. The
 * last seen come first. Empty when no flow has the id.
 */
export function conversationOf(store: RecordStore, id: string): readonly Row[] {
  const { keys } = store
  const { records } = store.sums()
  const wanted = keys.flowOfId(id)
  if (wanted < 0) return []
  const flows: number[] = []
  for (let flow = 0; flow < keys.flowCount; flow++) {
    if (records[flow] === 0) continue
    if (CONVERSATION.every((part) => keys.codes[part]![flow] === keys.codes[part]![wanted])) flows.push(flow)
  }
  return flowRows(new Snapshot(store, UNBOUNDED), Uint32Array.from(flows)).toSorted(
    (a, b) => b.lastSeen - a.lastSeen || (a.id < b.id ? -1 : 1),
  )
}
