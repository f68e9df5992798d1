/**
 * Holds of a live stream only what belongs to its scope. Goldmane filters what its Filter can say; what remains of the
 * scope is asked of each record before it is stored, so that what is held is what the scope, asked of everything, gives.
 *
 * Counters are asked of each record, as everything else: a record is one flow in one 15 s bucket.
 */
import { decodeFlow } from '../../wire/decode-message.ts'
import { clausesOf, withAll } from '../../filter/tree/clauses.ts'
import { matcher } from '../../filter/tree/evaluate.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import { type Plan, planFor } from '../../filter/plan/plan.ts'
import { asksFor } from '../../filter/tree/asks-for.ts'
import type { Flow } from '../../flows/flow.ts'
import { KeyDictionary } from '../keys/key-dictionary.ts'
import { LeftOut } from './scope-drop-counter.ts'
import type { RecordStore } from '../keys/record-store.ts'
import { WireKeyInterner } from '../keys/wire-key-interner.ts'
import { RecordReader } from '../../wire/record-reader.ts'

/** Keys whose verdicts are kept; then all are forgotten, for what is left out must not fill the memory. About 20 MB. */
const KEPT_KEYS = 50_000

const UNKNOWN = 0
const BELONGS = 1
const LEFT_OUT = 2

/** What a scope asks of keys and labels needs no counters; the age of a record is no matter here. */
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
  /** For FlowStreamRequest. */
  readonly filter: Plan['filter']
  readonly #store: RecordStore
  /** Goldmane's answer needs no second look. */
  readonly #exact: boolean
  readonly #ofKeys: (flow: Flow) => boolean
  /** Null when no counter is asked for. */
  readonly #ofRecords: ((flow: Flow) => boolean) | null
  readonly #record = new RecordReader()
  /** Apart from the store's, which hold only what is held. */
  #keys = new KeyDictionary()
  #wireKeys = new WireKeyInterner(this.#keys)
  /** The key of each FlowResult.id of this stream. */
  readonly #ids = new Map<number, number>()
  readonly #verdicts: Uint8Array
  readonly #counted = new LeftOut()
  /** Start of the newest bucket of which something was left out. */
  #newest = 0
  #listenedTo = 0

  /** `keptKeys` is how many verdicts are kept; for tests. */
  constructor(scope: Expression, store: RecordStore, keptKeys = KEPT_KEYS) {
    const { filter, exact, remainder } = planFor(scope)
    const clauses = clausesOf(remainder)
    const measured = clauses.filter((clause) => asksFor(clause, 'measure'))
    this.filter = filter
    this.#store = store
    this.#verdicts = new Uint8Array(keptKeys)
    this.#exact = exact
    this.#ofKeys = matcher(withAll(clauses.filter((clause) => !measured.includes(clause))), 0)
    this.#ofRecords = measured.length === 0 ? null : matcher(withAll(measured), 0)
  }

  /** Records that came and do not belong to the scope, each counted once, however often it was sent. */
  get leftOut(): number {
    return this.#counted.total
  }

  /** From where on to ask after a reconnect: the start of the newest bucket received, held or not. */
  resumeFrom(): number | null {
    const newest = Math.max(this.#store.resumeFrom() ?? 0, this.#newest)
    return newest > 0 ? newest : null
  }

  /** A stream was opened; `start` is what it was asked for, and `now` the time by our clock, in Unix seconds. */
  opened(start: number, now: number): void {
    this.#ids.clear()
    this.#counted.again()
    // Before anything came there is nothing that could be missing.
    if (this.resumeFrom() !== null) this.#listenedTo = start > 0 ? start : now + start
  }

  /** Takes encoded FlowResults as they come. Those that belong to the scope go into the store. */
  take(messages: readonly Uint8Array[]): void {
    for (const message of messages)
      if (this.#exact || this.#belongs(message)) this.#store.appendResult(message)
    const newest = this.resumeFrom()
    if (newest === null || newest <= this.#listenedTo) return
    // Goldmane sends bucket after bucket: in between came all that there was.
    this.#store.gapDetector.addReceivedRange(this.#listenedTo, newest)
    this.#listenedTo = newest
  }

  /** What cannot be read belongs: the store refuses it, with the reason. */
  #belongs(message: Uint8Array): boolean {
    const record = this.#record
    try {
      record.readResult(message)
      if (record.isExact ? this.#passes() : this.#passesDecoded(message)) return true
    } catch {
      return true
    }
    const start = record.numbers[2]!
    this.#counted.add(start)
    this.#newest = Math.max(this.#newest, start)
    return false
  }

  #passes(): boolean {
    const entry = this.#entry()
    if (this.#verdicts[entry] === UNKNOWN) {
      const belongs = this.#ofKeys({ ...this.#keys.labelledKeyOf(entry), ...NO_COUNTERS })
      this.#verdicts[entry] = belongs ? BELONGS : LEFT_OUT
    }
    if (this.#verdicts[entry] === LEFT_OUT) return false
    return this.#ofRecords === null || this.#ofRecords(this.#flow(entry))
  }

  #entry(): number {
    const record = this.#record
    const ids = this.#ids
    const hint = ids.get(record.id) ?? -1
    const entry = this.#wireKeys.internEntry(record, hint)
    if (entry >= this.#verdicts.length) {
      this.#keys = new KeyDictionary()
      this.#wireKeys = new WireKeyInterner(this.#keys)
      this.#verdicts.fill(UNKNOWN)
      ids.clear()
      return this.#entry()
    }
    if (entry !== hint) ids.set(record.id, entry)
    return entry
  }

  #flow(entry: number): Flow {
    const { numbers } = this.#record
    // By Flow field number in proto/goldmane/api.proto.
    return {
      ...this.#keys.labelledKeyOf(entry),
      startTime: numbers[2]!,
      endTime: numbers[3]!,
      packetsIn: numbers[6]!,
      packetsOut: numbers[7]!,
      bytesIn: numbers[8]!,
      bytesOut: numbers[9]!,
      numConnectionsStarted: numbers[10]!,
      numConnectionsCompleted: numbers[11]!,
      numConnectionsLive: numbers[12]!,
    }
  }

  /** The long way, for encodings that our reader leaves to a general decoder. */
  #passesDecoded(message: Uint8Array): boolean {
    const flow = decodeFlow(message, 'FlowResult')
    return flow === undefined || (this.#ofKeys(flow) && (this.#ofRecords?.(flow) ?? true))
  }
}
