/** Counts what a capture holds, for `flowtrace stats`. */
import type { Flow } from '../flows/flow.ts'
import type { CaptureHeader } from './format/capture-header.ts'
import type { Batch } from './collect.ts'

/** Upper bounds on memory. What is beyond is counted as "others". */
const MAX_NAMESPACES = 10_000
const MAX_REASONS = 1000
const MAX_HEADERS = 1000

/** A value with its number of records. */
export interface Count {
  readonly value: string
  readonly records: number
}

/** A reason for refusals, with the place of its first one. */
export interface RefusalReason {
  readonly reason: string
  readonly count: number
  readonly firstLine: number | null
  /** The file of that one, where several are read together. */
  readonly firstFile: string | null
}

export class CaptureStats {
  format: string | null = null
  /** Records that were read, and those of them that match the filter. */
  read = 0
  matched = 0
  refused = 0
  unknownValues = 0
  /** Of the matching records, in Unix seconds: the least start and the greatest end. Null where none has a time. */
  from: number | null = null
  to: number | null = null
  readonly headers: CaptureHeader[] = []
  readonly #verdicts = new Tally(MAX_NAMESPACES)
  readonly #reporters = new Tally(MAX_NAMESPACES)
  readonly #namespaces = new Tally(MAX_NAMESPACES)
  readonly #reasons = new Map<string, RefusalReason>()

  add(batch: Batch, test: (flow: Flow) => boolean): void {
    this.format = batch.format ?? this.format
    this.read += batch.flows.length
    this.refused += batch.refused
    this.unknownValues += batch.unknown
    this.headers.push(...batch.headers.slice(0, MAX_HEADERS - this.headers.length))
    for (const flow of batch.flows) if (test(flow)) this.#addFlow(flow)
    for (const { reason, line, file = null } of batch.refusals) {
      const known = this.#reasons.get(reason)
      if (known !== undefined) this.#reasons.set(reason, { ...known, count: known.count + 1 })
      else if (this.#reasons.size < MAX_REASONS)
        this.#reasons.set(reason, { reason, count: 1, firstLine: line, firstFile: file })
    }
  }

  get verdicts(): readonly Count[] {
    return this.#verdicts.counts()
  }

  get reporters(): readonly Count[] {
    return this.#reporters.counts()
  }

  /** Of either end; a record in one namespace counts once. */
  get namespaces(): readonly Count[] {
    return this.#namespaces.counts()
  }

  /** How many records are in namespaces that were not counted one by one. */
  get otherNamespaces(): number {
    return this.#namespaces.others
  }

  /** Most frequent first. */
  get reasons(): readonly RefusalReason[] {
    return [...this.#reasons.values()].toSorted((a, b) => b.count - a.count)
  }

  #addFlow({ key, startTime, endTime }: Flow): void {
    this.matched++
    this.#verdicts.add(key.action)
    this.#reporters.add(key.reporter)
    this.#namespaces.add(key.sourceNamespace)
    if (key.destNamespace !== key.sourceNamespace) this.#namespaces.add(key.destNamespace)
    if (startTime > 0) this.from = Math.min(this.from ?? startTime, startTime)
    if (endTime > 0) this.to = Math.max(this.to ?? endTime, endTime)
  }
}

class Tally {
  others = 0
  readonly #counts = new Map<string, number>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  add(value: string): void {
    const known = this.#counts.get(value)
    if (known !== undefined) this.#counts.set(value, known + 1)
    else if (this.#counts.size < this.#limit) this.#counts.set(value, 1)
    else this.others++
  }

  /** Most records first; among equals in the order of the text. */
  counts(): readonly Count[] {
    return [...this.#counts]
      .map(([value, records]) => ({ value, records }))
      .toSorted((a, b) => b.records - a.records || (a.value < b.value ? -1 : 1))
  }
}
