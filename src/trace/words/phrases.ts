/** Phrases that sentences are made of: ends, ports, policies, rules, tiers. All names are parts of their own. */
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
  type PolicyLabel,
  reportingEnd,
  ruleWords,
  unknownText,
  withNamespace,
} from './calico-terms.ts'

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
      // Without a type only the missing namespace tells the networks from a pod that is called pub.
      return placeless ? [code(displayName(name))] : [path]
    default:
      return isUnknown(type) ? say`${path} (type ${code(unknownText(type))})` : [path]
  }
}

/** The source, as people know it. */
export function sourceParts(key: FlowKey): Parts {
  return endParts(key.sourceType, key.sourceNamespace, key.sourceName)
}

/** The destination, as people know it. */
export function destParts(key: FlowKey): Parts {
  return endParts(key.destType, key.destNamespace, key.destName)
}

/** Protocols that have no ports; the record has 0 for them. */
function hasPort({ proto, destPort }: FlowKey): boolean {
  return !/^(icmp6?|ipip|esp)$/.test(proto) && Number.isSafeInteger(destPort) && destPort > 0
}

/** `tcp 80`, `icmp`, `protocol 47`. */
export function servicePart(key: FlowKey): Part {
  const { proto, destPort } = key
  const protocol = proto === '' ? 'an unrecorded protocol' : /^\d+$/.test(proto) ? `protocol ${proto}` : proto
  return strong(hasPort(key) ? `${protocol} ${destPort}` : protocol)
}

/** What one does with it: a connection is opened, anything else is sent. */
export function attemptVerb({ proto }: FlowKey): 'open' | 'send' {
  return proto === 'tcp' || proto === 'sctp' ? 'open' : 'send'
}

/** `tier default`. */
export function tierParts(tier: string): Parts {
  return tier === '' ? say`a tier that is not recorded` : say`tier ${code(tier)}`
}

/** Kind and name; the name without an old prefix is offered, not claimed. */
export function policyParts(policy: PolicyLabel): Parts {
  if (policy.name === '') return say`${kindParts(policy)} (name not recorded)`
  const plain =
    policy.plainName === null ? '' : say` (${code(policy.plainName)}, if an older Calico wrote it)`
  return say`${kindParts(policy)} ${code(policy.path)}${plain}`
}

function kindParts({ kind, kindWords }: PolicyLabel): Parts {
  return isUnknown(kind) ? say`policy (unknown kind ${code(unknownText(kind))})` : say`${kindWords}`
}

/** `egress `, or nothing when the record does not say which end reported. */
export function directionWord(reporter: Reporter): string {
  const direction = directionOf(reporter)
  return direction === null ? '' : `${direction} `
}

/** `the source for egress`: what a policy selects and for what. */
export function selectedEnd(reporter: Reporter): string {
  const direction = directionOf(reporter)
  return `the ${reportingEnd(reporter)}${direction === null ? '' : ` for ${direction}`}`
}

/** `the source's egress`: what a policy or a tier governs. */
export function governedTraffic(reporter: Reporter): string {
  return `the ${reportingEnd(reporter)}'s ${directionOf(reporter) ?? 'traffic in the direction reported'}`
}

/** `egress rule 2 (index 1)`, as people count, with the raw index and what it counts. */
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
