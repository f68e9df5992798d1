/**
 * Reads what a view shows in batches, between which the store appends, evicts and renumbers. Nothing of that changes what
 * is read: what matches, its order and its sums are found at the beginning, and kept until the last batch.
 */
import type { ExportRow } from '../../export/row-columns.ts'
import type { Flow } from '../../flows/flow.ts'
import { ensure } from '../../lib/assert.ts'
import { toCounters } from '../keys/counter-sums.ts'
import type { RecordStore } from '../keys/record-store.ts'
import type { TimeRange, ViewRequest } from '../protocol.ts'
import { SortBuffers } from './bucket-sort.ts'
import { MAX_LISTED_PORTS, portUsesOf } from './port-uses.ts'
import { RetainedRecords } from './retained-records.ts'
import { type MatchOf, SnapshotCache } from './snapshot-cache.ts'
import { Snapshot } from './snapshot.ts'
import { SortedRows } from './sorted-rows.ts'

/** Gives what is exported in batches; an empty one is the end. */
export interface BatchReader<Item> {
  /** How many items there are in all. */
  readonly total: number
  /** The time that they cover: the range that was asked for, or that of the records. Null without records. */
  readonly span: TimeRange | null
  readonly next: (limit: number) => readonly Item[]
}

/** What matches now. Records that are appended from now on are not in it. */
function matchNow(
  store: RecordStore,
  { time, until, frozen, shape, filter }: ViewRequest,
  now: number,
): MatchOf {
  const { appended } = store.rows
  const endSequence = Math.min(frozen?.appended ?? appended, appended)
  const snapshot = new Snapshot(store, { time, endSequence, until }, { ownsSums: true })
  return new SnapshotCache(store).match({ snapshot, matches: new Map() }, shape, filter, now)
}

/** The records that the rows of a request sum, in the order of their arrival. `now` is in Unix seconds, here and below. */
export function recordReader(store: RecordStore, request: ViewRequest, now: number): BatchReader<Flow> {
  const { match, context } = matchNow(store, request, now)
  const records = new RetainedRecords(match, context)
  return {
    total: records.total,
    span: records.total === 0 ? null : context.snapshot.span,
    next: (limit) => records.next(limit),
  }
}

/** The rows of a request in its order, which is found at once, as numbers; the rows are made batch by batch. */
export function rowReader(store: RecordStore, request: ViewRequest, now: number): BatchReader<ExportRow> {
  const found = matchNow(store, request, now)
  const order = new SortedRows({ ...found, request, all: store.sums(), buffers: new SortBuffers() })
  const items = order.window(0, order.total)
  const rowsOf = found.match.sets === null ? intervalsOf(found) : setsOf(found)
  let read = 0
  return {
    total: items.length,
    span: items.length === 0 ? null : found.context.snapshot.span,
    next: (limit) => {
      const batch = items.subarray(read, read + limit)
      read += batch.length
      return rowsOf(batch)
    },
  }
}

type RowsOf = (items: Uint32Array) => readonly ExportRow[]

function intervalsOf({ match, context }: MatchOf): RowsOf {
  const records = new RetainedRecords(match, context)
  return (items) =>
    Array.from(items, (item) => {
      const flow = records.at(item)
      return {
        ...flow,
        firstSeen: flow.startTime,
        lastSeen: flow.endTime,
        records: 1,
        ports: [],
        portCount: 1,
      }
    })
}

/** Groups and signatures, as the table has them but for what only a screen shows, such as trends. */
function setsOf({ match, context }: MatchOf): RowsOf {
  const { keys, sums } = context.snapshot
  const { sums: found } = ensure(match.sets, 'a match of sets has sums of sets')
  return (items) => {
    const ports = portUsesOf(match, items, context)
    return Array.from(items, (set, i) => {
      const ofRow = ports[i] ?? []
      return {
        ...keys.labelledKeyOf(sums.newestEntry[found.flow[set]!]!),
        ...toCounters(found.countersOf(set)),
        firstSeen: found.first[set]!,
        lastSeen: found.last[set]!,
        records: found.records[set]!,
        ports: ofRow.slice(0, MAX_LISTED_PORTS),
        portCount: ofRow.length,
      }
    })
  }
}
