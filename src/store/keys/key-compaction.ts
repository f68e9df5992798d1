import { growToFit } from '../../lib/grow-to-fit.ts'
import type { BlobDictionary, EncodedBlobs } from '../columns/blob-dictionary.ts'
import type { Chunk } from '../columns/chunk.ts'
import type { ChunkedRows } from '../columns/chunked-rows.ts'
import { NumberDictionary } from '../columns/number-dictionary.ts'
import { TextDictionary } from '../columns/text-dictionary.ts'
import { warmCaches } from './key-caches.ts'
import { KEY_PARTS, KeyDictionary } from './key-dictionary.ts'
import type { KeySums } from './key-sums.ts'

/** Rows that are renumbered in the time that it takes to copy one entry. */
const ROWS_PER_ENTRY = 256

type AnyBlobs = EncodedBlobs & Pick<BlobDictionary<unknown>, 'size' | 'internFrom'>
type AnyDictionary = TextDictionary | NumberDictionary | AnyBlobs

/** Maps codes of one dictionary to codes of another, copying each value when its code is first asked for. */
class CodeMapping {
  /** By old code: one more than the new one; 0 while the value was not copied. */
  #codes: Uint32Array<ArrayBuffer>
  readonly #copy: (code: number) => number

  constructor(from: AnyDictionary, to: AnyDictionary) {
    this.#codes = new Uint32Array(from.size)
    this.#copy = copierOf(from, to)
  }

  code(code: number): number {
    const known = this.#codes[code] ?? 0
    if (known > 0) return known - 1
    const copied = this.#copy(code)
    this.#codes = growToFit(this.#codes, code)
    this.#codes[code] = copied + 1
    return copied
  }
}

function copierOf(from: AnyDictionary, to: AnyDictionary): (code: number) => number {
  if (from instanceof TextDictionary && to instanceof TextDictionary)
    return (code) => to.internFrom(from, code)
  if (from instanceof NumberDictionary && to instanceof NumberDictionary)
    return (code) => to.intern(from.number(code))
  if ('blob' in from && 'blob' in to) return (code) => to.internFrom(from, code)
  throw new Error('The two dictionaries hold different kinds of values')
}

/**
 * Garbage collection of keys by copying, in slices: makes a new dictionary with the flows and entries that have records,
 * and with the texts, numbers and blobs that they use, while the store goes on with the old one, which is not changed.
 *
 * Records may be appended between slices. A row that refers to an entry without a copy makes one, be it that the entry is
 * new, or that it had no records when its turn came. Nothing may be evicted between slices.
 */
export class KeyCompaction {
  readonly #old: KeyDictionary
  readonly #keys = new KeyDictionary()
  readonly #sums: KeySums
  readonly #rows: ChunkedRows
  /** By old number: one more than the new one; 0 while there is no copy. */
  #flows: Uint32Array<ArrayBuffer>
  #entries: Uint32Array<ArrayBuffer>
  /** Old entries before this one had their turn. */
  #nextEntry = 0
  /** The entries of the rows of full chunks, in the new numbering. */
  readonly #renumbered = new Map<Chunk, Uint32Array<ArrayBuffer>>()
  /** By part. Parts may share a dictionary, and then share its mapping. */
  readonly #parts: readonly CodeMapping[]
  readonly #labels: CodeMapping
  readonly #codes = new Uint32Array(KEY_PARTS.length)

  /** `sums` are those of all rows. */
  constructor(old: KeyDictionary, sums: KeySums, rows: ChunkedRows) {
    this.#old = old
    this.#sums = sums
    this.#rows = rows
    this.#flows = new Uint32Array(old.flowCount)
    this.#entries = new Uint32Array(old.entryCount)
    const mappings = new Map<AnyDictionary, CodeMapping>()
    this.#parts = KEY_PARTS.map((part) => {
      const from = old.dictionaryOf(part)
      const mapping = mappings.get(from) ?? new CodeMapping(from, this.#keys.dictionaryOf(part))
      mappings.set(from, mapping)
      return mapping
    })
    this.#labels = new CodeMapping(old.labels, this.#keys.labels)
  }

  /**
   * Runs a slice of the work of about `entries` entries. Returns whether all is done but for what {@link finish} does.
   */
  run(entries: number): boolean {
    const { entryRecords } = this.#sums
    let left = entries
    for (; left > 0 && this.#nextEntry < this.#old.entryCount; left--) {
      const entry = this.#nextEntry++
      if ((entryRecords[entry] ?? 0) > 0) this.#entryOf(entry)
    }
    warmCaches(this.#keys, this.#old)
    let rows = left * ROWS_PER_ENTRY
    for (const chunk of this.#rows.chunks) {
      if (chunk.length < chunk.capacity || this.#renumbered.has(chunk)) continue
      if (rows <= 0) return false
      this.#renumbered.set(chunk, this.#renumber(chunk))
      rows -= chunk.length
    }
    return left > 0
  }

  /** Does the rest, and renumbers all rows. Returns the new keys and the sums by them. */
  finish(): { readonly keys: KeyDictionary; readonly sums: KeySums } {
    this.run(Number.POSITIVE_INFINITY)
    for (const chunk of this.#rows.chunks)
      chunk.entries = this.#renumbered.get(chunk) ?? this.#renumber(chunk)
    const keys = this.#keys
    return { keys, sums: this.#sums.renumbered(keys, this.#flows, this.#entries) }
  }

  #renumber({ capacity, length, entries: old }: Chunk): Uint32Array<ArrayBuffer> {
    const entries = new Uint32Array(capacity)
    for (let row = 0; row < length; row++) entries[row] = this.#entryOf(old[row]!)
    return entries
  }

  #entryOf(oldEntry: number): number {
    const known = this.#entries[oldEntry] ?? 0
    if (known > 0) return known - 1
    const old = this.#old
    const entry = this.#keys.internEntry(
      this.#flowOf(old.flowOf[oldEntry]!),
      this.#labels.code(old.sourceLabels[oldEntry]!),
      this.#labels.code(old.destLabels[oldEntry]!),
    )
    this.#entries = growToFit(this.#entries, oldEntry)
    this.#entries[oldEntry] = entry + 1
    return entry
  }

  #flowOf(oldFlow: number): number {
    const known = this.#flows[oldFlow] ?? 0
    if (known > 0) return known - 1
    const old = this.#old
    for (let part = 0; part < KEY_PARTS.length; part++)
      this.#codes[part] = this.#parts[part]!.code(old.codes[part]![oldFlow]!)
    const flow = this.#keys.addFlowFrom(old, oldFlow, this.#codes)
    this.#flows = growToFit(this.#flows, oldFlow)
    this.#flows[oldFlow] = flow + 1
    return flow
  }
}
