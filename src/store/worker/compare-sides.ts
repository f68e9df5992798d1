/** Fills the sides of a comparison from the records of a store. */
import type { Expression } from '../../filter/tree/expression.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { formatClocks } from '../../lib/format.ts'
import type { SideGap } from '../../compare/side-gaps.ts'
import { MAX_WAYS, SideTally, type Way } from '../../compare/side-tally.ts'
import { refusal } from '../../source/trouble.ts'
import { END_COLUMN, FIRST_COUNTER_COLUMN, START_COLUMN } from '../columns/chunk.ts'
import type { RecordStore } from '../keys/record-store.ts'
import type { TimeRange } from '../protocol.ts'
import { matchNow } from '../query/exported-rows.ts'
import { RetainedRecords } from '../query/retained-records.ts'

/** numConnectionsStarted, among the counters of a record. */
const CONNECTIONS_COLUMN = FIRST_COUNTER_COLUMN + 4
/** So many records are added between two chances to stop. */
const STEP = 2000

/** What a side is of. */
export interface SideSource {
  readonly store: RecordStore
  readonly filter: Expression
  /** Null for all that is held. */
  readonly range: TimeRange | null
  /** The range of which all records that there are were read, also where it has none; null where only the records tell. */
  readonly covered: TimeRange | null
  /** Unix seconds by the clock of the records. */
  readonly now: number
  /** `A` or `B`, for what is said of it. */
  readonly name: string
}

/** The part of the range that is held; 0 to 0 for records without times. */
function heldPart({ store, range, covered, name }: SideSource): TimeRange {
  if (covered !== null) return covered
  const { oldest, newest, records } = store.holdings()
  if (records === 0) throw refusal(`Nothing is held of ${name}.`)
  if (oldest === null || newest === null) {
    if (range === null) return { from: 0, to: 0 }
    throw refusal('The records held have no times, so that a window of them cannot be compared.')
  }
  const from = Math.max(oldest, range?.from ?? oldest)
  const to = Math.min(newest, range?.to ?? newest)
  if (to - from >= BUCKET_SECONDS) return { from, to }
  const what = range === null ? '' : `, which is ${formatClocks(range.from, range.to)}`
  throw refusal(
    `Nothing is held of ${name}${what}. Held are ${formatClocks(oldest, newest)}: choose a window in it.`,
  )
}

/** Adds up the records that match, in steps, of which each says the part that is done. */
export function* tallyOf(source: SideSource): Generator<number, SideTally> {
  const { store, filter } = source
  const range = heldPart(source)
  const isTimed = range.to > 0
  const side = new SideTally(range)
  const view = {
    shape: 'intervals',
    filter,
    time: isTimed ? range : null,
    until: null,
    frozen: null,
  } as const
  const { match, context } = matchNow(store, view, source.now)
  const records = new RetainedRecords(match, context)
  const ways: Way[] = []
  const add = (entry: number, values: Float64Array): void => {
    const way = (ways[entry] ??= wayOf(side, records, entry))
    const connections = values[CONNECTIONS_COLUMN]!
    side.add(way, {
      records: 1,
      connections: Number.isNaN(connections) ? null : connections,
      first: values[START_COLUMN]!,
      last: values[END_COLUMN]!,
    })
  }
  for (let left = records.total; left > 0; left -= STEP) {
    let count = 0
    records.visitNext((entry, values) => {
      add(entry, values)
      return ++count < STEP
    })
    yield 1 - left / records.total
  }
  return side
}

function wayOf(side: SideTally, records: RetainedRecords, entry: number): Way {
  const way = side.wayOf(records.labelledKey(entry).key)
  if (way !== null) return way
  throw refusal(
    `There are more than ${MAX_WAYS} conversations and decisions to compare. Narrow the filter or the windows.`,
  )
}

/** Ranges of which nothing was received from a live source. */
export function receivedGaps(store: RecordStore): readonly SideGap[] {
  if (!store.live) return []
  return store.gapDetector.gaps().map(({ from, to }) => ({ from, to, cause: 'Nothing was received' }))
}
