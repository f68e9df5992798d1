/**
 * Reads what a view shows in batches, between which the store appends, evicts and renumbers. Nothing of that changes what
 * is read: what matches, its order and its sums are found at the beginning, and kept until the last batch.
 */
import { RecordLines } from '../../capture/record-lines.ts'
import type { ExportRow } from '../../export/row-columns.ts'
import type { Flow, LabelledKey } from '../../flows/flow.ts'
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

/** A batch of lines ends before its limit after so many records whose JSON is new, or bytes: about 10 ms of work. */
const BATCH_NEW_ENTRIES = 250
const BATCH_BYTES = 2 ** 20

/** What is exported, read from its beginning to its end. */
interface Reader {
  /** How many items there are in all. */
  readonly total: number
  /** The time that they cover: the range that was asked for, or that of the records. Null without records. */
  readonly span: TimeRange | null
  /** Passes over the next items, so many of them. */
  readonly skip: (count: number) => void
}

/** Gives items in batches; an empty one is the end. */
export interface BatchReader<Item> extends Reader {
  readonly next: (limit: number) => readonly Item[]
}

/** Gives records as lines of NDJSON in batches; one without records is the end. */
export interface LineReader extends Reader {
  readonly next: (limit: number) => { readonly bytes: Uint8Array<ArrayBuffer>; readonly items: number }
}

/** What matches now. Records that are appended from now on are not in it. */
export function matchNow(
  store: RecordStore,
  { time, until, frozen, shape, filter }: Pick<ViewRequest, 'time' | 'until' | 'frozen' | 'shape' | 'filter'>,
  now: number,
): MatchOf {
  const { appended } = store.rows
  const endSequence = Math.min(frozen?.appended ?? appended, appended)
  const snapshot = new Snapshot(store, { time, endSequence, until }, { ownsSums: true })
  return new SnapshotCache(store).match({ snapshot, matches: new Map() }, shape, filter, now)
}

function readerOf(records: RetainedRecords, { context }: MatchOf): Reader {
  return {
    total: records.total,
    span: records.total === 0 ? null : context.snapshot.span,
    skip: (count) => records.skip(count),
  }
}

/**
 * The records that the rows of a request sum, as lines, in the order of their arrival. `change` is made to each key with
 * its labels. `now` is in Unix seconds, here and below.
 */
export function lineReader(
  store: RecordStore,
  request: ViewRequest,
  now: number,
  change = (labelledKey: LabelledKey): LabelledKey => labelledKey,
): LineReader {
  const found = matchNow(store, request, now)
  const records = new RetainedRecords(found.match, found.context)
  const lines = new RecordLines((entry) => change(records.labelledKey(entry)))
  return {
    ...readerOf(records, found),
    next(limit) {
      const madeBefore = lines.entriesMade
      let items = 0
      records.visitNext((entry, values) => {
        lines.add(entry, values)
        items++
        const isLong = lines.byteLength >= BATCH_BYTES || lines.entriesMade - madeBefore >= BATCH_NEW_ENTRIES
        return items < limit && !isLong
      })
      return { bytes: lines.take(), items }
    },
  }
}

/** The records of {@link lineReader} themselves. */
export function flowReader(
  store: RecordStore,
  request: ViewRequest,
  now: number,
  change?: (labelledKey: LabelledKey) => LabelledKey,
): BatchReader<Flow> {
  const found = matchNow(store, request, now)
  const records = new RetainedRecords(found.match, found.context)
  return { ...readerOf(records, found), next: (limit) => records.next(limit, change) }
}

/**
 * The rows of a request in its order, at most `limit` of them. The order is found at once, as numbers; the rows are made
 * batch by batch.
 */
export function rowReader(
  store: RecordStore,
  request: ViewRequest,
  now: number,
  limit = Number.POSITIVE_INFINITY,
): BatchReader<ExportRow> {
  const found = matchNow(store, request, now)
  const order = new SortedRows({ ...found, request, all: store.sums(), buffers: new SortBuffers() })
  const items = order.window(0, Math.min(limit, order.total))
  const rowsOf = found.match.sets === null ? intervalsOf(found) : setsOf(found)
  let read = 0
  return {
    total: order.total,
    span: order.total === 0 ? null : found.context.snapshot.span,
    skip: (count) => (read += count),
    next: (count) => {
      const batch = items.subarray(read, read + count)
      read += batch.length
      return rowsOf(batch)
    },
  }
}

/** The rows of a request as {@link rowReader} has them, in another order where that is found sooner. */
export function unorderedRowReader(
  store: RecordStore,
  request: ViewRequest,
  now: number,
): BatchReader<ExportRow> {
  // A row of these is a record: a million of them is not sorted for a few.
  if (request.shape !== 'intervals') return rowReader(store, request, now)
  const found = matchNow(store, request, now)
  const records = new RetainedRecords(found.match, found.context)
  return { ...readerOf(records, found), next: (limit) => records.next(limit).map(rowOfRecord) }
}

type RowsOf = (items: Uint32Array) => readonly ExportRow[]

function intervalsOf({ match, context }: MatchOf): RowsOf {
  const records = new RetainedRecords(match, context)
  return (items) => Array.from(items, (item) => rowOfRecord(records.at(item)))
}

function rowOfRecord(flow: Flow): ExportRow {
  return {
    ...flow,
    firstSeen: flow.startTime,
    lastSeen: flow.endTime,
    records: 1,
    ports: [],
    portCount: 1,
  }
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
