/** Collects the distinct keys of a capture, with the sums of their records. */
import { addRecorded, bytesOf } from '../../../src/flows/counters.ts'
import type { Flow, FlowKey, LabelledKey } from '../../../src/flows/flow.ts'

export interface FlowSums {
  readonly records: number
  /** Null where no record has them. */
  readonly connections: number | null
  readonly bytes: number | null
}

type Sums = { -readonly [Name in keyof FlowSums]: FlowSums[Name] }

interface Entry {
  readonly labelled: LabelledKey
  readonly sums: Sums
}

/** An upper bound on memory: about 2 GB of keys with long traces. */
const MAX_KEYS = 500_000

export class CheckFlows {
  /** Records whose key came after the table was full. */
  leftOut = 0
  readonly #entries = new Map<string, Entry>()
  /** Records of one key share its object where the reader recognised their line. */
  readonly #byKey = new WeakMap<FlowKey, Entry>()
  readonly #limit: number

  constructor(limit = MAX_KEYS) {
    this.#limit = limit
  }

  add(flow: Flow): void {
    const entry = this.#entryOf(flow)
    if (entry === null) {
      this.leftOut++
      return
    }
    const { sums } = entry
    sums.records++
    sums.connections = addRecorded(sums.connections, flow.numConnectionsStarted)
    sums.bytes = addRecorded(sums.bytes, bytesOf(flow))
  }

  /** In the order of their first records. */
  get labelled(): readonly LabelledKey[] {
    return [...this.#entries.values()].map((entry) => entry.labelled)
  }

  get sums(): readonly FlowSums[] {
    return [...this.#entries.values()].map((entry) => entry.sums)
  }

  #entryOf({ key, sourceLabels, destLabels }: Flow): Entry | null {
    const seen = this.#byKey.get(key)
    if (seen?.labelled.sourceLabels === sourceLabels && seen.labelled.destLabels === destLabels) return seen
    const text = JSON.stringify([key, sourceLabels, destLabels])
    const known = this.#entries.get(text) ?? this.#make(text, { key, sourceLabels, destLabels })
    if (known !== null) this.#byKey.set(key, known)
    return known
  }

  #make(text: string, labelled: LabelledKey): Entry | null {
    if (this.#entries.size === this.#limit) return null
    const entry: Entry = { labelled, sums: { records: 0, connections: null, bytes: null } }
    this.#entries.set(text, entry)
    return entry
  }
}
