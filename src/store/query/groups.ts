import { fieldOf, type MeasureFieldId } from '../../flows/field.ts'
import { compareTexts } from '../keys/column-rank-cache.ts'
import { COLUMN_COUNT, FIRST_COUNTER_COLUMN } from '../columns/chunk.ts'
import { type KeyFieldId, PARTS_OF_FIELD } from '../keys/field-parts.ts'
import { partIndex } from '../keys/key-dictionary.ts'
import type { Ground, Match } from './match.ts'
import { measureOf } from './measures.ts'
import type { ValueIndex, ValueIndexCache } from '../keys/value-index.ts'
import { addCounters, emptyCounters } from '../keys/counter-sums.ts'

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
/** The value of a field that has none. */
const NO_VALUE = -1

/** What the records of one group add up to. */
class Tally {
  records = 0
  denied = 0
  readonly counters = emptyCounters()
  readonly values: readonly string[]

  constructor(values: readonly string[]) {
    this.values = values
  }
}

/** One field: its groups so far, by the group of the fields before it and its own value. */
interface Level {
  readonly index: ValueIndex
  readonly size: number
  readonly numbers: Map<number, number>
  readonly values: string[][]
  /** The codes of the parts that the field is made of. */
  readonly sources: readonly ReturnType<ValueIndexCache['codesOf']>[]
}

/** Numbers the groups as they are met, one field after the other. */
class GroupFinder {
  readonly tallies: Tally[] = []
  readonly #levels: readonly Level[]

  constructor(by: readonly KeyFieldId[], { indexes }: Ground) {
    this.#levels = by.map((field) => {
      const index = indexes.of(field)
      const sources = PARTS_OF_FIELD[field].map((source) => indexes.codesOf(source))
      return { index, size: index.size, numbers: new Map(), values: [], sources }
    })
  }

  /** Calls back with each group of a flow with the labels of an entry. */
  each(flow: number, entry: number, visit: (tally: Tally) => void): void {
    const only = this.#onlyGroup(flow, entry)
    if (only !== null) return visit(this.#tally(only))
    let groups = [0]
    for (const level of this.#levels) {
      const ids = new Set<number>()
      for (const { codes, by } of level.sources) {
        level.index.forEachValue(codes[by === 'flow' ? flow : entry]!, (id) => ids.add(id))
      }
      if (ids.size === 0) ids.add(NO_VALUE)
      groups = groups.flatMap((group) => Array.from(ids, (id) => this.#number(level, group, id)))
    }
    for (const group of groups) visit(this.#tally(group))
  }

  /** The group, where each field has one value at most; null where one may have more. */
  #onlyGroup(flow: number, entry: number): number | null {
    let group = 0
    for (const level of this.#levels) {
      const { singleValueOf: single } = level.index
      const [source, other] = level.sources
      if (single === null || source === undefined || other !== undefined) return null
      group = this.#number(level, group, single(source.codes[source.by === 'flow' ? flow : entry]!))
    }
    return group
  }

  #number(level: Level, group: number, id: number): number {
    const { numbers, values, index, size } = level
    // As small as can be: small integers make a quick map.
    const pair = group * (size + 1) + id + 1
    const known = numbers.get(pair)
    if (known !== undefined) return known
    const before = this.#levels[this.#levels.indexOf(level) - 1]?.values[group] ?? []
    const made = values.push([...before, id === NO_VALUE ? '' : String(index.value(id))]) - 1
    numbers.set(pair, made)
    return made
  }

  #tally(group: number): Tally {
    return (this.tallies[group] ??= new Tally(this.#levels.at(-1)?.values[group] ?? []))
  }
}

/** What the records behind the matching rows add up to, group by group. */
export function groupsOf({ by, order, limit }: GroupRequest, match: Match, ground: Ground): Groups {
  const { keys, sums } = ground.scoped
  const deny = keys.enums.internText('Deny')
  const actions = keys.codes[ACTION]!
  const finder = new GroupFinder(by, ground)
  const flows = match.flows ?? flowsInFull(match, by, ground)
  if (flows === null) {
    const talliesOf: (readonly Tally[] | undefined)[] = []
    const groupsOfEntry = (flow: number, entry: number): readonly Tally[] => {
      const tallies: Tally[] = []
      finder.each(flow, entry, (tally) => tallies.push(tally))
      return tallies
    }
    eachRow(match, ground, (entry, counters) => {
      const flow = keys.flowOf[entry]!
      const isDenied = actions[flow] === deny
      for (const tally of (talliesOf[entry] ??= groupsOfEntry(flow, entry))) {
        tally.records++
        if (isDenied) tally.denied++
        addCounters(tally.counters, counters)
      }
    })
  } else {
    for (let flow = 0; flow < flows.length; flow++) {
      if (flows[flow] === 0) continue
      finder.each(flow, sums.newestEntry[flow]!, (tally) => {
        tally.records += sums.records[flow]!
        if (actions[flow] === deny) tally.denied += sums.records[flow]!
        sums.addTo(tally.counters, flow)
      })
    }
  }
  return { groups: greatest(finder.tallies, order, limit), distinct: finder.tallies.length }
}

/**
 * The flows all of whose records match, when every flow matches in full or not at all and labels do not matter: then
 * the sums of flows say it all. Otherwise null.
 */
function flowsInFull(
  { entries, rows }: Match,
  by: readonly KeyFieldId[],
  { scoped: { flowCount, entryCount, keys, sums } }: Ground,
): Uint8Array | null {
  if (rows !== null || by.some((field) => fieldOf(field).type === 'label')) return null
  const flows = new Uint8Array(flowCount)
  for (let flow = 0; flow < flowCount; flow++) {
    flows[flow] = sums.records[flow] === 0 ? 0 : entries[sums.newestEntry[flow]!]!
  }
  for (let entry = 0; entry < entryCount; entry++) {
    if (sums.entryRecords[entry]! > 0 && entries[entry] !== flows[keys.flowOf[entry]!]) return null
  }
  return flows
}

/** Calls back with every matching interval; the counters are the same array each time. */
function eachRow(
  { entries: bits, rows }: Match,
  { scoped }: Ground,
  visit: (entry: number, counters: Float64Array) => void,
): void {
  const { time } = scoped.scope
  const values = new Float64Array(COLUMN_COUNT)
  const counters = values.subarray(FIRST_COUNTER_COLUMN)
  for (const [i, { chunk, length, allInRange: whole }] of scoped.slices.entries()) {
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

function measured(field: MeasureFieldId, counters: Float64Array): number {
  return measureOf(field, (index) => counters[index]!, 0)
}

function greatest(tallies: readonly Tally[], order: GroupRequest['order'], limit: number): readonly Group[] {
  const measure = ({ counters, records }: Tally): number => {
    const sum = order === 'records' ? records : measured(order, counters)
    return Number.isNaN(sum) ? -1 : sum
  }
  return tallies
    .map((tally) => ({ tally, measure: measure(tally), name: tally.values.join('\n') }))
    .sort((a, b) => b.measure - a.measure || compareTexts(a.name, b.name))
    .slice(0, limit)
    .map(({ tally: { values, records, denied, counters } }) => {
      const conns = measured('conns', counters)
      return {
        values,
        records,
        denied,
        bytes: measured('bytes', counters),
        packets: measured('packets', counters),
        conns: Number.isNaN(conns) ? null : conns,
      }
    })
}
