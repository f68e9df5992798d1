/**
 * Buckets for the benchmarks of the history: of 20,000 keys, some are in every bucket and most in few, as in a cluster (by Zipf's law);
 * the counters are random, which compresses worse than what a cluster sends.
 */
import { entryId } from '../../server/history/entry-id.ts'
import type { Bucket, CounterColumns, EntryId } from '../../server/history/history-store.ts'
import { COUNTER_NAMES } from '../../src/flows/counters.ts'
import type { LabelledKey } from '../../src/flows/flow.ts'
import { ensure } from '../../src/lib/assert.ts'
import { randomFrom } from '../seeded.ts'
import { distinctKeys } from '../traffic.ts'

export const CLUSTER = 'prod'

interface RankedEntry {
  readonly entry: EntryId
  readonly subject: LabelledKey
  /** How likely it is in a bucket. */
  readonly chance: number
}

export class HistoryTraffic {
  /** Ascending by id, as the entries of a bucket are. */
  readonly #entries: readonly RankedEntry[]
  readonly #byId: ReadonlyMap<EntryId, LabelledKey>

  /** So many keys, of which a bucket has about so many. */
  constructor(keys: number, perBucket: number) {
    const subjects = [...distinctKeys(keys)]
    const chances = chancesOf(keys, perBucket)
    this.#entries = subjects
      .map((subject, rank) => ({ subject, entry: entryId(subject), chance: ensure(chances[rank], 'chance') }))
      .sort((a, b) => (a.entry < b.entry ? -1 : 1))
    this.#byId = new Map(this.#entries.map(({ entry, subject }) => [entry, subject]))
  }

  /** The key in the middle of the ranks by how often it comes. */
  get commonKey(): LabelledKey {
    return ensure(this.#entries.toSorted((a, b) => b.chance - a.chance)[100], 'key').subject
  }

  /** The bucket that begins at a time; always the same one for it. */
  bucketAt(start: number, seconds = 15, share = 1): Bucket {
    const random = randomFrom(start)
    const chosen = this.#entries.filter(({ chance }) => random() < chance * share)
    const entries = BigUint64Array.from(chosen, ({ entry }) => entry)
    const columns = COUNTER_NAMES.map((name) => [name, countersOf(name, entries.length, random)] as const)
    const keyOf = (entry: EntryId): LabelledKey => ensure(this.#byId.get(entry), 'key of an entry')
    return {
      ...(Object.fromEntries(columns) as unknown as CounterColumns), // one column for each counter
      cluster: CLUSTER,
      start,
      seconds,
      version: 1,
      entries,
      keyOf,
    }
  }
}

/** By Zipf's law with the exponent 0.8, cut at 1, scaled until a bucket has about so many. */
function chancesOf(keys: number, perBucket: number): readonly number[] {
  const weights = Array.from({ length: keys }, (_, rank) => (rank + 1) ** -0.8)
  let [low, high] = [0, keys]
  const at = (scale: number) => weights.map((weight) => Math.min(1, weight * scale))
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    if (sumOf(at(middle)) < perBucket) low = middle
    else high = middle
  }
  return at(high)
}

function sumOf(chances: readonly number[]): number {
  return chances.reduce((total, chance) => total + chance, 0)
}

function countersOf(
  name: (typeof COUNTER_NAMES)[number],
  length: number,
  random: () => number,
): Float64Array {
  const most = name.startsWith('bytes') ? 2_000_000 : name.startsWith('packets') ? 5000 : 5
  return Float64Array.from({ length }, () => Math.floor(random() ** 4 * most))
}
