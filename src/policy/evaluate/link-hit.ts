/** Finds the policy, and the rule, that a recorded hit is of. */
import type { PolicyHit } from '../../flows/flow.ts'
import { hasRuleNumber, isEndOfTier, namedPolicy, ruleNumberWords } from '../../flows/hit.ts'
import type { Policy, Rule } from '../manifest/policy.ts'
import type { Manifests } from '../manifest/resources.ts'
import type { Direction } from './connection.ts'
import { allNamed } from './resource-lookup.ts'

export type LinkedHit =
  | {
      readonly is: 'linked'
      readonly policy: Policy
      /** Null for the end of a tier, whose policy is the trigger. */
      readonly rule: Rule | null
    }
  /** The policies are not those that were in force: an object or rule is missing, or is another one. */
  | { readonly is: 'stale'; readonly policy: Policy | null; readonly why: string }
  /** Profiles, and kinds of a newer Calico. */
  | { readonly is: 'no policy' }

/**
 * The policy of a hit: of its kind and namespace, by its name, then by `<tier>.` and its name, then, for Kubernetes'
 * policies, by `knp.default.` and its name, because Calico up to 3.31 cut these prefixes (goldmane/proto/methods.go).
 */
export function linkHit(hit: PolicyHit, direction: Direction, manifests: Manifests): LinkedHit {
  const named = namedPolicy(hit)
  if (named.kind === 'Profile' || named.name === '') return { is: 'no policy' }
  const policy = policyOf(named, manifests.policies)
  const name = `${named.kind} ${named.namespace === '' ? '' : `${named.namespace}/`}${named.name}`
  if (policy === null)
    return { is: 'stale', policy, why: `${name} is not among the policies that were loaded` }
  if (hit.tier !== '' && policy.tier !== hit.tier)
    return { is: 'stale', policy, why: `${name} is in tier ${policy.tier}, and was in tier ${hit.tier}` }
  const rules = policy[direction]
  if (rules === null) return { is: 'stale', policy, why: `${name} does not govern ${direction}` }
  if (isEndOfTier(hit)) return endOfTier(hit, policy, manifests)
  if (!hasRuleNumber(hit))
    return { is: 'stale', policy, why: `the record does not say which ${direction} rule of ${name} it was` }
  const rule = rules[hit.ruleIndex]
  if (rule === undefined)
    return {
      is: 'stale',
      policy,
      why: `${name} has ${rules.length} ${direction} rules, and no ${ruleNumberWords(hit)}`,
    }
  if (rule.action !== hit.action)
    return {
      is: 'stale',
      policy,
      why: `${ruleNumberWords(hit)} of ${name} says ${rule.action}, and said ${hit.action}`,
    }
  return { is: 'linked', policy, rule }
}

function endOfTier(hit: PolicyHit, policy: Policy, { tiers }: Manifests): LinkedHit {
  const action = tiers.find(({ name }) => name === hit.tier)?.defaultAction ?? 'Deny'
  return action === hit.action
    ? { is: 'linked', policy, rule: null }
    : { is: 'stale', policy, why: `tier ${hit.tier} ends with ${action}, and ended with ${hit.action}` }
}

function policyOf({ kind, namespace, name, tier }: PolicyHit, policies: readonly Policy[]): Policy | null {
  const names = [name, `${tier}.${name}`, ...(kind === 'NetworkPolicy' ? [`knp.default.${name}`] : [])]
  for (const candidate of names) {
    const found = allNamed(policies, namespace, candidate).find((policy) => policy.kind === kind)
    if (found !== undefined) return found
  }
  return null
}
