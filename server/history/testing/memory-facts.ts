/** The records of the in-memory history, and their sums. */
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { Counters, Flow, LabelledKey } from '../../../src/flows/flow.ts'
import type { Bucket, EntryId, HeldBucket, HistoryGap, HistorySums } from '../history-store.ts'

export const HOUR = 3600
/** A record, or the sum of one entry's records in a step. */
export interface Fact extends HistorySums {
  readonly entry: EntryId
  readonly start: number
  readonly seconds: number
}

/** The items by what a function says of them, in the order in which they first occur. */
export function groupedBy<T, K>(items: Iterable<T>, of: (item: T) => K): Map<K, [T, ...T[]]> {
  const groups = new Map<K, [T, ...T[]]>()
  for (const item of items) {
    const name = of(item)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [item])
    else group.push(item)
  }
  return groups
}

export function portOf({ key }: LabelledKey): string {
  return `${key.proto} ${key.destPort}`
}

export function factOf(bucket: Bucket, entry: EntryId, row: number): Fact {
  const counters = Object.fromEntries(
    COUNTER_NAMES.map((name) => {
      const value = bucket[name][row] ?? Number.NaN
      return [name, Number.isNaN(value) ? null : value]
    }),
  ) as Record<keyof Counters, number | null> // of these names
  const { start, seconds } = bucket
  return { entry, start, seconds, records: 1, first: start, last: start + seconds, ...counters }
}

export function flowOf(fact: Fact, subject: LabelledKey): Flow {
  const counters = Object.fromEntries(COUNTER_NAMES.map((name) => [name, fact[name]])) as Record<
    keyof Counters,
    number | null
  > // of these names
  return { ...subject, ...counters, startTime: fact.start, endTime: fact.last }
}

export function sumsOf(facts: readonly HistorySums[]): HistorySums {
  const counters = Object.fromEntries(
    COUNTER_NAMES.map((name) => {
      const recorded = facts.map((fact) => fact[name]).filter((value) => value !== null)
      return [name, recorded.length === 0 ? null : recorded.reduce((a, b) => a + b, 0)]
    }),
  ) as Record<keyof Counters, number | null> // of these names
  return {
    records: facts.reduce((sum, { records }) => sum + records, 0),
    first: facts.reduce((least, { first }) => Math.min(least, first), Number.POSITIVE_INFINITY),
    last: facts.reduce((greatest, { last }) => Math.max(greatest, last), 0),
    ...counters,
  }
}

export function summedByStep(facts: readonly Fact[], step: number): readonly Fact[] {
  const startOf = ({ start }: Fact) => Math.floor(start / step) * step
  return [...groupedBy(facts, (fact) => `${startOf(fact)} ${fact.entry}`).values()]
    .map((of) => {
      const [first] = of
      const seconds = Math.max(step, ...of.map((each) => each.start + each.seconds - startOf(first)))
      return { entry: first.entry, start: startOf(first), seconds, ...sumsOf(of) }
    })
    .sort((a, b) => a.start - b.start || (a.entry < b.entry ? -1 : 1))
}

export function byEntry(facts: readonly Fact[]): readonly object[] {
  return [...groupedBy(facts, ({ entry }) => entry)]
    .map(([entry, of]) => ({ entry, ...sumsOf(of) }))
    .sort((a, b) => (a.entry < b.entry ? -1 : 1))
}

export function withoutBucket(
  gaps: readonly HistoryGap[],
  { start, seconds }: HeldBucket,
): readonly HistoryGap[] {
  const end = start + seconds
  return gaps.flatMap((gap) => {
    if (end <= gap.from || start >= gap.to) return [gap]
    return [
      { ...gap, to: start },
      { ...gap, from: end },
    ].filter(({ from, to }) => from < to)
  })
}

export function columnsOf(facts: readonly Fact[]): Record<keyof Counters, Float64Array> {
  return Object.fromEntries(
    COUNTER_NAMES.map((name) => [name, Float64Array.from(facts, (fact) => fact[name] ?? Number.NaN)]),
  ) as Record<keyof Counters, Float64Array> // of these names
}
