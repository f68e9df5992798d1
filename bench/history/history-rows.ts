/**
 * Synthetic buckets of a cluster, as a recorder puts them: a pool of keys of which few are in every bucket and most are
 * seldom seen, counters that vary about a value of their key's own, and rollouts that replace keys by new ones.
 */
import type { LabelledKey } from '../../src/flows/flow.ts'
import { ensure } from '../../src/lib/assert.ts'
import { entryId } from '../../server/history/entry-id.ts'
import type { Bucket, CounterColumns, EntryId } from '../../server/history/history-store.ts'
import { fullKey } from '../full-keys.ts'
import { randomFrom } from '../seeded.ts'

export interface TrafficShape {
  readonly cluster: string
  /** Keys that are alive at a time. */
  readonly keys: number
  /** Rows of a bucket on average, at most the keys. */
  readonly rowsOfBucket: number
  /** Of the keys, the part that a rollout replaces by new ones in an hour. */
  readonly churnOfHour: number
  readonly seed: number
}

/** The traffic that the figures are about: 7 million rows in 24 h, of 20,000 keys. */
export const DAY_OF_7_MILLION = { keys: 20_000, rowsOfBucket: 1215, churnOfHour: 0.01, seed: 17 } as const

const BUCKET = 15
const HOUR = 3600

interface LivingKey {
  readonly entry: EntryId
  readonly key: LabelledKey
  /** The chance that a bucket has it. */
  readonly chance: number
  readonly packets: number
  readonly bytesOfPacket: number
  readonly connections: number
}

export class HistoryTraffic {
  readonly #shape: TrafficShape
  readonly #random: () => number
  readonly #chances: Float64Array
  /** By rank; the first ones are the busiest. */
  readonly #byRank: LivingKey[] = []
  /** Sorted by entry, as the rows of a bucket are. */
  #sorted: readonly LivingKey[] = []
  #made = 0
  #hour = Number.NaN

  constructor(shape: TrafficShape) {
    this.#shape = shape
    this.#random = randomFrom(shape.seed)
    this.#chances = chancesOf(shape.keys, shape.rowsOfBucket)
    for (let rank = 0; rank < shape.keys; rank++) this.#byRank.push(this.#makeKey(rank))
    this.#sort()
  }

  /**
   * The bucket that starts at a time; where rollouts replace keys, call it for times that ascend. `share` multiplies the
   * chance of each key: with `Infinity` the bucket has all of them.
   */
  bucket(start: number, share = 1): Bucket {
    const hour = Math.floor(start / HOUR)
    if (!Number.isNaN(this.#hour) && hour !== this.#hour) this.#rollOut()
    this.#hour = hour
    const random = this.#random
    const living = this.#sorted.filter(({ chance }) => random() < chance * share)
    const counters = countersOf(living, random)
    const keys = new Map(living.map(({ entry, key }) => [entry, key]))
    return {
      cluster: this.#shape.cluster,
      start,
      seconds: BUCKET,
      version: (start + 2 * BUCKET) * 1000,
      entries: BigUint64Array.from(living, ({ entry }) => entry),
      keyOf: (entry) => ensure(keys.get(entry), 'an entry of the bucket'),
      ...counters,
    }
  }

  /** How many keys there have been. */
  get made(): number {
    return this.#made
  }

  /** The key of a rank; 0 is the busiest one. */
  keyAt(rank: number): LabelledKey {
    return ensure(this.#byRank[rank], 'a key of each rank').key
  }

  #makeKey(rank: number): LivingKey {
    const random = this.#random
    // A name for each four ports, as of pods that several clients call.
    const key = fullKey(this.#made, Math.max(1, Math.floor(this.#shape.keys / 4)), random)
    // A generated part of the name, which a rollout changes.
    const sourceName = `${key.key.sourceName.replace(/-\*$/, '')}-${this.#made.toString(36)}-*`
    const made = { ...key, key: { ...key.key, sourceName } }
    this.#made++
    return {
      entry: entryId(made),
      key: made,
      chance: ensure(this.#chances[rank], 'a chance for each rank'),
      packets: 2 + random() ** 6 * 20_000,
      bytesOfPacket: 60 + random() * 1300,
      connections: 1 + random() ** 8 * 300,
    }
  }

  #rollOut(): void {
    const replaced = Math.round(this.#shape.keys * this.#shape.churnOfHour)
    for (let i = 0; i < replaced; i++) {
      const rank = Math.floor(this.#random() * this.#shape.keys)
      this.#byRank[rank] = this.#makeKey(rank)
    }
    this.#sort()
  }

  #sort(): void {
    this.#sorted = this.#byRank.toSorted((a, b) => (a.entry < b.entry ? -1 : 1))
  }
}

/** Falling as 1/rank, at most 1, scaled so that they sum to the rows of a bucket. */
function chancesOf(keys: number, rows: number): Float64Array {
  const chances = (scale: number) =>
    Float64Array.from({ length: keys }, (_, i) => Math.min(1, scale / (i + 1)))
  let [low, high] = [0, keys * 64]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    const sum = chances(middle).reduce((total, chance) => total + chance, 0)
    if (sum < rows) low = middle
    else high = middle
  }
  return chances(high)
}

function countersOf(living: readonly LivingKey[], random: () => number): CounterColumns {
  const counters = {
    packetsIn: new Float64Array(living.length),
    packetsOut: new Float64Array(living.length),
    bytesIn: new Float64Array(living.length),
    bytesOut: new Float64Array(living.length),
    numConnectionsStarted: new Float64Array(living.length),
    numConnectionsCompleted: new Float64Array(living.length),
    numConnectionsLive: new Float64Array(living.length),
  }
  living.forEach(({ packets, bytesOfPacket, connections }, i) => {
    const [sent, received] = [vary(packets, random), vary(packets * 0.8, random)]
    counters.packetsOut[i] = sent
    counters.packetsIn[i] = received
    counters.bytesOut[i] = Math.round(sent * bytesOfPacket)
    counters.bytesIn[i] = Math.round(received * bytesOfPacket * 0.6)
    const started = vary(connections, random)
    counters.numConnectionsStarted[i] = started
    counters.numConnectionsCompleted[i] = Math.max(0, started - Math.floor(random() * 2))
    counters.numConnectionsLive[i] = Math.floor(random() * 4)
  })
  return counters
}

/** A whole number within a fifth of a value. */
const vary = (value: number, random: () => number): number => Math.round(value * (0.8 + random() * 0.4))
