/** Tiers and their policies in the order in which Felix evaluates them (felix/calc/policy_sorter.go). */
import type { Policy, RuleKind, Tier } from '../manifest/policy.ts'
import type { Manifests } from '../manifest/resources.ts'

export interface OrderedTier {
  /** For a tier that no manifest declares: without an order, denying at its end. */
  readonly tier: Tier
  readonly isDeclared: boolean
  /** Staged ones included. */
  readonly policies: readonly Policy[]
}

/** The kinds as Felix names them, which are a part of what equal orders are sorted by. */
const FELIX_KINDS: Readonly<Record<RuleKind, string>> = {
  CalicoNetworkPolicy: 'NetworkPolicy',
  GlobalNetworkPolicy: 'GlobalNetworkPolicy',
  StagedNetworkPolicy: 'StagedNetworkPolicy',
  StagedGlobalNetworkPolicy: 'StagedGlobalNetworkPolicy',
  StagedKubernetesNetworkPolicy: 'StagedKubernetesNetworkPolicy',
  NetworkPolicy: 'KubernetesNetworkPolicy',
  ClusterNetworkPolicy: 'KubernetesClusterNetworkPolicy',
}

export function isStaged({ stagedAction }: Policy): boolean {
  return stagedAction !== null
}

/**
 * The tiers that have policies, in order. Policies that stage a deletion never reach Felix, and those for untracked or
 * pre-DNAT traffic do nothing for workloads: both are left out.
 */
export function orderTiers({
  tiers,
  policies,
}: Pick<Manifests, 'tiers' | 'policies'>): readonly OrderedTier[] {
  const declared = new Map(tiers.map((tier) => [tier.name, tier]))
  const byTier = new Map<string, Policy[]>()
  for (const policy of policies) {
    if (policy.stagedAction === 'Delete' || policy.doNotTrack || policy.preDnat) continue
    const found = byTier.get(policy.tier)
    if (found === undefined) byTier.set(policy.tier, [policy])
    else found.push(policy)
  }
  return [...byTier]
    .map(([name, own]): OrderedTier => {
      const tier = declared.get(name)
      return {
        tier: tier ?? { name, order: null, defaultAction: 'Deny', place: null },
        isDeclared: tier !== undefined,
        policies: own.toSorted(comparePolicies),
      }
    })
    .toSorted(
      (a, b) =>
        Number(b.isDeclared) - Number(a.isDeclared) ||
        compareOrders(a.tier.order, b.tier.order) ||
        compareTexts(a.tier.name, b.tier.name),
    )
}

/** By order, and by `name/namespace/kind` where it is equal: so `a-b` is before `a`, because `-` is before `/`. */
function comparePolicies(a: Policy, b: Policy): number {
  return compareOrders(a.order, b.order) || compareTexts(keyOf(a), keyOf(b))
}

function keyOf({ name, namespace, kind }: Policy): string {
  return `${name}/${namespace}/${FELIX_KINDS[kind]}`
}

function compareOrders(a: number | null, b: number | null): number {
  const [left, right] = [a ?? Infinity, b ?? Infinity]
  return left === right ? 0 : left - right
}

/** Names are ASCII, of which the order of code units is that of bytes. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
