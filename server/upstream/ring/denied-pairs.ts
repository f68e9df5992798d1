import { pairIdentity } from '../../../src/flows/identity.ts'
import { Action, type FlowKey } from '../../../src/gen/goldmane/api_pb.ts'

/** What the maps and sets take for a key, and for a pair besides its text, about. */
const KEY_BYTES = 80
const PAIR_BYTES = 400

export interface DeniedPair {
  readonly sourceNamespace: string
  readonly destNamespace: string
  /** Whether it was first denied of late. */
  readonly isNew: boolean
}

interface HeldPair {
  readonly identity: string
  readonly sourceNamespace: string
  readonly destNamespace: string
  /** The codes of the pair's denied keys. */
  readonly keys: Set<number>
}

/** The pairs of the denied keys in the ring, kept as keys come and go, so that counting them decodes nothing. */
export class DeniedPairs {
  readonly #pairs = new Map<string, HeldPair>()
  readonly #pairOfKey = new Map<number, HeldPair>()
  #textBytes = 0

  /** Bytes allocated, about. */
  get byteLength(): number {
    return this.#pairOfKey.size * KEY_BYTES + this.#pairs.size * PAIR_BYTES + this.#textBytes
  }

  onKeyAdded(code: number, key: FlowKey): void {
    if (key.action !== Action.Deny) return
    const identity = pairIdentity(key)
    const pair = this.#pairs.get(identity) ?? this.#addPair(identity, key)
    pair.keys.add(code)
    this.#pairOfKey.set(code, pair)
  }

  onKeyFreed(code: number): void {
    const pair = this.#pairOfKey.get(code)
    if (pair === undefined) return
    this.#pairOfKey.delete(code)
    pair.keys.delete(code)
    if (pair.keys.size > 0) return
    this.#pairs.delete(pair.identity)
    this.#textBytes -= bytesOf(pair)
  }

  /** All pairs. One is new when none of its denied keys is among `keysBefore`, a bit for each key that has an old record. */
  list(keysBefore: Uint8Array): readonly DeniedPair[] {
    return Array.from(this.#pairs.values(), ({ sourceNamespace, destNamespace, keys }) => ({
      sourceNamespace,
      destNamespace,
      isNew: !hasAny(keysBefore, keys),
    }))
  }

  #addPair(identity: string, { sourceNamespace, destNamespace }: FlowKey): HeldPair {
    const pair = { identity, sourceNamespace, destNamespace, keys: new Set<number>() }
    this.#pairs.set(identity, pair)
    this.#textBytes += bytesOf(pair)
    return pair
  }
}

function bytesOf({ identity, sourceNamespace, destNamespace }: HeldPair): number {
  return identity.length + sourceNamespace.length + destNamespace.length
}

function hasAny(bits: Uint8Array, keys: ReadonlySet<number>): boolean {
  for (const key of keys) if ((((bits[key >>> 3] ?? 0) >>> (key & 7)) & 1) === 1) return true
  return false
}
