/**
 * One side of a comparison: for each conversation by workload the ways in which its records were decided, with their sums.
 * Records are added one by one or already summed, in any order.
 */
import { BUCKET_SECONDS } from '../flows/bucket.ts'
import type { FlowKey } from '../flows/flow.ts'
import { inOrder } from '../flows/hit.ts'
import { decisionIdentity, workloadConversationIdentity } from '../flows/identity.ts'
import { ActiveSlots, SlotGrid, type Span } from './active-slots.ts'
import type { RecordSums } from './record-sums.ts'
import { gapsWithin, type SideGap } from './side-gaps.ts'

/** A way is a conversation with a reporter, verdict and deciding hit. With more of them a comparison is refused. */
export const MAX_WAYS = 500_000

/** Sums of records of one way. */
export interface WaySums {
  readonly records: number
  /** Null where none of the records has the counter. */
  readonly connections: number | null
  /** The least start and the greatest end (Unix seconds); 0 where the records have no times. */
  readonly first: number
  readonly last: number
}

/** One way in which records of a conversation were decided, with what was added so far. */
export class Way {
  /** A key of these records. */
  readonly key: FlowKey
  /** The deciding hit as `decisionIdentity` has it. */
  readonly decision: string
  readonly conversation: Conversation
  records = 0
  connections = 0
  /** Records that do not have their connections. */
  uncounted = 0
  first = Number.POSITIVE_INFINITY
  last = 0

  constructor(key: FlowKey, decision: string, conversation: Conversation) {
    this.key = key
    this.decision = decision
    this.conversation = conversation
  }
}

/** A conversation by workload, on one side. */
export interface Conversation {
  readonly ways: Map<string, Way>
  readonly slots: ActiveSlots
}

export class SideTally {
  readonly conversations = new Map<string, Conversation>()
  /** Seconds that each record sums, as a header says; null where none does. */
  stepSeconds: number | null = null
  readonly #range: Span | null
  readonly #grid: SlotGrid
  #first = Number.POSITIVE_INFINITY
  #last = 0
  #longestRecord = 0
  #gaps: readonly SideGap[] = []
  #ways = 0
  #records = 0

  /**
   * `range` is what the side has records of: counts are compared by its length. Null where that is not known before: then
   * it is from the first to the last record.
   */
  constructor(range: Span | null) {
    this.#range = range
    this.#grid = new SlotGrid(range ?? { from: 0, to: 0 })
  }

  /** From 0 to 0 where it is not known. */
  get range(): Span {
    if (this.#range !== null) return this.#range
    return this.#first < this.#last ? { from: this.#first, to: this.#last } : { from: 0, to: 0 }
  }

  /** The parts of the range of which it is known that nothing was recorded. */
  get gaps(): readonly SideGap[] {
    return gapsWithin(this.#gaps, this.range)
  }

  /** Adds times in which nothing was recorded, within the range or beyond it. */
  lack(gaps: readonly SideGap[]): void {
    this.#gaps = [...this.#gaps, ...gaps]
  }

  /** What its records are sums of; null for records of a bucket, or without times. */
  get sums(): RecordSums | null {
    const stated = this.stepSeconds ?? 0
    const seconds = Math.max(stated, this.#longestRecord)
    return seconds <= BUCKET_SECONDS ? null : { seconds, isStated: seconds === stated }
  }

  /** All records that were added. */
  get records(): number {
    return this.#records
  }

  /** The way that records of a key belong to; null when there are {@link MAX_WAYS} others already. */
  wayOf(key: FlowKey): Way | null {
    const name = workloadConversationIdentity(key)
    const conversation = this.conversations.get(name) ?? {
      ways: new Map(),
      slots: new ActiveSlots(this.#grid),
    }
    const decision = decisionIdentity(inOrder(key.policies.enforced))
    const wayName = `${key.reporter} ${key.action} ${decision}`
    const held = conversation.ways.get(wayName)
    if (held !== undefined) return held
    if (this.#ways >= MAX_WAYS) return null
    this.#ways++
    const way = new Way(key, decision, conversation)
    this.conversations.set(name, conversation)
    conversation.ways.set(wayName, way)
    return way
  }

  add(way: Way, { records, connections, first, last }: WaySums): void {
    this.#records += records
    way.records += records
    if (connections === null) way.uncounted += records
    else way.connections += connections
    if (first <= 0) return
    if (records === 1) this.#longestRecord = Math.max(this.#longestRecord, last - first)
    way.first = Math.min(way.first, first)
    way.last = Math.max(way.last, last)
    this.reach(first, last)
    way.conversation.slots.mark(first, last)
  }

  /**
   * Extends a range that is not known before, also by records that are not added, as those that a filter leaves out. Each
   * doubling of the slots goes over all conversations, and few are needed.
   */
  reach(first: number, last: number): void {
    if (this.#range !== null || first <= 0) return
    if (this.#first === Number.POSITIVE_INFINITY) this.#grid.beginAt(first)
    this.#first = Math.min(this.#first, first)
    this.#last = Math.max(this.#last, last)
    for (let side = this.#grid.lacks(first, last); side !== null; side = this.#grid.lacks(first, last)) {
      for (const { slots } of this.conversations.values()) slots.double(side)
      this.#grid.double(side)
    }
  }
}
