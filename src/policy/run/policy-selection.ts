/** Which policies govern an endpoint, tier by tier, found through an index of their selectors. */
import type { Direction } from '../evaluate/connection.ts'
import type { Stage } from '../evaluate/connection-evaluator.ts'
import type { KnownEnd } from '../evaluate/known-end.ts'
import type { Truth } from '../evaluate/missing-fact.ts'
import { isStaged, type OrderedTier } from '../evaluate/tier-order.ts'
import type { Policy, Tier } from '../manifest/policy.ts'
import { SelectorIndex } from '../selector/selector-index.ts'

/** The policies that select an endpoint, or may: in the order of evaluation, without tiers that have none. */
export interface Selection {
  readonly tiers: readonly { readonly tier: Tier; readonly policies: readonly Policy[] }[]
  /** Whether each of them selects it: true, or undefined where that is not known. */
  readonly selects: ReadonlyMap<Policy, Truth>
}

const NOTHING: Selection = { tiers: [], selects: new Map() }

export class PolicySelector {
  readonly #policies: readonly Policy[]
  readonly #tiers: readonly Tier[]
  readonly #index: SelectorIndex

  constructor(tiers: readonly OrderedTier[], stage: Stage) {
    const all = tiers.flatMap(({ tier, policies }) =>
      policies
        .filter((policy) => stage === 'pending' || !isStaged(policy))
        .map((policy) => ({ tier, policy })),
    )
    this.#policies = all.map(({ policy }) => policy)
    this.#tiers = all.map(({ tier }) => tier)
    this.#index = new SelectorIndex(this.#policies.map(({ selector }) => selector))
  }

  select({ labels }: KnownEnd, direction: Direction): Selection {
    if (labels === null) return NOTHING
    const tiers: { tier: Tier; policies: Policy[] }[] = []
    const selects = new Map<Policy, Truth>()
    for (const { position, isCertain } of this.#index.matches(labels)) {
      const policy = this.#policies[position]
      const tier = this.#tiers[position]
      if (policy === undefined || tier === undefined || policy[direction] === null) continue
      selects.set(policy, isCertain || undefined)
      const last = tiers.at(-1)
      if (last?.tier === tier) last.policies.push(policy)
      else tiers.push({ tier, policies: [policy] })
    }
    return { tiers, selects }
  }
}
