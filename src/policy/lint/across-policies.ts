/** Lint rules that compare policies of one tier with each other, and tiers with later ones. */
import type { Direction } from '../evaluate/connection.ts'
import { isStaged, type OrderedTier } from '../evaluate/tier-order.ts'
import type { Policy, Rule } from '../manifest/policy.ts'
import type { Selector } from '../selector/selector.ts'
import { coversRule, impliesSelector, mayMeet } from './covers.ts'
import { type Finding, objectName } from './finding.ts'
import { decidingRules, DIRECTIONS, type LintContext, matchesEverything } from './lint-context.ts'

/** What no policy of the default tier selects is what this one is made for. */
const KUBE_BASELINE = 'kube-baseline'
/** How many policies of a later tier are named. */
const MAX_NAMED = 3

/** Tiers that deny, at their end, what policies of later tiers would allow for the same endpoints. */
export function findSwallowingTiers({ tiers }: LintContext): readonly Finding[] {
  return tiers.flatMap(({ tier, policies }, i) => {
    if (tier.defaultAction === 'Pass') return []
    return DIRECTIONS.flatMap((direction) => {
      const governing = policies.filter((policy) => policy[direction] !== null && !isStaged(policy))
      const swallowed = tiers
        .slice(i + 1)
        .filter((later) => tier.name !== 'default' || later.tier.name !== KUBE_BASELINE)
        .flatMap(({ policies: later }) => later)
        .filter((policy) => isSwallowed(policy, governing, direction))
      const [first] = governing
      if (first === undefined || swallowed.length === 0) return []
      return [swallowing(tier.name, tier.place ?? first.place, direction, swallowed)]
    })
  })
}

function swallowing(
  tier: string,
  place: Finding['place'],
  direction: Direction,
  swallowed: readonly Policy[],
): Finding {
  const named = swallowed.slice(0, MAX_NAMED).map((policy) => `${objectName(policy)} (tier ${policy.tier})`)
  const more = swallowed.length > MAX_NAMED ? ` and ${swallowed.length - MAX_NAMED} more` : ''
  return {
    rule: 'tier-swallows',
    level: 'warning',
    place,
    object: `Tier ${tier}`,
    why: `Endpoints that a policy of this tier selects for ${direction} are denied at its end whatever its policies do not allow, because its defaultAction is Deny. What later tiers allow them is never evaluated: ${named.join(', ')}${more}.`,
    advice:
      tier === 'default'
        ? 'Put them into tier default or an earlier one: the default action of this tier cannot be changed.'
        : 'Set defaultAction: Pass on the tier, or end its policies with a rule whose action is Pass, or allow the same here. If a default deny is meant at this point, silence this with a comment.',
  }
}

/** Whether a rule that allows something is out of reach behind the end of an earlier tier, for endpoints of both. */
function isSwallowed(later: Policy, governing: readonly Policy[], direction: Direction): boolean {
  if (isStaged(later)) return false
  const allowing = decidingRules(later, direction).filter(({ action }) => action === 'Allow')
  if (allowing.length === 0) return false
  const meeting = governing.filter((policy) => mayMeet(policy.selector, later.selector))
  return allowing.some((rule) => {
    const lets = meeting.filter((policy) =>
      decidingRules(policy, direction).some((own) => coversRule(own, rule)),
    )
    return meeting.some(
      (policy) =>
        !lets.includes(policy) &&
        mayMeet(policy.selector, later.selector, ...lets.map(({ selector }) => not(selector))),
    )
  })
}

function not(operand: Selector): Selector {
  return { is: 'not', operand }
}

/** Findings within each tier: equal orders, and what comes after a policy that decides everything. */
export function findOrderTraps({ tiers }: LintContext): readonly Finding[] {
  return tiers.flatMap((tier) =>
    DIRECTIONS.flatMap((direction) => [...equalOrders(tier, direction), ...afterTheEnd(tier, direction)]),
  )
}

function equalOrders({ policies }: OrderedTier, direction: Direction): readonly Finding[] {
  const enforced = policies.filter((policy) => policy[direction] !== null && !isStaged(policy))
  return enforced.flatMap((policy, i) => {
    const rival = enforced
      .slice(0, i)
      .find((other) => other.order === policy.order && disagree(other, policy, direction))
    if (rival === undefined) return []
    const order = policy.order === null ? 'no order' : `order ${policy.order}`
    const finding: Finding = {
      rule: 'equal-order',
      level: 'warning',
      place: policy.place,
      object: objectName(policy),
      why: `It has ${order} as ${objectName(rival)} has, they may govern the same endpoints for ${direction}, and one denies what the other may allow. The name decides: ${objectName(rival)} is evaluated first.`,
      advice: 'Give them different orders.',
    }
    return [finding]
  })
}

/** Whether one allows something and the other denies something that may be the same. */
function disagree(a: Policy, b: Policy, direction: Direction): boolean {
  const [left, right] = [decidingRules(a, direction), decidingRules(b, direction)]
  const areOpposite = left.some((rule) =>
    right.some((other) => isOpposite(rule, other) && (coversRule(rule, other) || coversRule(other, rule))),
  )
  return areOpposite && mayMeet(a.selector, b.selector)
}

function isOpposite(a: Rule, b: Rule): boolean {
  const isDenied = a.action === 'Deny' || b.action === 'Deny'
  return isDenied && a.action !== b.action
}

function afterTheEnd({ policies }: OrderedTier, direction: Direction): readonly Finding[] {
  const enforced = policies.filter((policy) => policy[direction] !== null && !isStaged(policy))
  return enforced.flatMap((policy, i) => {
    if (decidingRules(policy, direction).length === 0) return []
    const end = enforced
      .slice(0, i)
      .find(
        (other) =>
          decidingRules(other, direction).some(matchesEverything) &&
          impliesSelector(policy.selector, other.selector),
      )
    if (end === undefined) return []
    const finding: Finding = {
      rule: 'after-the-end',
      level: 'warning',
      place: policy.place,
      object: objectName(policy),
      why: `No ${direction} connection reaches it: ${objectName(end)} is evaluated first, selects the same endpoints, and has a rule that matches everything.`,
      advice: `Give it an order before ${end.order === null ? 'that of the other' : end.order}, or delete it.`,
    }
    return [finding]
  })
}

const ENFORCED_TWIN = new Map<Policy['kind'], Policy['kind']>([
  ['StagedNetworkPolicy', 'CalicoNetworkPolicy'],
  ['StagedGlobalNetworkPolicy', 'GlobalNetworkPolicy'],
  ['StagedKubernetesNetworkPolicy', 'NetworkPolicy'],
])

/** Staged policies do not replace the enforced one of the same name: at the same order that one comes first. */
export function findShadowedStages({ tiers }: LintContext): readonly Finding[] {
  return tiers.flatMap(({ policies }) =>
    policies.flatMap((policy, i) => {
      const kind = ENFORCED_TWIN.get(policy.kind)
      const twin = policies
        .slice(0, i)
        .find(
          (other) =>
            other.kind === kind &&
            other.name === policy.name &&
            other.namespace === policy.namespace &&
            DIRECTIONS.some(
              (direction) => policy[direction] !== null && decidingRules(other, direction).length > 0,
            ),
        )
      if (twin === undefined) return []
      const finding: Finding = {
        rule: 'staged-shadowed',
        level: 'warning',
        place: policy.place,
        object: objectName(policy),
        why: `${objectName(twin)} is evaluated before it, and is not replaced by it: Felix adds a staged policy to the enforced ones. What the enforced rules match, these rules never see, so the pending trace does not show this change.`,
        advice: 'Stage it with an order before that of the enforced policy to see its effect.',
      }
      return [finding]
    }),
  )
}
