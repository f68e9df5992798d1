import { ColumnRankCache } from './column-rank-cache.ts'
import type { KeyDictionary } from './key-dictionary.ts'
import { GROUP, RollUp, SIGNATURE } from './roll-up.ts'
import { TraceFacts } from './trace-facts.ts'
import { ValueIndexCache } from './value-index.ts'

/** Caches of what follows from a key dictionary alone, shared by all readers of the store. */
export interface KeyCaches {
  readonly indexes: ValueIndexCache
  readonly facts: TraceFacts
  readonly signatures: RollUp
  readonly groups: RollUp
  readonly ranks: ColumnRankCache
}

/** Weak, so that the caches of a dictionary that was replaced by a compacted one are garbage-collected with it. */
const cachesByKeys = new WeakMap<KeyDictionary, KeyCaches>()

/**
 * Brings the caches of a compacted dictionary, which is being made, up to those of the one before it, as far as they are
 * used: the first answer by it would otherwise take as long as the very first one.
 */
export function warmCaches(keys: KeyDictionary, before: KeyDictionary): void {
  const used = cachesByKeys.get(before)
  if (used === undefined) return
  const { indexes, signatures, groups } = cachesOf(keys)
  signatures.ofFlows()
  groups.ofFlows()
  groups.nameCodes()
  indexes.warm(used.indexes)
}

/** The caches of a key dictionary, memoised. */
export function cachesOf(keys: KeyDictionary): KeyCaches {
  const known = cachesByKeys.get(keys)
  if (known !== undefined) return known
  const facts = new TraceFacts(keys)
  const caches = {
    indexes: new ValueIndexCache(keys),
    facts,
    signatures: new RollUp(keys, SIGNATURE, facts),
    groups: new RollUp(keys, GROUP, facts),
    ranks: new ColumnRankCache(keys),
  }
  cachesByKeys.set(keys, caches)
  return caches
}
