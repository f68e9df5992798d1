import { hexExcerpt, placelessRefusal, type Refusal } from '../../capture/format/refusal.ts'

const MAX_KEPT_REFUSALS = 300

/** Counts everything that could not be read, and keeps the first 300 refusals to show. */
export class RefusalLog {
  count = 0
  readonly first: Refusal[] = []

  /** Adds refusals. `count` is how many there were, if `refusals` are only some of them. */
  add(refusals: readonly Refusal[], count = refusals.length): void {
    this.count += count
    this.first.push(...refusals.slice(0, MAX_KEPT_REFUSALS - this.first.length))
  }

  /** Adds an encoded record that could not be read: the reason, and its first bytes in hexadecimal. */
  addMalformed(message: Uint8Array, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    this.add([placelessRefusal(`Malformed record: ${reason}`, hexExcerpt(message))])
  }
}
