/**
 * The policies that were in force at each time: one set between any two changes. That of now is read at once, those of the
 * past when they are first asked for.
 */
import { FlowEvaluator } from '../../policy/evaluate/evaluate-flow.ts'
import { readManifestsInSteps } from '../../policy/manifest/read-manifests.ts'
import type { ReadManifests } from '../../policy/manifest/resources.ts'
import { ensure } from '../../lib/assert.ts'
import type { PolicyDocument } from '../policy-messages.ts'
import type { TimeRange } from '../protocol.ts'

/** Sets of the past that are kept: each has its own policies in memory. */
const MAX_PAST_SETS = 4
/** Sets that are asked for one record: its 15 s may have seen several changes. */
const MAX_SETS_OF_RECORD = 4

export interface PolicySet extends ReadManifests {
  readonly evaluator: FlowEvaluator
  readonly documents: readonly PolicyDocument[]
  /** The time in which exactly these were in force, [from, until); null on a side without an end. */
  readonly inForce: { readonly from: number | null; readonly until: number | null }
}

export class PolicySets {
  readonly documents: readonly PolicyDocument[]
  /** When one set followed another, ascending: that of number i is in force from `#changes[i - 1]` on. */
  readonly #changes: readonly number[]
  #current: PolicySet | null = null
  /** By number; those used last are last. */
  readonly #past = new Map<number, PolicySet>()

  constructor(documents: readonly PolicyDocument[]) {
    this.documents = documents
    const times = documents.flatMap(({ from, until }) => [from, until].filter((time) => time !== undefined))
    this.#changes = [...new Set(times)].toSorted((a, b) => a - b)
  }

  /** In force now. Read before by {@link reading}. */
  get current(): PolicySet {
    return ensure(this.#current, 'the policies of now are read first')
  }

  /** Reads the set of now. Yields how many characters were read. */
  *reading(): Generator<number, PolicySet> {
    this.#current ??= yield* this.#read(this.#changes.length)
    return this.#current
  }

  /** The sets that were in force in some of a range, the newest first; that of now where the time is not known. */
  *during({ from, to }: TimeRange): Generator<number, readonly PolicySet[]> {
    if (to === 0) return [this.current]
    const first = this.#changes.filter((time) => time <= from).length
    const last = Math.max(first, this.#changes.filter((time) => time < to).length)
    const sets: PolicySet[] = []
    for (let number = last; number >= first && sets.length < MAX_SETS_OF_RECORD; number--)
      sets.push(yield* this.#set(number))
    return sets
  }

  *#set(number: number): Generator<number, PolicySet> {
    if (number === this.#changes.length) return this.current
    const set = this.#past.get(number) ?? (yield* this.#read(number))
    this.#past.delete(number)
    const [oldest] = this.#past.keys()
    if (this.#past.size >= MAX_PAST_SETS && oldest !== undefined) this.#past.delete(oldest)
    this.#past.set(number, set)
    return set
  }

  *#read(number: number): Generator<number, PolicySet> {
    const inForce = { from: this.#changes[number - 1] ?? null, until: this.#changes[number] ?? null }
    const at = inForce.from ?? Number.NEGATIVE_INFINITY
    const documents = this.documents.filter(
      ({ from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY }) => from <= at && at < until,
    )
    const read = yield* readManifestsInSteps(documents)
    return { ...read, evaluator: new FlowEvaluator(read.manifests), documents, inForce }
  }
}
