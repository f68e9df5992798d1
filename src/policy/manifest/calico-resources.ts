/** Reads Calico's sets, tiers, host endpoints and profiles. */
import { readRules } from './calico-rule.ts'
import { type Cidr, parseCidr } from './cidr.ts'
import { type ObjectHead, objectLabels } from './object-head.ts'
import { shortened } from './object-schema.ts'
import type { Tier } from './policy.ts'
import { hasPorts, numberOrText, parseProtocol } from './ports-and-protocols.ts'
import type { HostEndpoint, NamedPort, NetworkSet, Profile } from './resources.ts'
import { scopeRule } from './scope-policy.ts'
import { itemsAt, labelsAt, mapAt, memberOf, numberAt, textAt, textsAt, type YamlNode } from './yaml-tree.ts'

/** Every cluster has these, and the API refuses another order or action for them (`calico-semantics.md` 3.1). */
export const BUILT_IN_TIERS: readonly Tier[] = [
  { name: 'kube-admin', order: 1000, defaultAction: 'Pass', place: null },
  { name: 'default', order: 1_000_000, defaultAction: 'Deny', place: null },
  { name: 'kube-baseline', order: 10_000_000, defaultAction: 'Pass', place: null },
]
const TIER_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const MAX_TIER_NAME = 63

export function readTier({ node, subject, name }: ObjectHead): Tier {
  const spec = mapAt(node, 'spec')
  const tier: Tier = {
    name,
    order: numberAt(spec, 'order'),
    defaultAction: textAt(spec, 'defaultAction') === 'Pass' ? 'Pass' : 'Deny',
    place: subject.file.placeOf(node),
  }
  if (!TIER_NAME.test(name) || name.length > MAX_TIER_NAME)
    subject.refuse(
      node,
      'metadata.name',
      `A tier's name has small letters, digits and hyphens, ${MAX_TIER_NAME} at most`,
    )
  const builtIn = BUILT_IN_TIERS.find((other) => other.name === name)
  if (builtIn !== undefined && (builtIn.order !== tier.order || builtIn.defaultAction !== tier.defaultAction))
    subject.refuse(
      spec ?? node,
      'spec',
      `The tier ${name} has the order ${builtIn.order} and the default action ${builtIn.defaultAction} in every cluster`,
    )
  return tier
}

export function readNetworkSet(head: ObjectHead): NetworkSet {
  return {
    ...identity(head),
    labels: objectLabels(head.node, head.group),
    nets: readRanges(mapAt(head.node, 'spec'), 'nets', head),
  }
}

export function readHostEndpoint(head: ObjectHead): HostEndpoint {
  const spec = mapAt(head.node, 'spec')
  const node = textAt(spec, 'node')
  if (node === '') head.subject.refuse(spec ?? head.node, 'spec.node', 'The node is missing')
  if (textAt(spec, 'interfaceName') === '' && itemsAt(spec, 'expectedIPs').length === 0)
    head.subject.refuse(spec ?? head.node, 'spec', 'An interfaceName or expectedIPs are needed')
  return {
    ...identity(head),
    labels: objectLabels(head.node, head.group),
    node,
    addresses: readRanges(spec, 'expectedIPs', head),
    profiles: textsAt(spec, 'profiles'),
    ports: itemsAt(spec, 'ports').flatMap((port, i) => readEndpointPort(port, `spec.ports[${i}]`, head)),
  }
}

function readEndpointPort(node: YamlNode, path: string, { subject }: ObjectHead): NamedPort[] {
  const protocol = parseProtocol(numberOrText(memberOf(node, 'protocol')) ?? '')
  if (typeof protocol === 'string' || protocol.number === null || !hasPorts(protocol)) {
    subject.refuse(node, `${path}.protocol`, 'The protocol of a port is TCP, UDP or SCTP')
    return []
  }
  return [{ name: textAt(node, 'name'), protocol: protocol.number, port: numberAt(node, 'port') ?? 0 }]
}

export function readProfile(head: ObjectHead): Profile {
  const spec = mapAt(head.node, 'spec')
  const rulesOf = (direction: 'ingress' | 'egress') => {
    const rules = readRules(spec, direction, head)
    // What is refused has been reported, and has no selector to parse.
    return head.subject.isRefused ? null : rules.map((rule) => scopeRule(rule, '', head.cache))
  }
  return {
    ...identity(head),
    labelsToApply: labelsAt(spec, 'labelsToApply'),
    ingress: rulesOf('ingress'),
    egress: rulesOf('egress'),
  }
}

/** What all resources have. */
export function identity({ node, namespace, name, subject }: ObjectHead) {
  return { namespace, name, place: subject.file.placeOf(node) }
}

function readRanges(spec: YamlNode | undefined, name: string, { subject }: ObjectHead): readonly Cidr[] {
  return itemsAt(spec, name).flatMap((node, i) => {
    const text = node.is === 'text' ? node.text : ''
    const range = parseCidr(text)
    if (range === null) subject.refuse(node, `spec.${name}[${i}]`, `"${shortened(text)}" is no address range`)
    return range ?? []
  })
}
