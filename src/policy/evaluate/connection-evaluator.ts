/**
 * Evaluates the policies of an endpoint for a connection of which everything is known (app-policy/checker/check.go:141-260,
 * felix/rules/endpoints.go:612-765). Rules match as in the dataplane, also for the pending trace, which Felix computes by
 * another evaluator that knows neither named ports nor the types of ICMP.
 */
import type { PolicyHit } from '../../flows/flow.ts'
import type { Policy } from '../manifest/policy.ts'
import type { Manifests } from '../manifest/resources.ts'
import { matchSelector } from '../selector/match.ts'
import type { Connection, Direction } from './connection.ts'
import { type Endpoint, isAllowingProfile } from './endpoint.ts'
import { endOfTierHit, NO_PROFILE, numbered, profileHit, ruleHit } from './trace-hits.ts'
import { matchRule } from './match-rule.ts'
import { isStaged, type OrderedTier, orderTiers } from './tier-order.ts'

export interface Evaluation {
  readonly verdict: 'Allow' | 'Deny'
  readonly hits: readonly PolicyHit[]
}

/** `enforced`: what the dataplane does. `pending`: what it would do with staged policies enforced. */
export type Stage = 'enforced' | 'pending'

export class ConnectionEvaluator {
  readonly #manifests: Manifests
  readonly #tiers: readonly OrderedTier[]

  constructor(manifests: Manifests) {
    this.#manifests = manifests
    this.#tiers = orderTiers(manifests)
  }

  /** The verdict at one end: `egress` at the source, `ingress` at the destination. `endpoint` is that end. */
  evaluate(endpoint: Endpoint, connection: Connection, direction: Direction, stage: Stage): Evaluation {
    const hits: PolicyHit[] = []
    for (const { tier, policies } of this.#tiers) {
      const governing = policies.filter(
        (policy) =>
          policy[direction] !== null &&
          (stage === 'pending' || !isStaged(policy)) &&
          matchSelector(policy.selector, endpoint.labels),
      )
      const hit = this.#firstMatch(governing, connection, direction) ?? endOfTier(tier, governing, stage)
      if (hit === null) continue
      hits.push(hit)
      if (hit.action === 'Allow' || hit.action === 'Deny')
        return { verdict: hit.action, hits: numbered(hits) }
    }
    const last = this.#profile(endpoint, connection, direction)
    return { verdict: last.action === 'Allow' ? 'Allow' : 'Deny', hits: numbered([...hits, last]) }
  }

  /** The hit of the first rule that matches and is not one that only logs. */
  #firstMatch(policies: readonly Policy[], connection: Connection, direction: Direction): PolicyHit | null {
    for (const policy of policies) {
      const rules = policy[direction] ?? []
      const index = rules.findIndex(
        (rule) => rule.action !== 'Log' && matchRule(rule, connection, this.#manifests),
      )
      const rule = rules[index]
      if (rule !== undefined) return ruleHit(policy, rule, index)
    }
    return null
  }

  #profile(endpoint: Endpoint, connection: Connection, direction: Direction): PolicyHit {
    for (const name of endpoint.profiles) {
      if (isAllowingProfile(name)) return profileHit(name, 'Allow', 0)
      const rules = this.#manifests.profiles.find((profile) => profile.name === name)?.[direction] ?? []
      const index = rules.findIndex(
        (rule) => rule.action !== 'Log' && matchRule(rule, connection, this.#manifests),
      )
      const rule = rules[index]
      if (rule !== undefined) return profileHit(name, rule.action === 'Allow' ? 'Allow' : 'Deny', index)
    }
    return profileHit(NO_PROFILE, 'Deny', 0)
  }
}

/**
 * The hit of the end of a tier; null where it has no policy for the endpoint. Enforced traces name its last policy
 * (felix/calc/endpoint_lookup_cache.go:246-277), pending ones its first (app-policy/checker/check.go:193-195).
 */
function endOfTier(tier: OrderedTier['tier'], governing: readonly Policy[], stage: Stage): PolicyHit | null {
  const trigger = stage === 'enforced' ? governing.at(-1) : governing[0]
  return trigger === undefined ? null : endOfTierHit(tier, trigger)
}
