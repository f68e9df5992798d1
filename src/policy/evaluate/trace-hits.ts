/** Builds the hits of a trace as Felix writes them (felix/collector/flowlog/types.go:283-306). */
import type { PolicyHit } from '../../flows/flow.ts'
import type { Policy, Rule, Tier } from '../manifest/policy.ts'

function policyHit(
  { kind, namespace, name, tier }: Policy,
  action: PolicyHit['action'],
  ruleIndex: number,
): PolicyHit {
  return { kind, namespace, name, tier, action, policyIndex: 0, ruleIndex, trigger: null }
}

export function ruleHit(policy: Policy, rule: Rule, ruleIndex: number): PolicyHit {
  return policyHit(policy, rule.action === 'Log' ? 'ActionUnspecified' : rule.action, ruleIndex)
}

export function endOfTierHit({ name, defaultAction }: Tier, trigger: Policy): PolicyHit {
  return {
    kind: 'EndOfTier',
    namespace: '',
    name: '',
    tier: name,
    action: defaultAction,
    policyIndex: 0,
    ruleIndex: -1,
    trigger: policyHit(trigger, 'ActionUnspecified', 0),
  }
}

export function profileHit(name: string, action: 'Allow' | 'Deny', ruleIndex: number): PolicyHit {
  return {
    kind: 'Profile',
    namespace: '',
    name,
    tier: '',
    action,
    policyIndex: 0,
    ruleIndex,
    trigger: null,
  }
}

/** What Felix names where no rule of a profile matches (felix/calc/policy_lookup_cache.go:70-78). */
export const NO_PROFILE = '__NO_MATCH__'

/** Hits with their positions. */
export function numbered(hits: readonly PolicyHit[]): readonly PolicyHit[] {
  return hits.map((hit, policyIndex) => ({ ...hit, policyIndex }))
}
