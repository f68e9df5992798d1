/** Rows of flows by what they are, not by what a view shows. */
import { CONVERSATION_FIELDS } from '../../flows/identity.ts'
import { partIndex } from '../keys/key-dictionary.ts'
import type { Row } from '../protocol.ts'
import type { RecordStore } from '../keys/record-store.ts'
import { Scoped } from './snapshot.ts'
import { flowRows } from './window-rows.ts'

const CONVERSATION = CONVERSATION_FIELDS.map(partIndex)

const EVERYTHING = { time: null, endSequence: Number.POSITIVE_INFINITY }

/** The row of a flow over everything held; null when it has no records any more. */
export function flowRowOf(store: RecordStore, id: string): Row | null {
  const flow = store.keys.flowOfId(id)
  if (flow < 0 || store.sums().records[flow] === 0) return null
  return flowRows(new Scoped(store, EVERYTHING), Uint32Array.of(flow))[0] ?? null
}

/** The flows between the same two ends, over the same protocol and port; the last seen first. */
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
  return flowRows(new Scoped(store, EVERYTHING), Uint32Array.from(flows)).toSorted(
    (a, b) => b.lastSeen - a.lastSeen || (a.id < b.id ? -1 : 1),
  )
}
