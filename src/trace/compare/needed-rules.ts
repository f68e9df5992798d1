/**
 * What would allow a denied flow, or keep an allowed one under the staged policies: which end needs a rule, and before
 * which one. All of it comes from traces. Where they do not tell, the answer is that it cannot be said.
 */
import type { FlowKey, PolicyHit } from '../../flows/flow.ts'
import { decidingHit, decisionOf, inOrder } from '../../flows/hit.ts'
import { unreachable } from '../../lib/assert.ts'
import { bothVerdicts, responsibilityFor } from '../ladder/responsible-policy.ts'
import { directionOf, hasRuleNumber, placeOf, ruleWords } from '../words/calico-terms.ts'
import {
  destParts,
  isBareTrace,
  policyParts,
  servicePart,
  sourceParts,
  tierParts,
  withWorkloads,
} from '../words/phrases.ts'
import { labelOf } from '../words/policy-label.ts'
import { inferred, type Parts, recorded, say, type Statement, strong } from '../words/statement.ts'
import { notKnownWords } from '../words/verdict-words.ts'
import type { BothEnds } from './both-ends.ts'
import type { SeenKey } from './seen-key.ts'

/** What an end needs for the flow to pass it. */
export type EndNeed =
  /** A rule. `probably`: policies govern the end, and whether one of their rules allows the flow already is not told. */
  | { readonly kind: 'rule'; readonly probably: boolean }
  /** Nothing: it allows the flow, has no policies, or is none that policies apply to. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'cannot be said' }

export interface NeededRules {
  /** `keep`: it is allowed, and the staged policies would deny it. `nothing`: it is allowed, and stays so. */
  readonly goal: 'allow' | 'keep' | 'nothing' | 'cannot be said'
  readonly source: EndNeed
  readonly destination: EndNeed
  /** In words, the needed rules first. Empty when nothing is needed. */
  readonly statements: readonly Statement[]
}

const NOTHING: EndNeed = { kind: 'nothing' }
const UNTOLD: EndNeed = { kind: 'cannot be said' }
const NEEDED: EndNeed = { kind: 'rule', probably: false }
const PROBABLE: EndNeed = { kind: 'rule', probably: true }

function unknown(parts: Parts): Statement {
  return { certainty: 'unknown', parts }
}

function cannotBeSaid(why: Parts): NeededRules {
  return {
    goal: 'cannot be said',
    source: UNTOLD,
    destination: UNTOLD,
    statements: [unknown(say`What would allow it cannot be said: ${why}.`)],
  }
}

/** Where in the order the rule has to come, to stand after the end; empty where any policy of the last tier will do. */
function placeParts(hit: PolicyHit): Parts {
  const place = placeOf(hit)
  switch (place) {
    case 'rule':
      return hasRuleNumber(hit)
        ? say` before ${ruleWords(hit)} of ${policyParts(labelOf(hit))}`
        : say` before ${policyParts(labelOf(hit))}`
    case 'end of tier':
      return hit.tier === 'default' ? [] : say` in ${tierParts(hit.tier)} or before`
    case 'profile':
      return []
    default:
      return unreachable(place, 'place of a hit')
  }
}

function ruleOn(direction: 'egress' | 'ingress', key: FlowKey): Parts {
  const rule = strong(direction === 'egress' ? 'egress rule on' : 'ingress rule on')
  const workloads = withWorkloads(key)
  return say`an ${rule} ${direction === 'egress' ? sourceParts(workloads) : destParts(workloads)}`
}

/**
 * Whether records that the destination reported, of any source and port, show that policies govern what enters it: a
 * policy applies to an end whatever the port. Null when there is none that tells.
 */
function isGoverned(key: FlowKey, entering: readonly SeenKey[]): boolean | null {
  const decisions = entering.flatMap((other) => {
    const isOfDestination =
      other.key.reporter === 'Dst' &&
      other.key.destName === key.destName &&
      other.key.destNamespace === key.destNamespace
    const decision = isOfDestination ? decisionOf(other.key) : null
    return decision?.known === true ? [{ hit: decision.hit, hits: other.key.policies.enforced.length }] : []
  })
  if (decisions.length === 0) return null
  // A profile after no other hit means that no policy selected the end; after passes there were policies.
  return decisions.some(({ hit, hits }) => placeOf(hit) !== 'profile' || hits > 1)
}

/** What the destination needs for a flow that its source denied. */
function destinationNeed(key: FlowKey, { destination }: BothEnds, entering: readonly SeenKey[]): EndNeed {
  if (key.destType === 'Network' || key.destType === 'NetworkSet') return NOTHING
  // Policies of host endpoints apply, and leave no flows.
  if (key.destType === 'HostEndpoint') return UNTOLD
  switch (destination.state) {
    case 'denied':
      return NEEDED
    case 'allowed':
      return NOTHING
    case 'not reached': {
      const governed = isGoverned(key, entering)
      if (governed === null) return UNTOLD
      return governed ? PROBABLE : NOTHING
    }
    case 'both':
    case 'no record':
    case 'verdict unknown':
      return UNTOLD
    default:
      return unreachable(destination.state, 'state of an end')
  }
}

/** What is said of the destination beside the rules, for a flow that its source denied. */
function destinationStatements(key: FlowKey, need: EndNeed): readonly Statement[] {
  const dest = destParts(withWorkloads(key))
  switch (need.kind) {
    case 'rule':
      return need.probably
        ? [unknown(say`Whether one of the rules of ${dest} allows this already cannot be said.`)]
        : []
    case 'nothing':
      return key.destType === 'Network' || key.destType === 'NetworkSet'
        ? []
        : [inferred(say`${dest} lets it in: its own records show no policy against it.`)]
    case 'cannot be said':
      return [
        unknown(say`Whether ${dest} needs an ingress rule too cannot be said: its policies were not asked.`),
      ]
    default:
      return unreachable(need, 'need of an end')
  }
}

/** `enforce StagedGlobalNetworkPolicy x, or add `, where a staged policy would allow what is denied. */
function promotionParts({ policies }: FlowKey): Parts {
  const verdicts = bothVerdicts(policies)
  const by = responsibilityFor(policies)
  if (verdicts?.pending !== 'Allow' || by === null || by.certainty === 'unknown') return []
  return say`enforce ${policyParts(by.policy)}, or add `
}

function toAllow(key: FlowKey, hit: PolicyHit, ends: BothEnds, entering: readonly SeenKey[]): NeededRules {
  const begin = say`To allow it: ${promotionParts(key)}`
  const service = servicePart(key)
  if (key.reporter === 'Dst') {
    const rule = say`${begin}${ruleOn('ingress', key)}${placeParts(hit)}, for ${service}.`
    return { goal: 'allow', source: NOTHING, destination: NEEDED, statements: [recorded(rule)] }
  }
  const destination = destinationNeed(key, ends, entering)
  const egress = say`${begin}${ruleOn('egress', key)}${placeParts(hit)}`
  const probably = destination.kind === 'rule' && destination.probably ? 'probably ' : ''
  const rules =
    destination.kind === 'rule'
      ? say`${egress} and ${probably}${ruleOn('ingress', key)}, both for ${service}.`
      : say`${egress}, for ${service}.`
  const statement = destination.kind === 'rule' ? inferred(rules) : recorded(rules)
  return {
    goal: 'allow',
    source: NEEDED,
    destination,
    statements: [statement, ...destinationStatements(key, destination)],
  }
}

/** For an allowed flow that the staged policies would deny at the end that reported it. */
function toKeep(key: FlowKey, direction: 'egress' | 'ingress'): NeededRules {
  const hit = decidingHit(inOrder(key.policies.pending))
  const place = hit === undefined ? [] : placeParts(hit)
  const rule = say`To keep it under the staged policies: ${ruleOn(direction, key)}${place}, for ${servicePart(key)}.`
  const [source, destination] = direction === 'egress' ? [NEEDED, UNTOLD] : [NOTHING, NEEDED]
  return { goal: 'keep', source, destination, statements: [recorded(rule)] }
}

/**
 * What would allow a flow, or keep it. `ends` are those of its conversation; `entering` may be any records: those that its
 * destination reported show whether policies govern what enters there.
 */
export function neededRules({ key }: SeenKey, ends: BothEnds, entering: readonly SeenKey[]): NeededRules {
  const decision = decisionOf(key)
  if (!decision.known) return cannotBeSaid(say`${notKnownWords(decision, key)}`)
  const direction = directionOf(key.reporter)
  const isChange = bothVerdicts(key.policies)?.pending === 'Deny'
  if (decision.hit.action === 'Allow' && !isChange)
    return { goal: 'nothing', source: NOTHING, destination: NOTHING, statements: [] }
  if (isBareTrace(key)) return cannotBeSaid(say`the trace names neither the ends nor the port`)
  if (direction === null) return cannotBeSaid(say`the record does not say which end decided`)
  if (decision.hit.action === 'Allow') return toKeep(key, direction)
  return toAllow(key, decision.hit, ends, entering)
}
