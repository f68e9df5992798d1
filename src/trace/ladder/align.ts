/** Alignment of two lists of hits, tier by tier, as a text diff aligns lines. */
import type { PolicyHit } from '../../flows/flow.ts'
import { placeOf } from '../words/calico-terms.ts'
import { policyOf, samePolicy, triggerOf } from '../words/policy-label.ts'

/** One step of the evaluation. At least one side is there. */
export interface Aligned<Item> {
  readonly left: Item | null
  readonly right: Item | null
}

/** The parts in which two hits of one tier may differ. */
export type Difference = 'action' | 'policy' | 'rule' | 'trigger'

/** The tier key of profiles, which are outside the tiers. No tier has a name with a blank. */
const PROFILES = ' profiles'

/** The key by which hits are aligned: the tier's name, or one key for all profiles. */
export function tierKeyOf(hit: PolicyHit): string {
  return hit.kind === 'Profile' ? PROFILES : hit.tier
}

function countOf(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

/** Takes one item off a tier's count. */
function spend(counts: Map<string, number>, tier: string): void {
  counts.set(tier, (counts.get(tier) ?? 0) - 1)
}

/**
 * The steps of two lists: each item once, in the order of its list, items of one tier in one step. `tierOf` gives an
 * item's tier key. Linear: each step takes an item off at least one list.
 *
 * Where each side has a tier that the other does not come to, the right one goes first. The right one is the pending
 * trace, which evaluates every policy that the enforced one does and the staged ones besides, so a tier of its own
 * comes before the tier at which the enforced trace stopped. Profiles come last in both.
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
 * The differences of two hits of one tier. `policyIndex` is not compared, because each list has its own numbering.
 * Triggers are compared between two ends of a tier only, other hits have none.
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
