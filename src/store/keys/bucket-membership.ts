import type { ChunkedRows } from '../columns/chunked-rows.ts'
import { growToFit } from '../../lib/grow-to-fit.ts'
import type { KeyDictionary } from './key-dictionary.ts'

/** Replays and gap fills come bucket after bucket, so that few buckets are asked about at a time. */
const MAX_CACHED_BUCKETS = 8

/**
 * Tells whether a flow has a record of a bucket, exactly. The bitmap of a bucket is built by one scan of its rows when it
 * is first asked for: only replayed and late records ask, so that a live stream pays nothing.
 */
export class BucketMembership {
  readonly #rows: ChunkedRows
  /** By the bucket's start: a bit for each flow. */
  readonly #bitmaps = new Map<number, Uint8Array<ArrayBuffer>>()

  constructor(rows: ChunkedRows) {
    this.#rows = rows
  }

  /** Whether a record of `flow` that starts at `start` (Unix seconds) is held. */
  has(flow: number, start: number, keys: KeyDictionary): boolean {
    let bitmap = this.#bitmaps.get(start)
    if (bitmap === undefined) {
      bitmap = this.#build(start, keys)
      if (this.#bitmaps.size === MAX_CACHED_BUCKETS)
        for (const oldest of [...this.#bitmaps.keys()].slice(0, 1)) this.#bitmaps.delete(oldest)
      this.#bitmaps.set(start, bitmap)
    }
    return ((bitmap[flow >>> 3] ?? 0) & (1 << (flow & 7))) !== 0
  }

  /** Must be called for each row that is appended. */
  add(flow: number, start: number): void {
    if (this.#bitmaps.size === 0) return
    const bitmap = this.#bitmaps.get(start)
    if (bitmap !== undefined) this.#bitmaps.set(start, withFlow(bitmap, flow))
  }

  /** Must be called when rows were evicted or flows renumbered. */
  clear(): void {
    this.#bitmaps.clear()
  }

  #build(start: number, { flowOf, flowCount }: KeyDictionary): Uint8Array<ArrayBuffer> {
    let bitmap = new Uint8Array((flowCount >>> 3) + 1)
    for (const chunk of this.#rows.chunks) {
      if (start < chunk.oldestStart || start > chunk.newestStart) continue
      const { starts, entries, length, startRuns } = chunk
      const addRows = (begin: number, end: number): void => {
        for (let row = begin; row < end; row++) bitmap = withFlow(bitmap, flowOf[entries[row]!]!)
      }
      if (startRuns.isUsable)
        startRuns.forEachRun(length, (begin, end) => {
          if (starts[begin] === start) addRows(begin, end)
        })
      else for (let row = 0; row < length; row++) if (starts[row] === start) addRows(row, row + 1)
    }
    return bitmap
  }
}

/** Sets the flow's bit, in the same array or in a longer copy. */
function withFlow(bitmap: Uint8Array<ArrayBuffer>, flow: number): Uint8Array<ArrayBuffer> {
  const grown = growToFit(bitmap, flow >>> 3)
  grown[flow >>> 3]! |= 1 << (flow & 7)
  return grown
}
