/** What lint rules look at: the policies that were loaded, in the order in which they are evaluated. */
import type { Direction } from '../evaluate/connection.ts'
import type { OrderedTier } from '../evaluate/tier-order.ts'
import type { Policy, Rule } from '../manifest/policy.ts'
import type { Manifests } from '../manifest/resources.ts'

export const DIRECTIONS: readonly Direction[] = ['ingress', 'egress']

export interface LintContext {
  readonly manifests: Manifests
  /** In the order of evaluation, each with its policies in theirs, staged ones included. */
  readonly tiers: readonly OrderedTier[]
}

/** The rules that end an evaluation, or pass it on: all but those that log. */
export function decidingRules(policy: Policy, direction: Direction): readonly Rule[] {
  return (policy[direction] ?? []).filter(({ action }) => action !== 'Log')
}

/** Whether a rule has no condition at all. */
export function matchesEverything(rule: Rule): boolean {
  const { protocol, notProtocol, ipVersion, icmp, notIcmp, hasHttp, source, destination } = rule
  return (
    [protocol, notProtocol, ipVersion, icmp, notIcmp].every((term) => term === null) &&
    !hasHttp &&
    [source, destination].every(
      ({ nets, notNets, ports, notPorts, selector, notSelector, service }) =>
        [nets, notNets, ports, notPorts].every(({ length }) => length === 0) &&
        [selector, notSelector, service].every((term) => term === null),
    )
  )
}
