/**
 * What would allow a denied flow, or keep an allowed one under the staged policies: which end needs a rule, and before
 * which one. All of it is inferred from traces by the order in which Calico evaluates (felix/rules/endpoints.go:612-765).
 * Where they do not tell, the answer is that it cannot be said.
 */
import type { FlowKey, PolicyHit } from '../../flows/flow.ts'
import { decidingHit, decisionOf, hasRuleNumber, inOrder, verdictOf } from '../../flows/hit.ts'
import { unreachable } from '../../lib/assert.ts'
import { bothVerdicts, responsibilityFor } from '../ladder/responsible-policy.ts'
import { directionOf, placeOf, ruleWords } from '../words/calico-terms.ts'
import {
  destParts,
  isBareTrace,
  isOutsidePolicies,
  policyParts,
  servicePart,
  sourceParts,
  tierParts,
  withWorkloads,
} from '../words/phrases.ts'
import { labelOf } from '../words/policy-label.ts'
import { inferred, list, type Parts, say, type Statement, strong } from '../words/statement.ts'
import { notKnownWords } from '../words/verdict-words.ts'
import type { BothEnds } from './both-ends.ts'
import type { SeenKey } from './seen-key.ts'

/** What an end needs for the flow to pass it. */
export type EndNeed =
  /** A rule. `unlessAllowed`: policies govern the end, and whether one of their rules allows the flow is not told. */
  | { readonly kind: 'rule'; readonly unlessAllowed: boolean }
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
const NEEDED: EndNeed = { kind: 'rule', unlessAllowed: false }
const UNLESS_ALLOWED: EndNeed = { kind: 'rule', unlessAllowed: true }

function unknown(parts: Parts): Statement {
  return { certainty: 'unknown', parts }
}

function cannotBeSaid(goal: string, why: Parts): NeededRules {
  return {
    goal: 'cannot be said',
    source: UNTOLD,
    destination: UNTOLD,
    statements: [unknown(say`${goal} cannot be said: ${why}.`)],
  }
}

const NEEDS_NOTHING: NeededRules = { goal: 'nothing', source: NOTHING, destination: NOTHING, statements: [] }

/** Where in the order the rule has to come, to stand after the end; empty where any policy of the last tier will do. */
function placeParts(hit: PolicyHit): Parts {
  const place = placeOf(hit)
  switch (place) {
    case 'rule':
      return hasRuleNumber(hit)
        ? say` before ${ruleWords(hit)} of ${policyParts(labelOf(hit))}`
        : say` before ${policyParts(labelOf(hit))}`
    case 'end of tier':
      if (hit.tier === '') return say` in the tier that denied it, which is not recorded, or before`
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
  // A profile that allows after no other hit means that no policy selected the end; after passes there were policies.
  return decisions.some(({ hit, hits }) => placeOf(hit) !== 'profile' || hits > 1 || hit.action !== 'Allow')
}

/** What the other end needs, and what is said of it beside the rules. */
interface OtherEnd {
  readonly need: EndNeed
  readonly statements: readonly Statement[]
}

/** What the destination needs for a flow that its source denied. */
function destinationNeed(key: FlowKey, { destination }: BothEnds, entering: readonly SeenKey[]): OtherEnd {
  const dest = destParts(withWorkloads(key))
  const untold = (why: Parts): OtherEnd => ({
    need: UNTOLD,
    statements: [unknown(say`Whether ${dest} needs an ingress rule too cannot be said: ${why}.`)],
  })
  const nothing = (why: Parts): OtherEnd => ({
    need: NOTHING,
    statements: [inferred(say`${dest} needs none: ${why}.`)],
  })
  if (isOutsidePolicies('destination', key)) return { need: NOTHING, statements: [] }
  if (key.destType === 'HostEndpoint') return untold(say`a host has policies, and reports no flows`)
  switch (destination.state) {
    case 'denied':
      return { need: NEEDED, statements: [] }
    case 'allowed':
      return nothing(say`it let other connections between the same names in`)
    case 'not reached': {
      const governed = isGoverned(key, entering)
      if (governed === null) return untold(say`its policies were not asked`)
      return governed
        ? { need: UNLESS_ALLOWED, statements: [] }
        : nothing(say`its own records show that no policy selects it for ingress`)
    }
    case 'both':
      return untold(say`of other connections between the same names it let some in and denied some`)
    case 'verdict unknown':
    case 'no record':
      return untold(say`its own records give no verdict`)
    default:
      return unreachable(destination.state, 'state of an end')
  }
}

/** ` (or enforce StagedGlobalNetworkPolicy x)`, where a staged policy would allow what its end denied. */
function promotionParts({ policies }: FlowKey): Parts {
  const verdicts = bothVerdicts(policies)
  const by = responsibilityFor(policies)
  if (verdicts?.pending !== 'Allow' || by === null || by.certainty === 'unknown') return []
  const also = by.also.length === 0 ? '' : say`, together with ${list(by.also.map(policyParts))}`
  return say` (or enforce ${policyParts(by.policy)}${also})`
}

function toAllow(key: FlowKey, hit: PolicyHit, ends: BothEnds, entering: readonly SeenKey[]): NeededRules {
  const service = servicePart(key)
  const direction = key.reporter === 'Dst' ? 'ingress' : 'egress'
  const rule = say`To allow it: ${ruleOn(direction, key)}${placeParts(hit)}${promotionParts(key)}`
  if (direction === 'ingress') {
    const statements = [inferred(say`${rule}, for ${service}.`)]
    return { goal: 'allow', source: NOTHING, destination: NEEDED, statements }
  }
  const { need, statements } = destinationNeed(key, ends, entering)
  const unless = need.kind === 'rule' && need.unlessAllowed ? ', unless one allows it already,' : ''
  const rules =
    need.kind === 'rule'
      ? say`${rule} and${unless} ${ruleOn('ingress', key)}, both for ${service}.`
      : say`${rule}, for ${service}.`
  return { goal: 'allow', source: NEEDED, destination: need, statements: [inferred(rules), ...statements] }
}

function wouldBeDenied({ policies }: FlowKey): boolean {
  return verdictOf(inOrder(policies.pending)) === 'Deny'
}

/** For an allowed flow that the staged policies would deny at the end that reported it, and perhaps at the other one. */
function toKeep(key: FlowKey, direction: 'egress' | 'ingress', ends: BothEnds): NeededRules {
  const hit = decidingHit(inOrder(key.policies.pending))
  const place = hit === undefined ? [] : placeParts(hit)
  const rule = say`To keep it under the staged policies: ${ruleOn(direction, key)}${place}`
  const [other, otherRule] =
    direction === 'egress' ? [ends.destination, 'ingress' as const] : [ends.source, 'egress' as const]
  const isAtBoth = other.records.some((record) => wouldBeDenied(record.key))
  const rules = isAtBoth
    ? say`${rule} and ${ruleOn(otherRule, key)}, both for ${servicePart(key)}.`
    : say`${rule}, for ${servicePart(key)}.`
  const otherNeed = isAtBoth ? NEEDED : UNTOLD
  const [source, destination] = direction === 'egress' ? [NEEDED, otherNeed] : [otherNeed, NEEDED]
  return { goal: 'keep', source, destination, statements: [inferred(rules)] }
}

/** Why no rule may be named although it is known what decided; null where one may be. */
function whyNoRule(key: FlowKey, hit: PolicyHit): Parts | null {
  if (isBareTrace(key)) return say`the trace names neither the ends nor the port`
  const direction = directionOf(key.reporter)
  if (direction === null) return say`the record does not say which end decided`
  // Policies of other programs than Calico have no tier, and their own order.
  if (placeOf(hit) === 'rule' && hit.tier === '')
    return say`the record does not say where ${policyParts(labelOf(hit))} stands in the order of policies`
  return isOutsidePolicies(direction === 'egress' ? 'source' : 'destination', key)
    ? say`the end that reported it is no pod, and only pods report`
    : null
}

/**
 * What would allow a flow, or keep it. `ends` are those of its conversation; `entering` may be any records: those that its
 * destination reported show whether policies govern what enters there.
 */
export function neededRules({ key }: SeenKey, ends: BothEnds, entering: readonly SeenKey[]): NeededRules {
  const decision = decisionOf(key)
  // An allowed flow needs nothing to be allowed, also where it is not known what decided.
  if (key.action === 'Allow' && !wouldBeDenied(key)) return NEEDS_NOTHING
  const goal = key.action === 'Allow' ? 'What would keep it under the staged policies' : 'What would allow it'
  if (!decision.known) return cannotBeSaid(goal, say`${notKnownWords(decision, key)}`)
  const why = whyNoRule(key, decision.hit)
  if (why !== null) return cannotBeSaid(goal, why)
  const direction = key.reporter === 'Dst' ? 'ingress' : 'egress'
  return decision.hit.action === 'Allow'
    ? toKeep(key, direction, ends)
    : toAllow(key, decision.hit, ends, entering)
}
