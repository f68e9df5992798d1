/** Noun phrases for the sentences: ends, ports, policies, rules, tiers, deciding hits. Names from the record are `code` parts. */
import {
  type EndpointType,
  type FlowKey,
  isUnknown,
  type PolicyHit,
  type Reporter,
} from '../../flows/flow.ts'
import { displayName } from '../../flows/spelling.ts'
import { code, type Part, type Parts, say, strong } from './statement.ts'
import {
  directionOf,
  hasRuleNumber,
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
  const placeless = namespace === '' || namespace === '-'
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

/** The source: `frontend/web-*`, `host node-1`, `PUBLIC NETWORK`. */
export function sourceParts(key: FlowKey): Parts {
  return endParts(key.sourceType, key.sourceNamespace, key.sourceName)
}

/** The destination, written as the source is. */
export function destParts(key: FlowKey): Parts {
  return endParts(key.destType, key.destNamespace, key.destName)
}

/** Whether the key has a port to show: ICMP, IPIP and ESP have none, and are recorded with port 0. */
function hasPort({ proto, destPort }: FlowKey): boolean {
  return !/^(icmp6?|ipip|esp)$/.test(proto) && Number.isSafeInteger(destPort) && destPort > 0
}

/** Protocol and port: `tcp 80`, `icmp`, `protocol 47`. */
export function servicePart(key: FlowKey): Part {
  const { proto, destPort } = key
  const protocol = proto === '' ? 'an unrecorded protocol' : /^\d+$/.test(proto) ? `protocol ${proto}` : proto
  return strong(hasPort(key) ? `${protocol} ${destPort}` : protocol)
}

/** The verb for the attempt: a TCP or SCTP connection is opened, a datagram sent. */
export function attemptVerb({ proto }: FlowKey): 'open' | 'send' {
  return proto === 'tcp' || proto === 'sctp' ? 'open' : 'send'
}

/** A tier by its name: `tier default`. */
export function tierParts(tier: string): Parts {
  return tier === '' ? say`a tier that is not recorded` : say`tier ${code(tier)}`
}

/** Kind and name of a policy. A name without the prefix of an older Calico is offered as a possibility. */
export function policyParts(policy: PolicyLabel): Parts {
  if (policy.name === '') return say`${kindParts(policy)} (name not recorded)`
  const plain =
    policy.plainName === null ? '' : say` (${code(policy.plainName)}, if an older Calico wrote it)`
  return say`${kindParts(policy)} ${code(policy.path)}${plain}`
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

/** A rule by its number from 1 and its recorded index from 0: `egress rule 2 (index 1)`. */
export function ruleParts(hit: PolicyHit, reporter: Reporter): Parts {
  const direction = directionWord(reporter)
  if (!hasRuleNumber(hit)) {
    const article = direction === 'egress ' || direction === 'ingress ' ? 'an' : 'a'
    return say`${article} ${direction}rule that the record does not number`
  }
  const counts = isConvertedKind(hit.kind)
    ? ', counted in the rules that Calico converts it to, one for each protocol and peer'
    : ''
  return say`${direction}${strong(ruleWords(hit))} (index ${String(hit.ruleIndex)}${counts})`
}

/**
 * The deciding hit as a noun, to stand after "allowed by": `GlobalNetworkPolicy x rule 2`, `the end of tier default
 * (policy named: …)`, `profile kns.frontend`.
 */
export function deciderParts(hit: PolicyHit): Parts {
  const place = placeOf(hit)
  if (place === 'rule') return say`${policyParts(labelOf(hit))} ${ruleWords(hit)}`
  if (place === 'profile') return policyParts(labelOf(hit))
  const trigger = triggerOf(hit)
  const named = trigger === null ? '' : say` (policy named: ${policyParts(trigger)})`
  return say`the end of ${tierParts(hit.tier)}${named}`
}
