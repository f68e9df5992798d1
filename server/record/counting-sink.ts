import type { MissingRange } from '../../src/wire/freshness.ts'
import type { Appended } from '../upstream/flow-ring.ts'
import type { RecordSink } from '../upstream/record-sink.ts'

/** Passes records on to a ring, and counts what became of them. */
export class CountingSink implements RecordSink {
  readonly #ring: RecordSink
  #appended = 0
  #known = 0
  #malformed = 0

  constructor(ring: RecordSink) {
    this.#ring = ring
  }

  /** All that came. */
  get appended(): number {
    return this.#appended
  }

  /** Records that the ring has already. */
  get known(): number {
    return this.#known
  }

  get malformed(): number {
    return this.#malformed
  }

  get oldestBucket(): number | null {
    return this.#ring.oldestBucket
  }

  get newestBucket(): number | null {
    return this.#ring.newestBucket
  }

  append(message: Uint8Array): Appended {
    const appended = this.#ring.append(message)
    this.#appended += 1
    if (appended === 'known') this.#known += 1
    if (appended === 'malformed') this.#malformed += 1
    return appended
  }

  publish(): void {
    this.#ring.publish()
  }

  forgetUpstreamIds(): void {
    this.#ring.forgetUpstreamIds()
  }

  missing(): readonly MissingRange[] {
    return this.#ring.missing()
  }
}
