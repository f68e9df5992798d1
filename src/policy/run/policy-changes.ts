/** What differs between two readings of manifests, as far as verdicts depend on it: places in files do not count. */
import type { Policy, Tier } from '../manifest/policy.ts'
import type { Manifests } from '../manifest/resources.ts'

export interface MergedPolicies {
  /** The policies of after; those that are equal to one of before are the objects of before. */
  readonly policies: readonly Policy[]
  readonly tiers: readonly Tier[]
  /** Those that were added, removed or edited, in both forms, and all in tiers that were. */
  readonly changed: readonly Policy[]
}

/** Manifests whose policies replace those of before. */
export function mergePolicies(before: Manifests, after: Manifests): MergedPolicies {
  const known = new Map(before.policies.map((policy) => [textOf(policy), policy]))
  const policies = after.policies.map((policy) => known.get(textOf(policy)) ?? policy)
  const isKept = new Set(policies)
  const wasThere = new Set(before.policies)
  const tierTexts = new Map(before.tiers.map((tier) => [textOf(tier), tier]))
  const tiers = after.tiers.map((tier) => tierTexts.get(textOf(tier)) ?? tier)
  const changedTiers = new Set(
    [
      ...before.tiers.filter((tier) => !tiers.includes(tier)),
      ...tiers.filter((tier) => !before.tiers.includes(tier)),
    ].map(({ name }) => name),
  )
  const isChanged = (policy: Policy, others: ReadonlySet<Policy>): boolean =>
    !others.has(policy) || changedTiers.has(policy.tier)
  return {
    policies,
    tiers,
    changed: [
      ...before.policies.filter((policy) => isChanged(policy, isKept)),
      ...policies.filter((policy) => isChanged(policy, wasThere)),
    ],
  }
}

/** Whether everything but policies and tiers is the same. */
export function hasSameSurroundings(before: Manifests, after: Manifests): boolean {
  const surroundings = ({ policies: _, tiers: __, ...rest }: Manifests) => Object.values(rest)
  const others = surroundings(after)
  return surroundings(before).every(
    (list, i) => list === others[i] || textOf(list) === textOf(others[i] ?? []),
  )
}

const texts = new WeakMap<object, string>()

/** The same for what is the same but for its places. */
function textOf(value: object): string {
  const known = texts.get(value)
  if (known !== undefined) return known
  const text = JSON.stringify(value, (key, member: unknown) => {
    if (key === 'place') return undefined
    return typeof member === 'bigint' ? String(member) : member
  })
  texts.set(value, text)
  return text
}
