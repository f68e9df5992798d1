import { ColumnRanks } from './column-rank-cache.ts'
import type { Keys } from './key-dictionary.ts'
import { Signatures } from './signatures.ts'
import { ValueIndexes } from './value-index.ts'

/** What is worked out of the keys alone, once for all readers, and gone with the keys when they are replaced. */
export interface KeyCaches {
  readonly indexes: ValueIndexes
  readonly signatures: Signatures
  readonly ranks: ColumnRanks
}

const made = new WeakMap<Keys, KeyCaches>()

export function cachesOf(keys: Keys): KeyCaches {
  const known = made.get(keys)
  if (known !== undefined) return known
  const caches = {
    indexes: new ValueIndexes(keys),
    signatures: new Signatures(keys),
    ranks: new ColumnRanks(keys),
  }
  made.set(keys, caches)
  return caches
}
