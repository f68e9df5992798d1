import type { RecordStore } from '../keys/record-store.ts'
import type { KeyDictionary } from '../keys/key-dictionary.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { TimeRange } from '../protocol.ts'
import type { SnapshotBounds, ChunkSlice } from '../columns/chunked-rows.ts'
import type { KeySums } from '../keys/key-sums.ts'
import { countRecordsByEntry, scanSums } from '../keys/scan-sums.ts'

/** The rows of one scope as they were at one moment, and what they add up to. */
export class Scoped {
  readonly scope: SnapshotBounds
  readonly keys: KeyDictionary
  readonly slices: readonly ChunkSlice[]
  /** Flows and entries that there were: keys that come later have no rows here. */
  readonly flowCount: number
  readonly entryCount: number
  readonly #store: RecordStore
  readonly #version: number
  readonly #evictions: number
  /** Whether the store's own sums are those of the scope; they change under us when a record comes. */
  readonly #isAll: boolean
  #scanned: KeySums | null = null
  #counted: Uint32Array | null = null
  #found: TimeRange | null | undefined

  constructor(store: RecordStore, scope: SnapshotBounds) {
    this.#store = store
    this.scope = scope
    this.keys = store.keys
    this.#version = store.version
    this.#evictions = store.evictions
    this.slices = store.rows.slices(scope)
    this.flowCount = store.keys.flowCount
    this.entryCount = store.keys.entryCount
    this.#isAll = store.rows.includesAll(scope)
  }

  /** Whether it still holds: nothing came, or only what a frozen view leaves out. */
  isOf({ time, endSequence: mark }: SnapshotBounds): boolean {
    const { scope } = this
    const store = this.#store
    return (
      scope.endSequence === mark &&
      scope.time?.from === time?.from &&
      scope.time?.to === time?.to &&
      this.keys === store.keys &&
      this.#evictions === store.evictions &&
      (this.#version === store.version || (Number.isFinite(mark) && !this.#isAll))
    )
  }

  /** Whether rows only came since another one was made: its rows are the first ones here, under their numbers. */
  goesOnFrom(before: Scoped): boolean {
    const isOpen = ({ scope: { time, endSequence: mark } }: Scoped): boolean =>
      time === null && !Number.isFinite(mark)
    return (
      isOpen(this) && isOpen(before) && this.keys === before.keys && this.#evictions === before.#evictions
    )
  }

  /** Rows of all slices; those outside of the range are among them. */
  get rowCount(): number {
    return this.slices.reduce((sum, { length }) => sum + length, 0)
  }

  /** Whether a flow may have two records of one start. */
  get hasTwins(): boolean {
    return this.#store.hasDuplicateStarts
  }

  /** Records by entry, for what needs no more than that. */
  get entryRecords(): Uint32Array {
    if (this.#isAll || this.#scanned !== null) return this.sums.entryRecords
    this.#counted ??= countRecordsByEntry(this.slices, this.scope, this.entryCount)
    return this.#counted
  }

  get sums(): KeySums {
    if (this.#isAll) return this.#store.sums()
    this.#scanned ??= scanSums(this.slices, this.scope, this.keys)
    return this.#scanned
  }

  /** The range that was asked for, or what is held. Null when nothing held has a time. */
  get span(): TimeRange | null {
    this.#found ??= this.scope.time ?? this.#heldSpan()
    return this.#found
  }

  #heldSpan(): TimeRange | null {
    let oldest = Number.POSITIVE_INFINITY
    let newest = 0
    for (const { chunk, length } of this.slices) {
      if (length === chunk.length) {
        oldest = Math.min(oldest, chunk.oldestKnownStart)
        newest = Math.max(newest, chunk.newestStart)
        continue
      }
      for (let row = 0; row < length; row++) {
        const start = chunk.starts[row]!
        if (start !== 0) oldest = Math.min(oldest, start)
        newest = Math.max(newest, start)
      }
    }
    return oldest <= newest ? { from: oldest, to: newest + BUCKET_SECONDS } : null
  }
}
