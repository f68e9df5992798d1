/**
 * Stores the records of a live stream that match its scope. Goldmane's own Filter drops what it can express; the rest of
 * the scope is tested on each record before it is stored. The records held are those that the scope would match among all
 * records of Goldmane: a property test holds this against the in-memory one.
 *
 * Counters are tested on each record by itself, which is one flow in one 15 s bucket.
 */
import { clausesOf, withAll } from '../../filter/tree/clauses.ts'
import { matcher } from '../../filter/tree/evaluate.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import { encodeFilter } from '../../filter/plan/goldmane-filter.ts'
import { planFor } from '../../filter/plan/plan.ts'
import { asksFor } from '../../filter/tree/asks-for.ts'
import type { Flow } from '../../flows/flow.ts'
import { KeyDictionary } from '../keys/key-dictionary.ts'
import { ScopeDropCounter } from './scope-drop-counter.ts'
import type { RecordStore } from '../keys/record-store.ts'
import { WireKeyInterner } from '../keys/wire-key-interner.ts'
import { timesAndCounters } from '../../wire/flow-numbers.ts'
import { RecordReader } from '../../wire/record-reader.ts'

/**
 * How many entries (keys with labels) the cache of verdicts holds, about 20 MB. When it is full it is cleared: the keys of
 * dropped records must not fill the memory.
 */
const MAX_CACHED_ENTRIES = 50_000

/** Verdicts. */
const UNKNOWN = 0
const MATCHES = 1
const DROPPED = 2

/** Completes a key to a flow for the clauses that are about keys and labels. A scope has no clause about age. */
const NO_COUNTERS = {
  startTime: 0,
  endTime: 0,
  packetsIn: 0,
  packetsOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  numConnectionsStarted: 0,
  numConnectionsCompleted: 0,
  numConnectionsLive: 0,
}

export class StreamScope {
  /** The part of the scope that goes into the FlowStreamRequest: an encoded goldmane.Filter. */
  readonly filter: Uint8Array
  readonly #store: RecordStore
  /** Whether the filter is the whole scope, so that no record has to be tested. */
  readonly #filterIsExact: boolean
  readonly #matchesKey: (flow: Flow) => boolean
  /** Null when the scope has no clause about counters. */
  readonly #matchesCounters: ((flow: Flow) => boolean) | null
  readonly #reader = new RecordReader()
  /** Apart from the store's keys, which must not grow by those of dropped records. */
  #keys = new KeyDictionary()
  #interner = new WireKeyInterner(this.#keys)
  /** The entry of each FlowResult.id of this stream. */
  readonly #ids = new Map<number, number>()
  /** By entry. */
  readonly #verdicts: Uint8Array
  readonly #drops = new ScopeDropCounter()
  /** The start of the newest bucket of which a record was dropped. */
  #newestDropped = 0
  /** The time (Unix seconds) up to which the gap detector was told; a newly opened stream begins at its start time. */
  #receivedTo = 0

  /** `maxEntries` is the size of the verdict cache; for tests. */
  constructor(scope: Expression, store: RecordStore, maxEntries = MAX_CACHED_ENTRIES) {
    const { filter, exact, remainder } = planFor(scope)
    const clauses = clausesOf(remainder)
    const measured = clauses.filter((clause) => asksFor(clause, 'measure'))
    this.filter = encodeFilter(filter)
    this.#store = store
    this.#verdicts = new Uint8Array(maxEntries)
    this.#filterIsExact = exact
    this.#matchesKey = matcher(withAll(clauses.filter((clause) => !measured.includes(clause))), 0)
    this.#matchesCounters = measured.length === 0 ? null : matcher(withAll(measured), 0)
  }

  /** The number of records received that do not match the scope. A record that was sent again counts once. */
  get dropped(): number {
    return this.#drops.total
  }

  /** The start time to ask for after a reconnect: that of the newest bucket received, stored or not. Null before that. */
  resumeFrom(): number | null {
    const newest = Math.max(this.#store.resumeFrom() ?? 0, this.#newestDropped)
    return newest > 0 ? newest : null
  }

  /** A stream was opened. `start` is the start time that was asked for, `now` our clock, both in Unix seconds. */
  onOpen(start: number, now: number): void {
    this.#ids.clear()
    this.#drops.onReopen()
    // A negative start counts back from now. Before the first record there can be no gap.
    if (this.resumeFrom() !== null) this.#receivedTo = start > 0 ? start : now + start
  }

  /** Stores those of the encoded FlowResults that match the scope. */
  append(messages: readonly Uint8Array[]): void {
    for (const message of messages) {
      if (this.#filterIsExact || this.#matches(message)) this.#store.appendResult(message)
      else this.#countDropped()
    }
    const newest = this.resumeFrom()
    if (newest === null || newest <= this.#receivedTo) return
    // Goldmane sends bucket after bucket: empty ones in between were quiet, or all of their records were dropped.
    this.#store.gapDetector.addReceivedRange(this.#receivedTo, newest)
    this.#receivedTo = newest
  }

  /**
   * Stores those of the encoded FlowResults that match the scope, of a bucket that was fetched again. Those that do not
   * are not counted: the stream may have sent them before.
   */
  appendMissed(messages: readonly Uint8Array[]): void {
    for (const message of messages)
      if (this.#filterIsExact || this.#matches(message)) this.#store.appendResult(message)
  }

  /** A malformed message matches, so that the store refuses it with the reason. */
  #matches(message: Uint8Array): boolean {
    const record = this.#reader
    try {
      record.readResult(message)
      return this.#test()
    } catch {
      return true
    }
  }

  /** Counts the record that was read last as dropped. */
  #countDropped(): void {
    const start = this.#reader.numbers[2]!
    this.#drops.add(start)
    this.#newestDropped = Math.max(this.#newestDropped, start)
  }

  #test(): boolean {
    const entry = this.#internEntry()
    if (this.#verdicts[entry] === UNKNOWN) {
      const matches = this.#matchesKey({ ...this.#keys.labelledKeyOf(entry), ...NO_COUNTERS })
      this.#verdicts[entry] = matches ? MATCHES : DROPPED
    }
    if (this.#verdicts[entry] === DROPPED) return false
    return this.#matchesCounters === null || this.#matchesCounters(this.#flow(entry))
  }

  /** The entry of the record that was read last. */
  #internEntry(): number {
    const record = this.#reader
    const ids = this.#ids
    const hint = ids.get(record.id) ?? -1
    const entry = this.#interner.internEntry(record, hint)
    if (entry >= this.#verdicts.length) {
      this.#keys = new KeyDictionary()
      this.#interner = new WireKeyInterner(this.#keys)
      this.#verdicts.fill(UNKNOWN)
      ids.clear()
      return this.#internEntry()
    }
    if (entry !== hint) ids.set(record.id, entry)
    return entry
  }

  /** The record that was read last. */
  #flow(entry: number): Flow {
    return { ...this.#keys.labelledKeyOf(entry), ...timesAndCounters(this.#reader.numbers) }
  }
}
