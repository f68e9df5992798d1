/** Merges several captures into one, on one clock. */
import type { Flow } from '../flows/flow.ts'
import type { Batch } from './collect.ts'
import type { CaptureHeader } from './format/capture-header.ts'
import type { Json } from './format/json-fields.ts'
import type { Refusal } from './format/refusal.ts'
import { MAX_MERGED_CAPTURES } from './merge-limit.ts'

/** A capture with the name that its refusals get. */
export interface NamedCapture {
  readonly name: string
  readonly batches: AsyncGenerator<Batch>
}

/** About how many flows make a batch, as in a capture read alone. */
const BATCH_RECORDS = 500

/** One of the captures, with the flows of its newest batch that were not taken yet. */
class Part {
  readonly #capture: NamedCapture
  #flows: readonly Flow[] = []
  #unknownMembers: readonly (Json | null)[] = []
  #at = 0
  isAtEnd = false
  bytesRead = 0
  format: string | null = null

  constructor(capture: NamedCapture) {
    this.#capture = capture
  }

  /** The start of the next flow; infinite when no flow is held. Unix seconds. */
  get nextStart(): number {
    return this.#flows[this.#at]?.startTime ?? Number.POSITIVE_INFINITY
  }

  /** Reads the next batch, when the flows of the one before were taken. Null at the end. */
  async read(): Promise<Batch | null> {
    const { done, value } = await this.#capture.batches.next()
    this.isAtEnd = done === true
    if (done === true) return null
    this.#flows = value.flows
    this.#unknownMembers = value.unknownMembers
    this.#at = 0
    this.bytesRead = value.bytesRead
    this.format = value.format
    const { name } = this.#capture
    return { ...value, refusals: value.refusals.map((refusal) => ({ ...refusal, file: name })) }
  }

  /**
   * Moves the next flow to `flows`, those that start with it, and those before the next start of the other parts; at
   * most a batch of them.
   */
  takeBefore(startOfOthers: number, flows: Flow[], unknownMembers: (Json | null)[]): void {
    const first = this.nextStart
    do {
      const members = this.#unknownMembers[this.#at]
      const flow = this.#flows[this.#at++]
      if (flow !== undefined) flows.push(flow)
      // None are there unless they were asked for.
      if (members !== undefined) unknownMembers.push(members)
    } while (
      this.#at < this.#flows.length &&
      flows.length < BATCH_RECORDS &&
      (this.nextStart === first || this.nextStart < startOfOthers)
    )
  }

  async close(): Promise<void> {
    await this.#capture.batches.return(undefined)
  }
}

/**
 * The flows of all captures in the order of their start times, as far as each capture is in that order itself: of the
 * next flows the one that starts first comes first, and of equal ones that of the capture that is named first. No more
 * than a batch of each is held. Refusals have the name of their file.
 *
 * Throws what a capture throws, and closes all of them. Throws a RangeError for more than
 * {@link MAX_MERGED_CAPTURES}.
 */
export async function* mergeCaptures(captures: readonly NamedCapture[]): AsyncGenerator<Batch> {
  if (captures.length > MAX_MERGED_CAPTURES) throw new RangeError('too many captures to merge')
  const parts = captures.map((capture) => new Part(capture))
  let flows: Flow[] = []
  let unknownMembers: (Json | null)[] = []
  let headers: CaptureHeader[] = []
  let refusals: Refusal[] = []
  let refused = 0
  let unknown = 0
  const take = (): Batch => {
    const batch = {
      flows,
      unknownMembers,
      headers,
      refusals,
      refused,
      unknown,
      bytesRead: parts.reduce((sum, part) => sum + part.bytesRead, 0),
      format: formatOfAll(parts),
    }
    flows = []
    unknownMembers = []
    headers = []
    refusals = []
    refused = 0
    unknown = 0
    return batch
  }
  try {
    for (;;) {
      for (const part of parts) {
        while (!part.isAtEnd && part.nextStart === Number.POSITIVE_INFINITY) {
          // Each read has its turn, one after the other: a part's next batch is only wanted once it has none.
          // oxlint-disable-next-line no-await-in-loop
          const batch = await part.read()
          if (batch === null) break
          headers.push(...batch.headers)
          refusals.push(...batch.refusals)
          refused += batch.refused
          unknown += batch.unknown
          // Progress shows also through a stretch without records.
          if (batch.flows.length === 0 || flows.length >= BATCH_RECORDS) yield take()
        }
      }
      const [first, second] = firstTwo(parts)
      if (first === undefined) break
      first.takeBefore(second, flows, unknownMembers)
      if (flows.length >= BATCH_RECORDS) yield take()
    }
    yield take()
  } finally {
    await Promise.all(parts.map((part) => part.close()))
  }
}

/** The part whose next flow starts first, and the next start of all others. Undefined when no part has a flow. */
function firstTwo(parts: readonly Part[]): readonly [Part | undefined, number] {
  let first: Part | undefined
  let second = Number.POSITIVE_INFINITY
  for (const part of parts) {
    const start = part.nextStart
    if (first === undefined ? start < second : start < first.nextStart) {
      second = first?.nextStart ?? second
      first = part
    } else second = Math.min(second, start)
  }
  return [first, second]
}

/** The formats in words; null as long as none is known. */
function formatOfAll(parts: readonly Part[]): string | null {
  const formats = new Set(parts.map(({ format }) => format).filter((format) => format !== null))
  return formats.size === 0 ? null : [...formats].join(' and ')
}
