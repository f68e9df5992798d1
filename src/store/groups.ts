import type { MeasureFieldId } from '../flows/field.ts'
import { compareTexts } from './columns.ts'
import { COLUMN_COUNT, COUNTERS } from './chunk.ts'
import { type KeyFieldId, SOURCES } from './fields.ts'
import { partIndex } from './keys.ts'
import type { Ground, Match } from './match.ts'
import { measureOf } from './measures.ts'
import { addCounters, noCounters } from './sums.ts'

/** A grouping of what a view shows: by source and destination namespace for a map, by one field for a top ten. */
export interface GroupRequest {
  /** At least one. A record with several values of a field counts in the group of each. */
  readonly by: readonly KeyFieldId[]
  /** What comes first: the greatest by this. */
  readonly order: MeasureFieldId | 'records'
  readonly limit: number
}

export interface Group {
  /** One for each field; empty where the record has no value. */
  readonly values: readonly string[]
  readonly records: number
  readonly denied: number
  readonly bytes: number
  readonly packets: number
  /** Null where it was not recorded. */
  readonly conns: number | null
}

export interface Groups {
  readonly groups: readonly Group[]
  /** Distinct groups before `limit`. */
  readonly distinct: number
}

const ACTION = partIndex('action')
/** Above any number of values: a group and a value make one safe integer. */
const PAIR = 2 ** 26

interface Tally {
  readonly values: readonly string[]
  readonly counters: Float64Array
  records: number
  denied: number
}

/** Numbers the groups as they are met, one field after the other. */
class GroupFinder {
  readonly tallies: Tally[] = []
  private readonly by: readonly KeyFieldId[]
  private readonly ground: Ground
  /** For each field: the number of (group so far, value). */
  private readonly levels: readonly { readonly numbers: Map<number, number>; readonly values: string[][] }[]

  constructor(by: readonly KeyFieldId[], ground: Ground) {
    this.by = by
    this.ground = ground
    this.levels = by.map(() => ({ numbers: new Map<number, number>(), values: [] }))
  }

  /** The groups of a flow with the labels of an entry. */
  of(flow: number, entry: number): readonly Tally[] {
    const { indexes } = this.ground
    let groups = [0]
    for (const [i, field] of this.by.entries()) {
      const index = indexes.of(field)
      const ids = new Set<number>()
      for (const source of SOURCES[field]) {
        const { codes, by } = indexes.codes(source)
        index.each(codes[by === 'flow' ? flow : entry]!, (id) => ids.add(id))
      }
      if (ids.size === 0) ids.add(-1)
      groups = groups.flatMap((group) =>
        Array.from(ids, (id) => this.number(i, group, id, id < 0 ? '' : String(index.value(id)))),
      )
    }
    return groups.map((group) => this.tally(group))
  }

  private number(level: number, group: number, id: number, value: string): number {
    const { numbers, values } = this.levels[level]!
    const pair = group * PAIR + id + 1
    const known = numbers.get(pair)
    if (known !== undefined) return known
    const before = level === 0 ? [] : this.levels[level - 1]!.values[group]!
    const made = values.push([...before, value]) - 1
    numbers.set(pair, made)
    return made
  }

  private tally(group: number): Tally {
    const known = this.tallies[group]
    if (known !== undefined) return known
    const values = this.levels.at(-1)?.values[group] ?? []
    const made: Tally = { values, counters: noCounters(), records: 0, denied: 0 }
    this.tallies[group] = made
    return made
  }
}

/** What the records behind the matching rows add up to, group by group. */
export function groupsOf({ by, order, limit }: GroupRequest, match: Match, ground: Ground): Groups {
  const { scoped } = ground
  const { keys, sums } = scoped
  const deny = keys.words.internText('Deny')
  const actions = keys.codes[ACTION]!
  const finder = new GroupFinder(by, ground)
  const add = (tallies: readonly Tally[], flow: number, records: number, counters: Float64Array): void => {
    for (const tally of tallies) {
      tally.records += records
      if (actions[flow] === deny) tally.denied += records
      addCounters(tally.counters, counters)
    }
  }
  if (match.flows === null) {
    const talliesOf: (readonly Tally[] | undefined)[] = []
    eachRow(match, ground, (entry, counters) => {
      const flow = keys.flowOf[entry]!
      const tallies = (talliesOf[entry] ??= finder.of(flow, entry))
      add(tallies, flow, 1, counters)
    })
  } else {
    for (let flow = 0; flow < match.flows.length; flow++) {
      if (match.flows[flow] === 0) continue
      add(finder.of(flow, sums.entry[flow]!), flow, sums.records[flow]!, sums.countersOf(flow))
    }
  }
  return { groups: greatest(finder.tallies, order, limit), distinct: finder.tallies.length }
}

/** Calls back with every matching interval; the counters are the same array each time. */
function eachRow(
  { entries: bits, rows }: Match,
  { scoped }: Ground,
  visit: (entry: number, counters: Float64Array) => void,
): void {
  const { time } = scoped.scope
  const values = new Float64Array(COLUMN_COUNT)
  const counters = values.subarray(COUNTERS)
  for (const [i, { chunk, length, whole }] of scoped.slices.entries()) {
    const rowBits = rows?.[i]
    for (let row = 0; row < length; row++) {
      const entry = chunk.entries[row]!
      if (bits[entry] === 0 || (rowBits !== undefined && rowBits[row] === 0)) continue
      const start = chunk.starts[row]!
      if (!whole && time !== null && (start < time.from || start >= time.to)) continue
      chunk.read(row, values)
      visit(entry, counters)
    }
  }
}

function greatest(tallies: readonly Tally[], order: GroupRequest['order'], limit: number): readonly Group[] {
  const measure = ({ counters, records }: Tally): number => {
    const sum = order === 'records' ? records : measureOf(order, (index) => counters[index]!)
    return Number.isNaN(sum) ? -1 : sum
  }
  return tallies
    .map((tally) => ({ tally, measure: measure(tally), name: tally.values.join('\n') }))
    .sort((a, b) => b.measure - a.measure || compareTexts(a.name, b.name))
    .slice(0, limit)
    .map(({ tally: { values, records, denied, counters } }) => {
      const conns = measureOf('conns', (index) => counters[index]!)
      return {
        values,
        records,
        denied,
        bytes: measureOf('bytes', (index) => counters[index]!),
        packets: measureOf('packets', (index) => counters[index]!),
        conns: Number.isNaN(conns) ? null : conns,
      }
    })
}
