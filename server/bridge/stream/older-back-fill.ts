/** The part of a viewer's back-fill that comes from Goldmane, because the ring has no memory for it. */
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import type { Freshness, MissingRange } from '../../../src/wire/freshness.ts'
import type { FlowRing } from '../../upstream/flow-ring.ts'
import { fetchOlderRecords, type OlderRecords } from './older-records.ts'
import { browserLeft } from '../request/refused-call.ts'
import type { WaitingLine } from '../waiting-line.ts'

/** The buckets from `start` on that the ring evicted for memory; null when there are none. */
export function olderRange(
  ring: Pick<FlowRing, 'evictedThrough' | 'oldestBucket'>,
  start: number | null,
): MissingRange | null {
  const { evictedThrough, oldestBucket } = ring
  if (start === null || evictedThrough === null || oldestBucket === null) return null
  return start <= evictedThrough && start < oldestBucket ? { from: start, to: oldestBucket } : null
}

export interface OlderBackFillOptions extends Omit<OlderRecords, 'deliver' | 'onBucket' | 'signal'> {
  readonly line: WaitingLine
  /** Who takes turns with others in the line. */
  readonly client: string
  readonly ring: Pick<FlowRing, 'records' | 'oldestBucket' | 'newestBucket'>
}

/**
 * Waits for its turn, then fetches. The chunks are taken one by one, and behind what the ring has: the newest flows come
 * first, because with many newcomers the turn may be minutes away.
 */
export class OlderBackFill {
  readonly #leave = new AbortController()
  readonly #onChunk: () => void
  readonly #range: MissingRange
  /** Records of all viewers, estimated by what the ring holds in a bucket: how much this is, beside the ring's part. */
  readonly #total: number
  /** The start of the bucket that is being received. */
  #bucket: number
  #isOver = false
  #lost: MissingRange | null = null
  #chunk: { readonly frames: Buffer; readonly taken: () => void } | null = null

  /** `onChunk` is called when {@link take} has something, at each progress, and when all was fetched. */
  constructor(options: OlderBackFillOptions, onChunk: () => void) {
    const { ring, range } = options
    this.#range = range
    this.#bucket = range.from
    const heldBuckets = bucketsIn({ from: ring.oldestBucket ?? 0, to: ring.newestBucket ?? 0 }) + 1
    this.#total = Math.ceil((ring.records / heldBuckets) * bucketsIn(range)) + 1
    this.#onChunk = onChunk
    void this.#fetch(options)
  }

  /**
   * Null when all was fetched, or given up. By time, and not by the records sent: a viewer who may see few of them, or
   * asks for few, gets on as quickly.
   */
  get progress(): Freshness['backFill'] {
    if (this.#isOver) return null
    const { from, to } = this.#range
    const sent = Math.floor((this.#total * (this.#bucket - from)) / (to - from))
    return { sent: Math.min(sent, this.#total - 1), total: this.#total }
  }

  /** What could not be fetched. */
  get lost(): MissingRange | null {
    return this.#lost
  }

  take(): Buffer | null {
    const chunk = this.#chunk
    this.#chunk = null
    chunk?.taken()
    return chunk?.frames ?? null
  }

  /** The viewer has left. */
  close(): void {
    this.#leave.abort(browserLeft())
    this.take()
  }

  async #fetch({ line, client, ...options }: OlderBackFillOptions): Promise<void> {
    const { signal } = this.#leave
    try {
      const leaveLine = await line.enter(client, signal)
      try {
        const deliver = (frames: Buffer) => this.#offer(frames)
        const onBucket = (start: number) => {
          this.#bucket = start
          this.#onChunk()
        }
        this.#lost = await fetchOlderRecords({ ...options, signal, deliver, onBucket })
      } finally {
        leaveLine()
      }
    } catch {
      // The line is full, or the viewer has left.
      this.#lost = options.range
    }
    this.#isOver = true
    if (!signal.aborted) this.#onChunk()
  }

  #offer(frames: Buffer): Promise<void> {
    if (this.#leave.signal.aborted) return Promise.resolve()
    return new Promise((taken) => {
      this.#chunk = { frames, taken }
      this.#onChunk()
    })
  }
}

function bucketsIn({ from, to }: MissingRange): number {
  return (to - from) / BUCKET_SECONDS
}
