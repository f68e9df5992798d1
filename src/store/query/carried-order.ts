/**
 * An order of groups or signatures that outlives the numbering it was made in: when unused keys are collected, everything
 * is numbered anew, and rows of which no record is left have no number any more. They stay in their places all the same.
 */
import { ensure } from '../../lib/assert.ts'
import { parseHash } from '../columns/byte-hash.ts'
import { EMPTY_COUNTERS } from '../keys/counter-sums.ts'
import type { KeyDictionary } from '../keys/key-dictionary.ts'
import type { RollUp } from '../keys/roll-up.ts'
import type { Row } from '../protocol.ts'

/** Rows in an order, as their numbers. */
export interface RowOrder {
  readonly total: number
  /** The items from `offset` on, at most `limit`. */
  window(offset: number, limit: number): Uint32Array
  /** The index of an item that is in the order. */
  indexOf(item: number): number
  /** Whether a key, signature or group is in the order. */
  has(item: number): boolean
}

/** Items from here on are rows that have no number any more. */
const FIRST_GONE = 2 ** 31
/** At most so many of them are kept, because each is an object of its own; those further down are dropped. */
const MAX_GONE_ROWS = 2000

export class CarriedOrder implements RowOrder {
  readonly #items: Uint32Array
  readonly #indexes: ReadonlyMap<number, number>
  /** By item, from {@link FIRST_GONE} on. */
  readonly #gone: readonly Row[]

  constructor(items: Uint32Array, gone: readonly Row[]) {
    this.#items = items
    this.#gone = gone
    this.#indexes = new Map(Array.from(items, (item, index) => [item, index]))
  }

  get total(): number {
    return this.#items.length
  }

  window(offset: number, limit: number): Uint32Array {
    const from = Math.max(0, offset)
    return this.#items.slice(from, from + Math.max(0, limit))
  }

  indexOf(item: number): number {
    return this.#indexes.get(item) ?? -1
  }

  has(item: number): boolean {
    return this.#indexes.has(item)
  }

  /** Whether some rows have no number. */
  get hasGone(): boolean {
    return this.#gone.length > 0
  }

  /** The row of an item that has no number any more; null for all others. */
  goneRow(item: number): Row | null {
    return item < FIRST_GONE ? null : ensure(this.#gone[item - FIRST_GONE], 'each gone item has a row')
  }
}

/** The numbering of rows: the dictionary and the roll-up of one kind of rows. */
export interface Numbering {
  readonly keys: KeyDictionary
  readonly rollUp: RollUp
}

/** An order in another numbering, or in the same one after rows came that had gone. */
export function carryOver(order: RowOrder, from: Numbering, to: Numbering): CarriedOrder {
  to.rollUp.ofFlows()
  const found = new Map<number, number>()
  for (let set = 0; set < to.rollUp.count; set++) found.set(hashOf(to.rollUp, set), set)
  const gone: Row[] = []
  const items: number[] = []
  const addGone = (row: () => Row): void => {
    if (gone.length < MAX_GONE_ROWS) items.push(FIRST_GONE + gone.push(row()) - 1)
  }
  for (const item of order.window(0, order.total)) {
    const goneBefore = order instanceof CarriedOrder ? order.goneRow(item) : null
    if (goneBefore !== null) {
      const again = found.get(hashOfId(goneBefore.id))
      if (again === undefined) addGone(() => goneBefore)
      else items.push(again)
      continue
    }
    const set = found.get(hashOf(from.rollUp, item))
    if (set === undefined) addGone(() => goneRowOf(from, item))
    else items.push(set)
  }
  return new CarriedOrder(Uint32Array.from(items), gone)
}

/** Levels of attention by flow in another numbering; 0 for flows that came since. */
export function carryLevels(levels: Uint8Array, from: KeyDictionary, to: KeyDictionary): Uint8Array {
  const known = new Map(Array.from(levels, (level, flow) => [hashOf(from, flow), level]))
  return Uint8Array.from({ length: to.flowCount }, (_, flow) => known.get(hashOf(to, flow)) ?? 0)
}

/** 53 bits of the hash of a set's or a flow's content: among a million, two agree once in 10,000 times. */
function hashOf({ idHigh, idLow }: Pick<RollUp, 'idHigh' | 'idLow'>, item: number): number {
  return idHigh[item]! * 2 ** 21 + (idLow[item]! >>> 11)
}

/** As {@link hashOf}, from the id of the set. */
function hashOfId(id: string): number {
  const { high, low } = parseHash(id.slice(1))
  return high * 2 ** 21 + (low >>> 11)
}

/** What is known of a row without records, labels and times. */
function goneRowOf({ keys, rollUp }: Numbering, item: number): Row {
  const key = keys.keyOf(rollUp.exampleOf(item))
  return {
    id: rollUp.idOf(item),
    key,
    sourceLabels: [],
    destLabels: [],
    ...EMPTY_COUNTERS,
    firstSeen: 0,
    lastSeen: 0,
    records: 0,
    keys: 0,
    trend: [],
    ports: [],
    portCount: 0,
    scan: null,
    attention: key.action === 'Deny' ? 'denial' : 'allowed',
    staged: null,
  }
}
