/** Two lists of hits, laid side by side tier by tier. */
import type { PolicyHit } from '../../flows/flow.ts'
import { placeOf, policyOf, samePolicy, triggerOf } from '../words/calico-terms.ts'

/** A step of the evaluation that one side or both took. */
export interface Aligned<Item> {
  readonly left: Item | null
  readonly right: Item | null
}

/** In what two hits of one tier may differ. */
export type Difference = 'action' | 'policy' | 'rule' | 'trigger'

/** Profiles stand outside the tiers, and a space cannot be in a tier's name. */
const PROFILES = ' profiles'

export function tierKeyOf(hit: PolicyHit): string {
  return hit.kind === 'Profile' ? PROFILES : hit.tier
}

function countOf(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

function spend(counts: Map<string, number>, tier: string): void {
  counts.set(tier, (counts.get(tier) ?? 0) - 1)
}

/**
 * Each item of both lists once, the order of each kept, items of one tier side by side. `tierOf` gives an item's tier.
 *
 * Where both sides name a tier that the other never comes to, the right one goes first: pending evaluates every policy
 * that enforced does and the staged ones besides, so a tier of its own comes before the point at which it stopped.
 */
export function align<Item>(
  left: readonly Item[],
  right: readonly Item[],
  tierOf: (item: Item) => string,
): readonly Aligned<Item>[] {
  const leftToCome = countOf(left.map(tierOf))
  const rightToCome = countOf(right.map(tierOf))
  const steps: Aligned<Item>[] = []
  let l = 0
  let r = 0
  while (l < left.length || r < right.length) {
    const a = left[l]
    const b = right[r]
    const tierA = a === undefined ? null : tierOf(a)
    const tierB = b === undefined ? null : tierOf(b)
    const together = tierA === tierB
    const leftMeetsLater = tierA !== null && (rightToCome.get(tierA) ?? 0) > 0
    const rightMeetsLater = tierB !== null && (leftToCome.get(tierB) ?? 0) > 0
    const profilesWait = tierB === PROFILES && tierA !== null && !together && !leftMeetsLater
    const takeRight =
      tierB !== null && !profilesWait && (together || tierA === null || leftMeetsLater || !rightMeetsLater)
    const takeLeft = tierA !== null && (together || !takeRight)
    steps.push({ left: takeLeft ? (a ?? null) : null, right: takeRight ? (b ?? null) : null })
    if (takeLeft) {
      spend(leftToCome, tierA)
      l++
    }
    if (takeRight) {
      spend(rightToCome, tierB)
      r++
    }
  }
  return steps
}

/**
 * In what two hits of one tier differ. Their position is no difference: each list is numbered by itself. Triggers are
 * compared only between two ends of a tier.
 */
export function differencesOf(a: PolicyHit, b: PolicyHit): readonly Difference[] {
  const found: Difference[] = []
  if (a.action !== b.action) found.push('action')
  const policyA = policyOf(a)
  const policyB = policyOf(b)
  if (policyA === null || policyB === null ? policyA !== policyB : !samePolicy(policyA, policyB)) {
    found.push('policy')
  }
  const bothEnd = placeOf(a) === 'end of tier' && placeOf(b) === 'end of tier'
  if (!bothEnd && (placeOf(a) !== placeOf(b) || a.ruleIndex !== b.ruleIndex)) found.push('rule')
  if (bothEnd) {
    const triggerA = triggerOf(a)
    const triggerB = triggerOf(b)
    const same =
      triggerA === null || triggerB === null ? triggerA === triggerB : samePolicy(triggerA, triggerB)
    if (!same) found.push('trigger')
  }
  return found
}
