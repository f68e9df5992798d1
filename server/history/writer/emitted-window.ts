/** What Goldmane's emitter posts: the records of some minutes, summed by key, one JSON object a line. */
import { BUCKET_SECONDS, bucketStart } from '../../../src/flows/bucket.ts'
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { Flow, LabelledKey } from '../../../src/flows/flow.ts'
import { goldmaneFlow } from '../../../src/capture/format/goldmane-json.ts'
import { isObject } from '../../../src/lib/is-object.ts'
import { entryId } from '../entry-id.ts'
import type { Bucket, EntryId, HistoryRange } from '../history-store.ts'
import { bucketOfRows, countOrNaN, type SummedRow } from './summed-rows.ts'

/** A Goldmane of 20,000 keys posts so many. */
const MAX_RECORDS = 1_000_000
/** Seconds: five minutes, unless Goldmane is set otherwise. */
const MAX_WINDOW_S = 3600

/** What was posted is no such window. The message is a sentence without a full stop, with its line where there is one. */
export class EmittedWindowError extends Error {
  override readonly name = 'EmittedWindowError'
}

/**
 * One window, put together line by line. Goldmane says neither where it begins nor where it ends, but each record the first
 * and the last bucket that it sums: the window is what they span together.
 */
export class EmittedWindow {
  readonly #rows = new Map<EntryId, SummedRow>()
  #lines = 0
  #from = Infinity
  #to = 0

  get records(): number {
    return this.#rows.size
  }

  /** Whole buckets. Throws {@link EmittedWindowError} where there is no record. */
  get range(): HistoryRange {
    if (this.#rows.size === 0) throw new EmittedWindowError('There is no record')
    return { from: this.#from, to: this.#to }
  }

  /** Adds a line; an empty one is passed over. Throws {@link EmittedWindowError} for what is no record. */
  add(line: string): void {
    this.#lines += 1
    if (line.trim() === '') return
    if (this.#rows.size >= MAX_RECORDS) throw this.#wrong(`more than ${MAX_RECORDS} records`)
    const flow = this.#parse(line)
    const { startTime, endTime } = flow
    if (!(startTime > 0 && endTime > startTime)) throw this.#wrong('a record without a start and an end')
    this.#from = Math.min(this.#from, bucketStart(startTime))
    this.#to = Math.max(this.#to, Math.ceil(endTime / BUCKET_SECONDS) * BUCKET_SECONDS)
    if (this.#to - this.#from > MAX_WINDOW_S) throw this.#wrong('records of more than an hour')
    this.#addRow(flow)
  }

  /** Throws {@link EmittedWindowError} where there is no record. */
  bucket({ cluster, version }: Pick<Bucket, 'cluster' | 'version'>): Bucket {
    const { from, to } = this.range
    return bucketOfRows(this.#rows, { cluster, version, start: from, seconds: to - from })
  }

  #parse(line: string): Flow {
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch {
      throw this.#wrong('no JSON')
    }
    if (!isObject(value) || !isObject(value['Key'])) throw this.#wrong('no record of Goldmane')
    try {
      return goldmaneFlow(value, value['Key'])
    } catch (error) {
      throw this.#wrong(error instanceof Error ? error.message : String(error))
    }
  }

  /** The same key again is summed. */
  #addRow(flow: Flow): void {
    const { key, sourceLabels, destLabels } = flow
    const labelled: LabelledKey = { key, sourceLabels, destLabels }
    const id = entryId(labelled)
    const row = this.#rows.get(id) ?? { key: labelled, counters: new Float64Array(COUNTER_NAMES.length) }
    COUNTER_NAMES.forEach((name, i) => {
      row.counters[i]! += countOrNaN(flow[name])
    })
    this.#rows.set(id, row)
  }

  #wrong(what: string): EmittedWindowError {
    return new EmittedWindowError(`line ${this.#lines}: ${what}`)
  }
}
