/** Noun phrases for the sentences: ends, ports, policies, rules, tiers, deciding hits. Names from the record are `code` parts. */
import {
  type EndpointType,
  type FlowKey,
  isUnknown,
  type PolicyHit,
  type Reporter,
} from '../../flows/flow.ts'
import { decisionOf, hasRuleNumber } from '../../flows/hit.ts'
import { displayName, displayPort, hasNoNamespace, recordedPort, workloadOf } from '../../flows/spelling.ts'
import { code, type Part, type Parts, say, strong } from './statement.ts'
import {
  directionOf,
  isConvertedKind,
  placeOf,
  reportingEnd,
  ruleWords,
  unknownText,
} from './calico-terms.ts'
import { labelOf, type PolicyLabel, triggerOf, withNamespace } from './policy-label.ts'

function endParts(type: EndpointType, namespace: string, name: string): Parts {
  if (name === '') return say`an end (name not recorded)`
  const path = code(withNamespace(namespace, name))
  const placeless = hasNoNamespace(namespace)
  switch (type) {
    case 'WorkloadEndpoint':
      return [path]
    case 'HostEndpoint':
      return say`host ${path}`
    case 'NetworkSet':
      return placeless ? say`global network set ${path}` : say`network set ${path}`
    case 'Network':
      return [code(displayName(name))]
    case 'EndpointTypeUnspecified':
      // Formats without endpoint types: only the missing namespace tells the public network from a pod named pub.
      return placeless ? [code(displayName(name))] : [path]
    default:
      return isUnknown(type) ? say`${path} (type ${code(unknownText(type))})` : [path]
  }
}

/**
 * Whether an end is an address outside the cluster, or a set of them: no policy selects those, and they report no flows.
 * In formats without types, as Whisker's, the public and the private network are told by their names.
 */
export function isOutsidePolicies(end: 'source' | 'destination', key: FlowKey): boolean {
  const [type, namespace, name] =
    end === 'source'
      ? [key.sourceType, key.sourceNamespace, key.sourceName]
      : [key.destType, key.destNamespace, key.destName]
  if (type === 'Network' || type === 'NetworkSet') return true
  const untold = type === 'EndpointTypeUnspecified'
  return untold && hasNoNamespace(namespace) && (name === 'pub' || name === 'pvt')
}

/** Whether a key is a trace alone, without a flow around it. Every flow names at least one end. */
export function isBareTrace({ sourceName, destName }: FlowKey): boolean {
  return sourceName === '' && destName === ''
}

/** The source: `frontend/web-*`, `host node-1`, `public network`. */
export function sourceParts(key: FlowKey): Parts {
  return endParts(key.sourceType, key.sourceNamespace, key.sourceName)
}

/** The destination, written as the source is. */
export function destParts(key: FlowKey): Parts {
  return endParts(key.destType, key.destNamespace, key.destName)
}

/** The key with the workload for each end's name: a rule selects the pods of a workload, whichever rollout they are of. */
export function withWorkloads(key: FlowKey): FlowKey {
  return { ...key, sourceName: workloadOf(key.sourceName), destName: workloadOf(key.destName) }
}

/** Protocol and port: `tcp 80`, `icmp`, `protocol 47`. */
export function servicePart(key: FlowKey): Part {
  const port = recordedPort(key)
  if (key.proto !== '') return strong(displayPort(key))
  return strong(port === null ? 'an unrecorded protocol' : `an unrecorded protocol ${port}`)
}

/** The verb for the attempt: a TCP or SCTP connection is opened, a datagram sent. */
export function attemptVerb({ proto }: FlowKey): 'open' | 'send' {
  return proto === 'tcp' || proto === 'sctp' ? 'open' : 'send'
}

/** A tier by its name: `tier default`. */
export function tierParts(tier: string): Parts {
  return tier === '' ? say`a tier that is not recorded` : say`tier ${code(tier)}`
}

/** Kind and name of a policy. */
export function policyParts(policy: PolicyLabel): Parts {
  if (policy.name === '') return say`${kindParts(policy)} (name not recorded)`
  return say`${kindParts(policy)} ${code(policy.path)}`
}

function kindParts({ kind, kindWords }: PolicyLabel): Parts {
  return isUnknown(kind) ? say`policy (unknown kind ${code(unknownText(kind))})` : say`${kindWords}`
}

/** `egress ` with the blank, or the empty text when the record does not say which end reported. */
function directionWord(reporter: Reporter): string {
  const direction = directionOf(reporter)
  return direction === null ? '' : `${direction} `
}

/** The end that a policy selects, and for which traffic: `the source for egress`. */
export function selectedEnd(reporter: Reporter): string {
  const direction = directionOf(reporter)
  return `the ${reportingEnd(reporter)}${direction === null ? '' : ` for ${direction}`}`
}

/** The traffic that a policy or a tier governs: `the source's egress`. */
export function governedTraffic(reporter: Reporter): string {
  return `the ${reportingEnd(reporter)}'s ${directionOf(reporter) ?? 'traffic in the direction reported'}`
}

/** A rule by its number, counted from 1: `egress rule 2`. */
export function ruleParts(hit: PolicyHit, reporter: Reporter): Parts {
  const direction = directionWord(reporter)
  if (!hasRuleNumber(hit)) {
    const article = direction === 'egress ' || direction === 'ingress ' ? 'an' : 'a'
    return say`${article} ${direction}rule that the record does not number`
  }
  const counts = isConvertedKind(hit.kind)
    ? ' (counted in the rules that Calico converts it to, one for each protocol and peer)'
    : ''
  return say`${direction}${strong(ruleWords(hit))}${counts}`
}

/**
 * What decided, to stand after "allowed" or "denied": ` by GlobalNetworkPolicy x rule 2`, ` by profile kns.frontend`,
 * ` because no rule allowed it (end of tier default, policy named: …)`, ` (what decided is not known)`.
 */
export function causeParts(key: FlowKey): Parts {
  const decision = decisionOf(key)
  if (!decision.known) return say` (what decided is not known)`
  const { hit } = decision
  const place = placeOf(hit)
  if (place === 'rule')
    return say` by ${policyParts(labelOf(hit))}${hasRuleNumber(hit) ? ' ' : ', '}${ruleWords(hit)}`
  if (place === 'profile') return say` by ${policyParts(labelOf(hit))}`
  const trigger = triggerOf(hit)
  const named = trigger === null ? '' : say`, policy named: ${policyParts(trigger)}`
  const end = say`end of ${tierParts(hit.tier)}${named}`
  return hit.action === 'Deny' ? say` because ${ruleWords(hit)} (${end})` : say` at the ${end}`
}
