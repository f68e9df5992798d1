/**
 * Answers the store's queries over an array of plain objects: the baseline of the benchmarks, as a good engineer would write
 * it. Records of one key share its objects; what depends on the key alone is worked out once a key; the first rows are found
 * in one pass instead of sorting all.
 */
import { labelValue, matcher } from '../src/filter/tree/evaluate.ts'
import type { Expression } from '../src/filter/tree/expression.ts'
import { columnOf } from '../src/flows/column.ts'
import { bytesOf } from '../src/flows/counters.ts'
import { type FieldId, fieldOf } from '../src/flows/field.ts'
import type { Flow, PolicyHit } from '../src/flows/flow.ts'

function copyHits(hits: readonly PolicyHit[]): readonly PolicyHit[] {
  return hits.map((hit) =>
    Object.assign({}, hit, { trigger: hit.trigger === null ? null : { ...hit.trigger } }),
  )
}

/** A deep copy, as JSON.parse would make, except that strings are shared: a JavaScript engine may intern them too. */
export function copyOf(flow: Flow): Flow {
  const { enforced, pending } = flow.key.policies
  return {
    ...flow,
    key: { ...flow.key, policies: { enforced: copyHits(enforced), pending: copyHits(pending) } },
    sourceLabels: [...flow.sourceLabels],
    destLabels: [...flow.destLabels],
  }
}

/** A record whose key and labels are those of all records with the same number. */
export interface KeyedFlow extends Flow {
  readonly keyNumber: number
}

export type SortedBy = 'seen' | 'source' | 'bytes'

/** The `limit` least items by `compare`, in order, found in one pass: an item that is not among them costs one comparison. */
export function leastOf<T>(
  items: readonly T[],
  limit: number,
  compare: (a: T, b: T) => number,
): readonly T[] {
  const kept: T[] = []
  for (const item of items) {
    const worst = kept[limit - 1]
    if (worst !== undefined && compare(item, worst) >= 0) continue
    let low = 0
    let high = kept.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = kept[middle]
      if (other !== undefined && compare(other, item) <= 0) low = middle + 1
      else high = middle
    }
    kept.splice(low, 0, item)
    if (kept.length > limit) kept.pop()
  }
  return kept
}

/**
 * The indexes of the values whose places in ascending order are from `offset` on, at most `limit`; equal values in the order
 * of their indexes. Sorts the bare numbers, which takes a tenth of sorting objects by them.
 */
export function indexesInOrder(values: Float64Array, offset: number, limit: number): readonly number[] {
  const sorted = values.toSorted()
  const first = sorted[offset]
  const last = sorted[Math.min(sorted.length, offset + limit) - 1]
  if (first === undefined || last === undefined) return []
  const found: number[] = []
  let before = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0
    if (value < first) before++
    else if (value <= last) found.push(i)
  }
  found.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b)
  return found.slice(offset - before, offset - before + limit)
}

export class ObjectSet {
  readonly flows: KeyedFlow[] = []
  /** One record of each key. */
  readonly #keys: Flow[] = []
  readonly #numbers = new Map<Flow['key'], number>()

  /** Takes flows that share their key's object for the same key, as {@link traffic} makes them. */
  constructor(flows: Iterable<Flow>) {
    for (const flow of flows) this.append(flow)
  }

  append(flow: Flow): void {
    let keyNumber = this.#numbers.get(flow.key)
    if (keyNumber === undefined) {
      keyNumber = this.#keys.length
      this.#numbers.set(flow.key, keyNumber)
      // The first record's objects stand in for those of all others.
      this.#keys.push(copyOf(flow))
    }
    const like = this.#keys[keyNumber]
    if (like === undefined) throw new Error(`no key ${keyNumber}`)
    const { key, sourceLabels, destLabels } = like
    this.flows.push({ ...flow, key, sourceLabels, destLabels, keyNumber })
  }

  /** @param filter reads nothing but keys and labels, so that one answer holds for all records of a key */
  filter(filter: Expression): readonly KeyedFlow[] {
    const matches = matcher(filter, 0)
    const isMatch = this.#keys.map((flow) => matches(flow))
    return this.flows.filter(({ keyNumber }) => isMatch[keyNumber])
  }

  /** The `limit` flows from place `offset` on: by source ascending, by time or bytes descending. */
  window(column: SortedBy, offset: number, limit: number): readonly KeyedFlow[] {
    const { sort } = columnOf(column)
    if (sort.by === 'text') {
      const texts = this.#keys.map((flow) => sort.of(flow))
      const inOrder = [...texts].sort()
      const ranks = texts.map((text) => firstPlace(inOrder, text))
      return this.#windowBy(({ keyNumber }) => ranks[keyNumber] ?? 0, offset, limit)
    }
    const number = (flow: Flow): number => (sort.by === 'last' ? -flow.endTime : -(bytesOf(flow) ?? 0))
    return this.#windowBy(number, offset, limit)
  }

  #windowBy(value: (flow: KeyedFlow) => number, offset: number, limit: number): readonly KeyedFlow[] {
    if (offset === 0) return leastOf(this.flows, limit, (a, b) => value(a) - value(b))
    const indexes = indexesInOrder(Float64Array.from(this.flows, value), offset, limit)
    return indexes.flatMap((index) => this.flows[index] ?? [])
  }

  histogram(from: number, step: number, steps: number): readonly Float64Array[] {
    const kinds = this.#keys.map(({ key }) => (key.action === 'Allow' ? 0 : key.action === 'Deny' ? 1 : 2))
    const bins = [new Float64Array(steps), new Float64Array(steps), new Float64Array(steps)]
    for (const { keyNumber, startTime } of this.flows) {
      const counts = bins[kinds[keyNumber] ?? 2]
      const bin = Math.floor((startTime - from) / step)
      if (counts !== undefined) counts[bin] = (counts[bin] ?? 0) + 1
    }
    return bins
  }

  /** The number of flows for each value of each field, without a filter: counted by key, then weighted. */
  facets(fields: readonly FieldId[]): readonly Map<string, number>[] {
    const records = new Float64Array(this.#keys.length)
    for (const { keyNumber } of this.flows) records[keyNumber] = (records[keyNumber] ?? 0) + 1
    return fields.map((id) => {
      const counts = new Map<string, number>()
      for (const [keyNumber, flow] of this.#keys.entries()) {
        for (const value of valuesOf(id, flow))
          counts.set(value, (counts.get(value) ?? 0) + (records[keyNumber] ?? 0))
      }
      return counts
    })
  }
}

function valuesOf(id: FieldId, flow: Flow): readonly string[] {
  const field = fieldOf(id)
  if (field.type === 'text' || field.type === 'number') return field.values(flow).map(String)
  return field.type === 'label' ? field.labels(flow).flatMap((label) => labelValue(label, 'app') ?? []) : []
}

/** The first place of a text in a sorted list that has it. */
function firstPlace(sorted: readonly string[], text: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? '') < text) low = middle + 1
    else high = middle
  }
  return low
}
