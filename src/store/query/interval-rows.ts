/** Table rows of shape `intervals`: one for each record. An interval's number counts through the slices of a snapshot. */
import { COLUMN_COUNT, FIRST_COUNTER_COLUMN, END_COLUMN, START_COLUMN } from '../columns/chunk.ts'
import { ensure } from '../../lib/assert.ts'
import { STAGED_ALLOW, STAGED_DENY } from '../keys/trace-facts.ts'
import type { Row } from '../protocol.ts'
import { LEVELS, stagedOf } from './attention.ts'
import type { QueryContext } from './matching-rows.ts'
import type { ChunkSlice } from '../columns/chunked-rows.ts'
import type { Snapshot } from './snapshot.ts'
import { toCounters } from '../keys/counter-sums.ts'

/**
 * The flow's id and the start in base 36. Where a capture holds several records of one flow and start, as when two
 * captures were joined, those after the first have their occurrence at the end: `-2`, `-3`.
 */
function intervalId(flowId: string, start: number, occurrence: number): string {
  const id = `${flowId}-${start.toString(36)}`
  return occurrence === 1 ? id : `${id}-${occurrence}`
}

/** The table rows of the intervals with the given numbers. `levelOf` gives that of attention, by flow. */
export function intervalRows(
  { snapshot, signatures, facts }: QueryContext,
  items: Uint32Array,
  levelOf: (flow: number) => number,
): readonly Row[] {
  const { keys } = snapshot
  const occurrences = snapshot.hasDuplicateStarts ? occurrencesOf(snapshot, items) : null
  return Array.from(items, (item) => {
    const { slice, row } = positionOf(snapshot, item)
    const values = new Float64Array(COLUMN_COUNT)
    slice.chunk.read(row, values)
    const entry = slice.chunk.entries[row]!
    const flow = keys.flowOf[entry]!
    const labelled = keys.labelledKeyOf(entry)
    const counters = toCounters(values.subarray(FIRST_COUNTER_COLUMN))
    const times = { firstSeen: values[START_COLUMN]!, lastSeen: values[END_COLUMN]! }
    const staged = facts.stagedOf(flow)
    const port = {
      id: signatures.idOf(signatures.ofFlows()[flow]!),
      proto: labelled.key.proto,
      port: labelled.key.destPort,
      records: 1,
      connections: counters.numConnectionsStarted,
      ...times,
    }
    return {
      id: intervalId(keys.idOf(flow), values[START_COLUMN]!, occurrences?.get(item) ?? 1),
      ...labelled,
      ...counters,
      ...times,
      records: 1,
      keys: 1,
      trend: [],
      ports: [port],
      portCount: 1,
      scan: null,
      attention: ensure(LEVELS[levelOf(flow)], 'each level has a name'),
      staged: stagedOf(Number(staged === STAGED_ALLOW), Number(staged === STAGED_DENY), 1),
    }
  })
}

/** The number of the interval with an id; −1 when the snapshot has none. */
export function intervalOfId({ keys, slices }: Snapshot, id: string): number {
  const flow = keys.flowOfId(id)
  if (flow < 0) return -1
  const flowId = keys.idOf(flow)
  const occurrencesByStart = new Map<number, number>()
  let base = 0
  for (const { chunk, length } of slices) {
    for (let row = 0; row < length; row++) {
      if (keys.flowOf[chunk.entries[row]!] !== flow) continue
      const start = chunk.starts[row]!
      const occurrence = (occurrencesByStart.get(start) ?? 0) + 1
      occurrencesByStart.set(start, occurrence)
      if (intervalId(flowId, start, occurrence) === id) return base + row
    }
    base += length
  }
  return -1
}

/** The slice of an interval, the slice's index, and the row in it. */
export function positionOf(
  { slices }: Snapshot,
  item: number,
): { readonly slice: ChunkSlice; readonly at: number; readonly row: number } {
  let row = item
  for (const [at, slice] of slices.entries()) {
    if (row < slice.length) return { slice, at, row }
    row -= slice.length
  }
  throw new Error(`No interval ${item} in the snapshot`)
}

/** By interval: how many records of the same flow and start there are up to and including it. */
function occurrencesOf(snapshot: Snapshot, items: Uint32Array): ReadonlyMap<number, number> {
  const { keys, slices } = snapshot
  const wanted = new Set(items)
  /** By flow of a wanted interval, then by start: how many records were counted so far. */
  const counts = new Map<number, Map<number, number>>()
  const wantedStarts = new Set<number>()
  for (const item of items) {
    const { slice, row } = positionOf(snapshot, item)
    counts.set(keys.flowOf[slice.chunk.entries[row]!]!, new Map())
    wantedStarts.add(slice.chunk.starts[row]!)
  }
  const isWanted = new Uint8Array(snapshot.entryCount)
  for (let entry = 0; entry < snapshot.entryCount; entry++)
    isWanted[entry] = counts.has(keys.flowOf[entry]!) ? 1 : 0
  const occurrences = new Map<number, number>()
  let base = 0
  for (const { chunk, length } of slices) {
    const { entries, starts, startRuns } = chunk
    const count = (begin: number, end: number): void => {
      for (let row = begin; row < end; row++) {
        const entry = entries[row]!
        if (isWanted[entry] === 0) continue
        const byStart = counts.get(keys.flowOf[entry]!)
        const start = starts[row]!
        const occurrence = (byStart?.get(start) ?? 0) + 1
        byStart?.set(start, occurrence)
        if (wanted.has(base + row)) occurrences.set(base + row, occurrence)
      }
    }
    // Only rows with the start of a wanted interval can be its duplicates: all other runs are skipped.
    if (startRuns.isUsable) {
      startRuns.forEachRun(length, (begin, end) => {
        if (wantedStarts.has(starts[begin]!)) count(begin, end)
      })
    } else count(0, length)
    base += length
  }
  return occurrences
}
