import { fromBinary } from '@bufbuild/protobuf'

import { type FlowKey, FlowKeySchema, FlowSchema } from '../../../src/gen/goldmane/api_pb.ts'
import { growToFit } from '../../../src/lib/grow-to-fit.ts'
import { finish, mix } from '../../../src/lib/murmur.ts'
import { MalformedRecordError } from '../../../src/wire/wire-reader.ts'
import { InternedBlobs } from './interned-blobs.ts'
import type { RecordSlices } from './record-slices.ts'

const NONE = -1
/** Ids of the upstream that are remembered, for each entry held. */
const HINTS_PER_ENTRY = 4
const MIN_HINTS = 4096

export interface KeyListener {
  /** A key is held from now on under this code. */
  onKeyAdded(code: number, key: FlowKey): void
  /** The code's last use has ended: it may be given to another key. */
  onKeyFreed(code: number): void
}

/**
 * The entries of the ring: a key with the labels of both ends. Keys and label lists are kept as the bytes that came, each
 * once, so that unknown fields survive. An entry counts the records that use it, and is freed with the last one, as are
 * then the keys and labels that no other entry uses.
 */
export class EntryTable {
  readonly keys = new InternedBlobs()
  readonly labels = new InternedBlobs()
  /** By entry: codes in `keys` and `labels`. */
  keyOf = new Uint32Array(16)
  sourceLabelsOf = new Uint32Array(16)
  destLabelsOf = new Uint32Array(16)
  /** By entry: a number that no entry before it had, by which a cache tells that the place was given to another. */
  serialOf = new Float64Array(16)
  /** By key: the id that the ring gives out for it, from 1, increasing, never given to another key. */
  #keyIds = new Float64Array(16)
  #references = new Uint32Array(16)
  /** Chains the entries of one hash slot, or the free ones. */
  #next = new Int32Array(16)
  #heads = new Int32Array(16).fill(NONE)
  #firstFree = NONE
  #entries = 0
  #size = 0
  #lastId = 0
  #lastSerial = 0
  /** By the upstream's id: the entry that its last record had. A hint only, since ids are void after a restart. */
  readonly #hints = new Map<number, number>()
  readonly #listener: KeyListener

  constructor(listener: KeyListener) {
    this.#listener = listener
  }

  get byteLength(): number {
    // A hint is about 40 bytes in V8's map of numbers.
    const own = 7 * this.keyOf.byteLength + this.#keyIds.byteLength + this.#heads.byteLength
    return own + this.keys.byteLength + this.labels.byteLength + 40 * this.#hints.size
  }

  idOf(key: number): number {
    return this.#keyIds[key]!
  }

  forgetHints(): void {
    this.#hints.clear()
  }

  /** The code of the record's key, −1 when it is new. */
  findKey(record: RecordSlices): number {
    const hint = this.#hintOf(record)
    if (hint >= 0) {
      const key = this.keyOf[hint]!
      if (this.keys.equals(key, record.bytes, record.keyStart, record.keyEnd)) return key
    }
    return this.keys.find(record.bytes, record.keyStart, record.keyEnd)
  }

  /**
   * The entry of a record, whose key `findKey` found, or not. A new entry has no use yet: the caller must `retain` it.
   * @throws MalformedRecordError when the key or the labels are new and cannot be decoded
   */
  intern(record: RecordSlices, knownKey: number): number {
    const hint = this.#hintOf(record)
    if (hint >= 0 && this.keyOf[hint] === knownKey && this.#hasLabelsOf(hint, record)) return hint
    const { bytes, sourceStart, sourceEnd, destStart, destEnd } = record
    const source = this.labels.find(bytes, sourceStart, sourceEnd)
    const dest = this.labels.find(bytes, destStart, destEnd)
    const known = knownKey < 0 || source < 0 || dest < 0 ? NONE : this.#find(knownKey, source, dest)
    const entry = known >= 0 ? known : this.#add(record, knownKey, source, dest)
    if (this.#hints.size > Math.max(MIN_HINTS, HINTS_PER_ENTRY * this.#size)) this.#hints.clear()
    this.#hints.set(record.id, entry)
    return entry
  }

  retain(entry: number): void {
    this.#references[entry]!++
  }

  release(entry: number): void {
    if (--this.#references[entry]! > 0) return
    this.#unlink(entry)
    this.#next[entry] = this.#firstFree
    this.#firstFree = entry
    this.#size--
    const key = this.keyOf[entry]!
    this.labels.release(this.sourceLabelsOf[entry]!)
    this.labels.release(this.destLabelsOf[entry]!)
    if (this.keys.release(key)) this.#listener.onKeyFreed(key)
  }

  /** Decodes a key. */
  decodeKey(key: number): FlowKey {
    return fromBinary(FlowKeySchema, this.keys.bytesOf(key))
  }

  #hintOf(record: RecordSlices): number {
    const hint = this.#hints.get(record.id)
    return hint !== undefined && this.#references[hint]! > 0 ? hint : NONE
  }

  #hasLabelsOf(entry: number, record: RecordSlices): boolean {
    const { bytes, sourceStart, sourceEnd, destStart, destEnd } = record
    return (
      this.labels.equals(this.sourceLabelsOf[entry]!, bytes, sourceStart, sourceEnd) &&
      this.labels.equals(this.destLabelsOf[entry]!, bytes, destStart, destEnd)
    )
  }

  /** Adds an entry with what is new of its key and labels. Nothing is added when one of them is malformed. */
  #add(record: RecordSlices, knownKey: number, knownSource: number, knownDest: number): number {
    const { bytes, keyStart, keyEnd, sourceStart, sourceEnd, destStart, destEnd } = record
    let newKey: FlowKey | null = null
    try {
      if (knownKey < 0) newKey = fromBinary(FlowKeySchema, bytes.subarray(keyStart, keyEnd))
      if (knownSource < 0) fromBinary(FlowSchema, bytes.subarray(sourceStart, sourceEnd))
      if (knownDest < 0) fromBinary(FlowSchema, bytes.subarray(destStart, destEnd))
    } catch (error) {
      throw new MalformedRecordError(error instanceof Error ? error.message : String(error))
    }
    const key = newKey === null ? knownKey : this.#addKey(bytes, keyStart, keyEnd)
    if (newKey !== null) this.#listener.onKeyAdded(key, newKey)
    const source = knownSource >= 0 ? knownSource : this.labels.add(bytes, sourceStart, sourceEnd)
    // Found again, since both ends may have the same list: none.
    const sameDest = knownDest >= 0 ? knownDest : this.labels.find(bytes, destStart, destEnd)
    const dest = sameDest >= 0 ? sameDest : this.labels.add(bytes, destStart, destEnd)
    this.keys.retain(key)
    this.labels.retain(source)
    this.labels.retain(dest)
    return this.#addEntry(key, source, dest)
  }

  #addKey(bytes: Uint8Array, start: number, end: number): number {
    const key = this.keys.add(bytes, start, end)
    this.#keyIds = growToFit(this.#keyIds, key)
    this.#keyIds[key] = ++this.#lastId
    return key
  }

  #addEntry(key: number, source: number, dest: number): number {
    const entry = this.#takeEntry()
    this.keyOf[entry] = key
    this.sourceLabelsOf[entry] = source
    this.destLabelsOf[entry] = dest
    this.serialOf[entry] = ++this.#lastSerial
    this.#references[entry] = 0
    this.#size++
    if (this.#size > this.#heads.length) this.#rehash()
    else this.#link(entry)
    return entry
  }

  #takeEntry(): number {
    const free = this.#firstFree
    if (free >= 0) {
      this.#firstFree = this.#next[free]!
      return free
    }
    const entry = this.#entries++
    this.keyOf = growToFit(this.keyOf, entry)
    this.sourceLabelsOf = growToFit(this.sourceLabelsOf, entry)
    this.destLabelsOf = growToFit(this.destLabelsOf, entry)
    this.serialOf = growToFit(this.serialOf, entry)
    this.#references = growToFit(this.#references, entry)
    this.#next = growToFit(this.#next, entry)
    return entry
  }

  #find(key: number, source: number, dest: number): number {
    let entry = this.#heads[this.#slotOf(key, source, dest)]!
    while (
      entry >= 0 &&
      !(
        this.keyOf[entry] === key &&
        this.sourceLabelsOf[entry] === source &&
        this.destLabelsOf[entry] === dest
      )
    ) {
      entry = this.#next[entry]!
    }
    return entry
  }

  #slotOf(key: number, source: number, dest: number): number {
    return finish(mix(mix(mix(0, key), source), dest)) & (this.#heads.length - 1)
  }

  #slotOfEntry(entry: number): number {
    return this.#slotOf(this.keyOf[entry]!, this.sourceLabelsOf[entry]!, this.destLabelsOf[entry]!)
  }

  #link(entry: number): void {
    const slot = this.#slotOfEntry(entry)
    this.#next[entry] = this.#heads[slot]!
    this.#heads[slot] = entry
  }

  #unlink(entry: number): void {
    const slot = this.#slotOfEntry(entry)
    let before = this.#heads[slot]!
    if (before === entry) {
      this.#heads[slot] = this.#next[entry]!
      return
    }
    while (this.#next[before] !== entry) before = this.#next[before]!
    this.#next[before] = this.#next[entry]!
  }

  #rehash(): void {
    const isFree = new Uint8Array(this.#entries)
    for (let entry = this.#firstFree; entry >= 0; entry = this.#next[entry]!) isFree[entry] = 1
    this.#heads = new Int32Array(this.#heads.length * 2).fill(NONE)
    for (let entry = 0; entry < this.#entries; entry++) if (isFree[entry] === 0) this.#link(entry)
  }
}
