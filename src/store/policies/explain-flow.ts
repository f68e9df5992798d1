/** Explains a recorded flow by a set of policies: hit by hit, and as a whole. */
import type { LabelledKey, PolicyHit } from '../../flows/flow.ts'
import { inOrder } from '../../flows/hit.ts'
import { unreachable } from '../../lib/assert.ts'
import { type Condition, conditionsOf } from '../../policy/evaluate/conditions.ts'
import type { Direction } from '../../policy/evaluate/connection.ts'
import type { Stage } from '../../policy/evaluate/connection-evaluator.ts'
import {
  conditionKey,
  directionOf,
  type Evidence,
  type FlowEvaluation,
  selectsEnd,
} from '../../policy/evaluate/evaluate-flow.ts'
import { hitWords, placeOfHit } from '../../policy/evaluate/hit-words.ts'
import type { KnownFlow } from '../../policy/evaluate/known-flow.ts'
import { linkHit } from '../../policy/evaluate/link-hit.ts'
import { factWords } from '../../policy/evaluate/missing-fact.ts'
import { type Difference, disagreement } from '../../policy/evaluate/trace-agreement.ts'
import { traceEvidence } from '../../policy/evaluate/trace-evidence.ts'
import type { Place } from '../../policy/manifest/place.ts'
import type { Policy, Rule } from '../../policy/manifest/policy.ts'
import type { Manifests } from '../../policy/manifest/resources.ts'
import { textOf } from '../../policy/manifest/text-of.ts'
import type {
  ExplainedCondition,
  ExplainedHit,
  PolicyExplanation,
  PolicyName,
  SaidVerdict,
  TraceDifference,
  WrittenText,
} from '../policy-messages.ts'
import { pageWords } from './page-words.ts'
import type { PolicySet } from './policy-sets.ts'

/** By the first set that the recorded trace fits, or else by the first one, which is the newest. */
export function explainBySets(flow: LabelledKey, sets: readonly PolicySet[]): PolicyExplanation {
  const direction = directionOf(flow.key)
  if (direction === null) return { is: 'unreported' }
  let newest: PolicyExplanation = { is: 'nothing loaded' }
  for (const [i, set] of sets.entries()) {
    const explanation = explainFlow(flow, direction, set)
    if (explanation.differences.length === 0) return explanation
    if (i === 0) newest = explanation
  }
  return newest
}

function explainFlow(labelled: LabelledKey, direction: Direction, set: PolicySet) {
  const { evaluator, manifests } = set
  const flow = evaluator.know(labelled)
  const { policies } = labelled.key
  const { evidence, difference } = traceEvidence(evaluator, flow, direction)
  const evaluate = (stage: Stage) => evaluator.evaluate(flow, direction, stage, evidence)
  const say = (evaluation: FlowEvaluation, stage: Stage): SaidVerdict =>
    saidVerdict(evaluation, direction, manifests, {
      needsTrace:
        evaluation.verdict !== 'unknown' &&
        evaluator.evaluate(flow, direction, stage).verdict !== evaluation.verdict,
    })
  const [enforced, pending] = [evaluate('enforced'), evaluate('pending')]
  const pendingHits = inOrder(policies.pending)
  const pendingDifference = disagreement(pendingHits, pending, direction, manifests)
  const differences = [...differenceIn('enforced', difference), ...differenceIn('pending', pendingDifference)]
  const explainer = new HitExplainer(set, flow, direction, evidence)
  return {
    is: 'explained' as const,
    direction,
    enforced: inOrder(policies.enforced).map((hit) => explainer.explain(hit)),
    pending: pendingHits.map((hit) => explainer.explain(hit)),
    differences,
    says: { enforced: say(enforced, 'enforced'), pending: say(pending, 'pending') },
    inForce: set.inForce,
  }
}

function differenceIn(stage: Stage, difference: Difference | null): readonly TraceDifference[] {
  return difference === null ? [] : [{ stage, hit: difference.hit, why: pageWords(difference.why) }]
}

/** The deciding hits of an evaluation in words, with their places. */
export function saidVerdict(
  { verdict, deciding, missing }: Pick<FlowEvaluation, 'verdict' | 'deciding' | 'missing'>,
  direction: Direction,
  manifests: Manifests,
  { needsTrace }: { readonly needsTrace: boolean },
): SaidVerdict {
  return {
    verdict,
    deciding: deciding.map((hit) => ({
      words: hitWords(hit),
      place: placeOfHit(hit, direction, manifests),
    })),
    needsTrace,
    missing: [...new Set(missing.map(factWords))],
  }
}

class HitExplainer {
  readonly #set: PolicySet
  readonly #flow: KnownFlow
  readonly #direction: Direction
  readonly #evidence: Evidence

  constructor(set: PolicySet, flow: KnownFlow, direction: Direction, evidence: Evidence) {
    this.#set = set
    this.#flow = flow
    this.#direction = direction
    this.#evidence = evidence
  }

  explain(hit: PolicyHit): ExplainedHit {
    const linked = linkHit(hit, this.#direction, this.#set.manifests)
    switch (linked.is) {
      case 'no policy':
        return linked
      case 'stale': {
        const { policy, why } = linked
        const named = policy === null ? null : nameOf(policy)
        return { is: 'stale', why, policy: named, place: policy?.place ?? null }
      }
      case 'linked':
        return linked.rule === null
          ? this.#endOfTier(hit, linked.policy)
          : this.#rule(linked.policy, linked.rule)
      default:
        return unreachable(linked, 'linked hit')
    }
  }

  #rule(policy: Policy, rule: Rule): ExplainedHit {
    const conditions = conditionsOf(rule, this.#flow).map((condition) =>
      this.#explained(condition, rule, condition.text),
    )
    return {
      is: 'rule',
      policy: nameOf(policy),
      rule: this.#written(rule.place),
      conditions: [this.#selects(policy), ...conditions],
    }
  }

  #endOfTier(hit: PolicyHit, trigger: Policy): ExplainedHit {
    const place = this.#set.manifests.tiers.find(({ name }) => name === hit.tier)?.place ?? null
    return {
      is: 'end of tier',
      trigger: nameOf(trigger),
      triggerPlace: trigger.place,
      tier: place === null ? null : this.#written(place),
      conditions: [this.#selects(trigger)],
    }
  }

  #selects(policy: Policy): ExplainedCondition {
    const condition = selectsEnd(policy, this.#flow, this.#direction)
    return this.#explained(condition, policy, conditionKey(condition, policy))
  }

  #explained(condition: Condition, subject: Policy | Rule, words: string): ExplainedCondition {
    const { holds, missing } = condition
    const text = pageWords(words)
    if (holds !== undefined) return { text, holds: holds ? 'true' : 'false', by: 'record', missing: [] }
    const proven = this.#evidence.get(conditionKey(condition, subject))
    return proven === undefined
      ? { text, holds: 'unknown', by: null, missing: [...new Set(missing.map(factWords))] }
      : { text, holds: proven ? 'true' : 'false', by: 'trace', missing: [] }
  }

  #written(place: Place): WrittenText {
    return { place, text: textOf(place, this.#set.documents) ?? '' }
  }
}

function nameOf({ kind, namespace, name, tier }: Policy): PolicyName {
  return { kind, namespace, name, tier }
}
