/**
 * What a recorded enforced trace proves of the conditions of the loaded policies, and where it contradicts them: then
 * they are not the policies that were in force.
 */
import type { PolicyHit } from '../../flows/flow.ts'
import { inOrder, isEndOfTier } from '../../flows/hit.ts'
import type { Policy, Rule } from '../manifest/policy.ts'
import { type Condition, conditionsOf, type KnownFlow } from './conditions.ts'
import type { Direction } from './connection.ts'
import { conditionKey, type Evidence, type FlowEvaluator, selectsEnd } from './evaluate-flow.ts'
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
  try {
    for (let round = 0; round < MAX_ROUNDS; round++)
      if (!hits.map((hit, i) => proofs.learn(hit, i)).some(Boolean)) break
  } catch (error) {
    if (error instanceof Contradiction) return { evidence: new Map(), difference: error.difference }
    throw error
  }
  const evaluation = evaluator.evaluate(flow, direction, 'enforced', proofs.evidence)
  const difference = disagreement(hits, evaluation, direction, evaluator.manifests)
  return difference === null ? { evidence: proofs.evidence, difference } : { evidence: new Map(), difference }
}

class Contradiction extends Error {
  readonly difference: Difference

  constructor(hit: number, why: string) {
    super(why)
    this.difference = { hit, why }
  }
}

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

  /** Whether something new was proven by a hit. */
  learn(hit: PolicyHit, at: number): boolean {
    const linked = linkHit(hit, this.#direction, this.#evaluator.manifests)
    if (linked.is === 'no policy') return false
    if (linked.is === 'stale') throw new Contradiction(at, linked.why)
    const before = this.evidence.size
    const { policy } = linked
    this.#proveAll([[this.#selects(policy), policy]], at, `it does not select the ${this.#end}`)
    const tier = this.#evaluator.tiers.find(({ policies }) => policies.includes(policy))
    const enforced = (tier?.policies ?? []).filter((other) => !isStaged(other))
    for (const other of enforced) {
      if (other === policy && !isEndOfTier(hit)) {
        this.#learnRules(policy, hit.ruleIndex, at)
        break
      }
      for (const rule of this.#rules(other)) this.#disprove(other, rule, at)
    }
    return this.evidence.size > before
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

  #learnRules(policy: Policy, index: number, at: number): void {
    const rules = this.#rules(policy)
    for (const rule of rules.slice(0, index)) this.#disprove(policy, rule, at)
    const rule = rules[index]
    if (rule !== undefined)
      this.#proveAll(this.#conditions(rule), at, `its rule ${index} does not match this flow`)
  }

  #conditions(rule: Rule): readonly (readonly [Condition, Rule])[] {
    return conditionsOf(rule, this.#flow).map((condition) => [condition, rule])
  }

  #valueOf([condition, subject]: readonly [Condition, Policy | Rule]): boolean | undefined {
    return condition.holds ?? this.evidence.get(conditionKey(condition, subject))
  }

  #proveAll(conditions: readonly (readonly [Condition, Policy | Rule])[], at: number, why: string): void {
    for (const each of conditions) {
      const value = this.#valueOf(each)
      if (value === false) throw new Contradiction(at, `${why}: ${each[0].text}`)
      if (value === undefined) this.evidence.set(conditionKey(each[0], each[1]), true)
    }
  }

  /** A rule that did not match has a condition that does not hold: if all others do, it is the one that is left. */
  #disprove(policy: Policy, rule: Rule, at: number): void {
    if (rule.action === 'Log') return
    const all: readonly (readonly [Condition, Policy | Rule])[] = [
      [this.#selects(policy), policy],
      ...this.#conditions(rule),
    ]
    const values = all.map((each) => this.#valueOf(each))
    if (values.includes(false)) return
    const open = all.filter((_, i) => values[i] === undefined)
    const [only] = open
    if (only === undefined)
      throw new Contradiction(
        at,
        `${policy.kind} ${policy.name} is evaluated before it, and matches this flow`,
      )
    if (open.length === 1) this.evidence.set(conditionKey(only[0], only[1]), false)
  }
}
