/**
 * What a recorded enforced trace proves of the conditions of the loaded policies, and where it contradicts them: then
 * they are not the policies that were in force.
 */
import type { PolicyHit } from '../../flows/flow.ts'
import { inOrder, isEndOfTier } from '../../flows/hit.ts'
import type { Policy, Rule } from '../manifest/policy.ts'
import { type Condition, conditionsOf } from './conditions.ts'
import type { Direction } from './connection.ts'
import { conditionKey, type Evidence, type FlowEvaluator, selectsEnd } from './evaluate-flow.ts'
import type { KnownFlow } from './known-flow.ts'
import { linkHit } from './link-hit.ts'
import { isStaged } from './tier-order.ts'
import { type Difference, disagreement } from './trace-agreement.ts'

export interface TraceEvidence {
  readonly evidence: Evidence
  /** The first contradiction; with one nothing is proven. */
  readonly difference: Difference | null
}

/** Rounds in which one proof may lead to another. */
const MAX_ROUNDS = 4

export function traceEvidence(
  evaluator: FlowEvaluator,
  flow: KnownFlow,
  direction: Direction,
): TraceEvidence {
  const proofs = new Proofs(evaluator, flow, direction)
  const hits = inOrder(flow.key.policies.enforced)
  let known = -1
  for (let round = 0; round < MAX_ROUNDS && proofs.evidence.size > known; round++) {
    known = proofs.evidence.size
    for (const [at, hit] of hits.entries()) {
      const why = proofs.learn(hit)
      if (why !== null) return { evidence: new Map(), difference: { hit: at, why } }
    }
  }
  const evaluation = evaluator.evaluate(flow, direction, 'enforced', proofs.evidence)
  const difference = disagreement(hits, evaluation, direction, evaluator.manifests)
  return difference === null ? { evidence: proofs.evidence, difference } : { evidence: new Map(), difference }
}

/** Why a hit and the policies cannot both be true; null where they can. */
type Contradiction = string | null

class Proofs {
  readonly evidence = new Map<string, boolean>()
  readonly #evaluator: FlowEvaluator
  readonly #flow: KnownFlow
  readonly #direction: Direction

  constructor(evaluator: FlowEvaluator, flow: KnownFlow, direction: Direction) {
    this.#evaluator = evaluator
    this.#flow = flow
    this.#direction = direction
  }

  /** Adds what a hit proves. */
  learn(hit: PolicyHit): Contradiction {
    const linked = linkHit(hit, this.#direction, this.#evaluator.manifests)
    if (linked.is === 'no policy') return null
    if (linked.is === 'stale') return linked.why
    const { policy } = linked
    const selects = this.#proveAll([[this.#selects(policy), policy]], `it does not select the ${this.#end}`)
    if (selects !== null) return selects
    const tier = this.#evaluator.tiers.find(({ policies }) => policies.includes(policy))
    for (const other of tier?.policies ?? []) {
      if (other === policy && !isEndOfTier(hit)) return this.#learnRules(policy, hit.ruleIndex)
      if (isStaged(other)) continue
      const why = this.#disproveAll(other, this.#rules(other))
      if (why !== null) return why
    }
    return null
  }

  get #end(): string {
    return this.#direction === 'egress' ? 'source' : 'destination'
  }

  #selects(policy: Policy): Condition {
    return selectsEnd(policy, this.#flow, this.#direction)
  }

  #rules(policy: Policy): readonly Rule[] {
    return policy[this.#direction] ?? []
  }

  #learnRules(policy: Policy, index: number): Contradiction {
    const rules = this.#rules(policy)
    const earlier = this.#disproveAll(policy, rules.slice(0, index))
    const rule = rules[index]
    if (earlier !== null || rule === undefined) return earlier
    return this.#proveAll(this.#conditions(rule), `its rule ${index + 1} does not match this flow`)
  }

  #conditions(rule: Rule): readonly (readonly [Condition, Rule])[] {
    return conditionsOf(rule, this.#flow).map((condition) => [condition, rule])
  }

  #valueOf([condition, subject]: readonly [Condition, Policy | Rule]): boolean | undefined {
    return condition.holds ?? this.evidence.get(conditionKey(condition, subject))
  }

  #proveAll(conditions: readonly (readonly [Condition, Policy | Rule])[], why: string): Contradiction {
    for (const each of conditions) {
      const value = this.#valueOf(each)
      if (value === false) return `${why}: ${each[0].text}`
      if (value === undefined) this.evidence.set(conditionKey(each[0], each[1]), true)
    }
    return null
  }

  #disproveAll(policy: Policy, rules: readonly Rule[]): Contradiction {
    for (const rule of rules) {
      const why = this.#disprove(policy, rule)
      if (why !== null) return why
    }
    return null
  }

  /** A rule that did not match has a condition that does not hold: if all others do, it is the one that is left. */
  #disprove(policy: Policy, rule: Rule): Contradiction {
    if (rule.action === 'Log') return null
    const all: readonly (readonly [Condition, Policy | Rule])[] = [
      [this.#selects(policy), policy],
      ...this.#conditions(rule),
    ]
    const values = all.map((each) => this.#valueOf(each))
    if (values.includes(false)) return null
    const open = all.filter((_, i) => values[i] === undefined)
    const [only] = open
    if (only === undefined)
      return `${policy.kind} ${policy.name} is evaluated before it, and matches this flow`
    if (open.length === 1) this.evidence.set(conditionKey(only[0], only[1]), false)
    return null
  }
}
