/** Rows of single records. They are numbered through the slices of a scope. */
import { COLUMN_COUNT, FIRST_COUNTER_COLUMN, END_COLUMN, START_COLUMN } from '../columns/chunk.ts'
import type { Row } from '../protocol.ts'
import type { ChunkSlice } from '../columns/chunked-rows.ts'
import type { Scoped } from './snapshot.ts'
import { toCounters } from '../keys/counter-sums.ts'

/**
 * The flow's id and the start in base 36. A capture may hold a flow's interval twice, for example when two captures
 * were joined: the second one is numbered.
 */
function intervalId(flowId: string, start: number, time: number): string {
  const id = `${flowId}-${start.toString(36)}`
  return time === 1 ? id : `${id}-${time}`
}

export function intervalRows(scoped: Scoped, items: Uint32Array): readonly Row[] {
  const { keys } = scoped
  const times = scoped.hasTwins ? timesOf(scoped, items) : null
  return Array.from(items, (item) => {
    const { slice, row } = placeIn(scoped, item)
    const values = new Float64Array(COLUMN_COUNT)
    slice.chunk.read(row, values)
    const entry = slice.chunk.entries[row]!
    return {
      id: intervalId(keys.idOf(keys.flowOf[entry]!), values[START_COLUMN]!, times?.get(item) ?? 1),
      ...keys.labelledKeyOf(entry),
      ...toCounters(values.subarray(FIRST_COUNTER_COLUMN)),
      firstSeen: values[START_COLUMN]!,
      lastSeen: values[END_COLUMN]!,
      records: 1,
      keys: 1,
      trend: [],
    }
  })
}

/** The number of the row of an id; −1 when the scope does not hold it. */
export function intervalOfId({ keys, slices }: Scoped, id: string): number {
  const flow = keys.flowOfId(id)
  if (flow < 0) return -1
  const flowId = keys.idOf(flow)
  const timesAt = new Map<number, number>()
  let base = 0
  for (const { chunk, length } of slices) {
    for (let row = 0; row < length; row++) {
      if (keys.flowOf[chunk.entries[row]!] !== flow) continue
      const start = chunk.starts[row]!
      const time = (timesAt.get(start) ?? 0) + 1
      timesAt.set(start, time)
      if (intervalId(flowId, start, time) === id) return base + row
    }
    base += length
  }
  return -1
}

/** Where a numbered row is. */
export function placeIn(
  { slices }: Scoped,
  item: number,
): { readonly slice: ChunkSlice; readonly at: number; readonly row: number } {
  let row = item
  for (const [at, slice] of slices.entries()) {
    if (row < slice.length) return { slice, at, row }
    row -= slice.length
  }
  throw new Error(`No row ${item}`)
}

/** For each of the rows, the how many-eth of its flow and start it is. */
function timesOf(scoped: Scoped, items: Uint32Array): ReadonlyMap<number, number> {
  const { keys, slices } = scoped
  const wanted = new Set(items)
  // By flow of a wanted row: how often each start was met.
  const timesAt = new Map<number, Map<number, number>>()
  const wantedStarts = new Set<number>()
  for (const item of items) {
    const { slice, row } = placeIn(scoped, item)
    timesAt.set(keys.flowOf[slice.chunk.entries[row]!]!, new Map())
    wantedStarts.add(slice.chunk.starts[row]!)
  }
  const isWanted = new Uint8Array(scoped.entryCount)
  for (let entry = 0; entry < scoped.entryCount; entry++)
    isWanted[entry] = timesAt.has(keys.flowOf[entry]!) ? 1 : 0
  const times = new Map<number, number>()
  let base = 0
  for (const { chunk, length } of slices) {
    const { entries, starts, startRuns: runs } = chunk
    const count = (begin: number, end: number): void => {
      for (let row = begin; row < end; row++) {
        const entry = entries[row]!
        if (isWanted[entry] === 0) continue
        const met = timesAt.get(keys.flowOf[entry]!)
        const start = starts[row]!
        const time = (met?.get(start) ?? 0) + 1
        met?.set(start, time)
        if (wanted.has(base + row)) times.set(base + row, time)
      }
    }
    // Rows of other starts have no say in it.
    if (runs.isUsable) {
      runs.forEachRun(length, (begin, end) => {
        if (wantedStarts.has(starts[begin]!)) count(begin, end)
      })
    } else count(0, length)
    base += length
  }
  return times
}
