import { ColumnRankCache } from './column-rank-cache.ts'
import type { KeyDictionary } from './key-dictionary.ts'
import { Signatures } from './signatures.ts'
import { ValueIndexCache } from './value-index.ts'

/** What is worked out of the keys alone, once for all readers, and gone with the keys when they are replaced. */
export interface KeyCaches {
  readonly indexes: ValueIndexCache
  readonly signatures: Signatures
  readonly ranks: ColumnRankCache
}

const made = new WeakMap<KeyDictionary, KeyCaches>()

export function cachesOf(keys: KeyDictionary): KeyCaches {
  const known = made.get(keys)
  if (known !== undefined) return known
  const caches = {
    indexes: new ValueIndexCache(keys),
    signatures: new Signatures(keys),
    ranks: new ColumnRankCache(keys),
  }
  made.set(keys, caches)
  return caches
}
