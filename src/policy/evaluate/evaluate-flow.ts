/**
 * Evaluates policies for a recorded flow, which does not tell everything that rules ask: the verdict is definite only
 * where it is the same whatever is not known (`calico-semantics.md` 5).
 */
import type { EndpointType, FlowKey, LabelledKey, PolicyHit } from '../../flows/flow.ts'
import type { Policy, Rule } from '../manifest/policy.ts'
import type { Manifests } from '../manifest/resources.ts'
import { printSelector } from '../selector/canonical.ts'
import { matchPartly } from '../selector/match.ts'
import { NAMESPACE_LABEL, namespaceOf } from '../selector/selector-labels.ts'
import { conditionsOf, type Condition } from './conditions.ts'
import type { Direction } from './connection.ts'
import type { Stage } from './connection-evaluator.ts'
import { EndCache } from './end-cache.ts'
import { knownEnd, type KnownEnd, type RecordedEnd } from './known-end.ts'
import type { KnownFlow } from './known-flow.ts'
import { and, type MissingFact, type Truth } from './missing-fact.ts'
import { protocolNumber } from './protocol-number.ts'
import { type OrderedTier, orderTiers } from './tier-order.ts'
import { TierWalk, type WalkAnswers } from './tier-walk.ts'

export interface FlowEvaluation {
  readonly verdict: 'Allow' | 'Deny' | 'unknown'
  /** The whole trace, where every step of it is known. */
  readonly hits: readonly PolicyHit[] | null
  /** The hits of which one decides: a single one where that is known. */
  readonly deciding: readonly PolicyHit[]
  /** What would have to be known for a definite answer; empty for one. */
  readonly missing: readonly MissingFact[]
}

/** What conditions are known to hold by other means than the flow's record, by the texts of conditions. */
export type Evidence = ReadonlyMap<string, boolean>

const NO_EVIDENCE: Evidence = new Map()

/** The direction of a record, by its reporter; null for one that has none. */
export function directionOf({ reporter }: FlowKey): Direction | null {
  if (reporter === 'Src') return 'egress'
  return reporter === 'Dst' ? 'ingress' : null
}

/** Only workload endpoints report flows (felix/collector/collector.go:401-405), also where a format records no types. */
function reporterType(type: EndpointType): EndpointType {
  return type === 'EndpointTypeUnspecified' ? 'WorkloadEndpoint' : type
}

export class FlowEvaluator {
  readonly manifests: Manifests
  readonly tiers: readonly OrderedTier[]
  readonly #governing: Readonly<Record<Direction, readonly GoverningTier[]>>
  readonly #ends: EndCache
  readonly #selected = {
    egress: new WeakMap<KnownEnd, SelectedPolicies>(),
    ingress: new WeakMap<KnownEnd, SelectedPolicies>(),
  }

  constructor(manifests: Manifests, ends: EndCache = new EndCache()) {
    this.manifests = manifests
    this.tiers = orderTiers(manifests)
    this.#governing = {
      egress: governingTiers(this.tiers, 'egress'),
      ingress: governingTiers(this.tiers, 'ingress'),
    }
    this.#ends = ends
  }

  /** With other policies and tiers among the same resources: what is known of ends is kept. */
  withPolicies(manifests: Manifests): FlowEvaluator {
    return new FlowEvaluator(manifests, this.#ends)
  }

  /** What is known of a flow. Ends are looked up once for each name, type and list of labels. */
  know({ key, sourceLabels, destLabels }: LabelledKey): KnownFlow {
    const { reporter } = key
    const sourceType = reporter === 'Src' ? reporterType(key.sourceType) : key.sourceType
    const destType = reporter === 'Dst' ? reporterType(key.destType) : key.destType
    return {
      key,
      protocol: protocolNumber(key.proto),
      source: this.#end({
        type: sourceType,
        namespace: key.sourceNamespace,
        name: key.sourceName,
        labels: sourceLabels,
      }),
      destination: this.#end({
        type: destType,
        namespace: key.destNamespace,
        name: key.destName,
        labels: destLabels,
      }),
      sourcePort: null,
      icmp: null,
      loaded: this.manifests,
    }
  }

  #end(recorded: RecordedEnd): KnownEnd {
    return this.#ends.get(recorded, () => knownEnd(recorded, this.manifests))
  }

  evaluate(
    flow: KnownFlow,
    direction: Direction,
    stage: Stage,
    evidence: Evidence = NO_EVIDENCE,
  ): FlowEvaluation {
    const { tiers, conditions } = this.#selectedPolicies(flow, direction)
    const answers = new RecordedAnswers(flow, conditions, evidence)
    const walk = new TierWalk(answers, direction, stage)
    for (const { tier, policies } of tiers) {
      walk.tier(tier, policies)
      if (walk.isOver) break
    }
    if (!walk.isOver)
      walk.profiles(flow[direction === 'egress' ? 'source' : 'destination'], this.manifests.profiles)
    const { verdict, hits, outcomes: deciding } = walk
    return { verdict, hits, deciding, missing: verdict === 'unknown' ? [...answers.missing.values()] : [] }
  }

  /** What governs an end is found once for all flows of it. */
  #selectedPolicies(flow: KnownFlow, direction: Direction): SelectedPolicies {
    const end = flow[direction === 'egress' ? 'source' : 'destination']
    const known = this.#selected[direction].get(end)
    if (known !== undefined) return known
    const own = end.labels?.(NAMESPACE_LABEL)
    const conditions = new Map<Policy, Condition>()
    const tiers = this.#governing[direction].map(({ tier, policies }) => {
      const selecting: Policy[] = []
      for (const { policy, namespace } of policies) {
        if (namespace !== null && own !== undefined && own !== namespace) continue
        const selects = selectsEnd(policy, flow, direction)
        if (selects.holds === false) continue
        conditions.set(policy, selects)
        selecting.push(policy)
      }
      return { tier, policies: selecting }
    })
    const selected = { tiers: tiers.filter(({ policies }) => policies.length > 0), conditions }
    this.#selected[direction].set(end, selected)
    return selected
  }
}

/** A tier with its policies of one direction, and the namespace that each names, outside of which it selects nothing. */
interface GoverningTier {
  readonly tier: OrderedTier['tier']
  readonly policies: readonly { readonly policy: Policy; readonly namespace: string | null }[]
}

function governingTiers(tiers: readonly OrderedTier[], direction: Direction): readonly GoverningTier[] {
  return tiers.map(({ tier, policies }) => ({
    tier,
    policies: policies
      .filter((policy) => policy[direction] !== null)
      .map((policy) => ({ policy, namespace: namespaceOf(policy.selector) })),
  }))
}

/** The policies that govern an end in one direction, or may do so, each with whether it does. */
interface SelectedPolicies {
  readonly tiers: readonly { readonly tier: OrderedTier['tier']; readonly policies: readonly Policy[] }[]
  readonly conditions: ReadonlyMap<Policy, Condition>
}

/** Whether a policy selects the endpoint whose traffic it governs. */
export function selectsEnd(policy: Policy, flow: KnownFlow, direction: Direction): Condition {
  const end = direction === 'egress' ? 'source' : 'destination'
  const { labels } = flow[end]
  const asked: string[] = []
  const holds =
    labels === null
      ? false
      : matchPartly(policy.selector, (label) => {
          const value = labels(label)
          if (value === undefined) asked.push(label)
          return value
        })
  return {
    text: `selects the ${end}`,
    holds,
    missing:
      holds === undefined
        ? [...new Set(asked)].map((label): MissingFact => ({ is: 'label', end, label }))
        : [],
  }
}

/** Answers from the record and from evidence, and remembers what is missing. */
class RecordedAnswers implements WalkAnswers {
  readonly missing = new Map<string, MissingFact>()
  readonly #flow: KnownFlow
  readonly #selects: ReadonlyMap<Policy, Condition>
  readonly #evidence: Evidence

  constructor(flow: KnownFlow, selects: ReadonlyMap<Policy, Condition>, evidence: Evidence) {
    this.#flow = flow
    this.#selects = selects
    this.#evidence = evidence
  }

  readonly selects = (policy: Policy): Truth => {
    const condition = this.#selects.get(policy)
    return condition === undefined ? false : this.#settle(condition, policy)
  }

  readonly matches = (rule: Rule): Truth =>
    and(...conditionsOf(rule, this.#flow).map((condition) => this.#settle(condition, rule)))

  /** What evidence tells of a condition that the record leaves open. */
  #settle(condition: Condition, subject: Policy | Rule): Truth {
    if (condition.holds !== undefined) return condition.holds
    const proven =
      this.#evidence.size === 0 ? undefined : this.#evidence.get(conditionKey(condition, subject))
    if (proven === undefined)
      for (const fact of condition.missing) this.missing.set(JSON.stringify(fact), fact)
    return proven
  }
}

/** Conditions are the same where their texts are; whether a policy selects is asked of its selector. */
export function conditionKey({ text }: Condition, subject: Policy | Rule): string {
  return 'kind' in subject ? `${text}: ${printSelector(subject.selector)}` : text
}
