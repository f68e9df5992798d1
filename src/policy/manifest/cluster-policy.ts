/**
 * Converts ClusterNetworkPolicies of the network-policy API to Calico's rules
 * (libcalico-go/lib/backend/k8s/conversion/clusternetworkpolicy.go; `calico-semantics.md` 3.7).
 */
import type { Direction } from './calico-rule.ts'
import { ConversionError } from './conversion-error.ts'
import type { Subject } from './fault-list.ts'
import { readNetwork } from './kubernetes-policy.ts'
import { namespaceSelector, podSelector } from './kubernetes-selector.ts'
import type { ObjectHead } from './object-head.ts'
import { shortened } from './object-schema.ts'
import type { Port, RuleAction } from './policy.ts'
import { ANY_END, type PolicySpec, type SpecEnd } from './policy-spec.ts'
import { parsePort } from './ports-and-protocols.ts'
import { type GivenPort, isEveryPort } from './protocol-groups.ts'
import { convertRules, peersNameOf, type RuleConversion } from './rule-conversion.ts'
import type { SelectorCache } from './selector-cache.ts'
import { itemsAt, mapAt, memberOf, numberAt, textAt, type YamlNode } from './yaml-tree.ts'

const ACTIONS: ReadonlyMap<string, RuleAction> = new Map([
  ['Accept', 'Allow'],
  ['Deny', 'Deny'],
  ['Pass', 'Pass'],
])

/** Null where its subject is none, which is reported to the head's subject. */
export function readClusterPolicy(head: ObjectHead): PolicySpec | null {
  const spec = mapAt(head.node, 'spec')
  const subject = mapAt(spec, 'subject')
  let selectors
  try {
    selectors = selectorsOf(subject, 'spec.subject', head.cache, podSelector(undefined, '', head.cache))
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error
    head.subject.refuse(error.node, error.path, error.message)
    return null
  }
  if (selectors === null) {
    head.subject.refuse(subject ?? head.node, 'spec.subject', 'The subject needs namespaces or pods')
    return null
  }
  const ingress = convertRules(head, 'ingress', CONVERSION)
  const egress = convertRules(head, 'egress', CONVERSION)
  // Its types are the directions of which it has rules, and a policy without types governs both (policy_sorter.go:197-207).
  const isWithoutTypes = ingress.length === 0 && egress.length === 0
  return {
    kind: 'ClusterNetworkPolicy',
    namespace: '',
    name: head.name,
    tier: textAt(spec, 'tier') === 'Admin' ? 'kube-admin' : 'kube-baseline',
    order: numberAt(spec, 'priority'),
    stagedAction: null,
    ...selectors,
    serviceAccountSelector: '',
    ingress: ingress.length > 0 || isWithoutTypes ? ingress : null,
    egress: egress.length > 0 || isWithoutTypes ? egress : null,
    doNotTrack: false,
    preDnat: false,
    applyOnForward: false,
    place: head.subject.file.placeOf(head.node),
  }
}

/**
 * The selectors of `namespaces` or `pods`; null where neither is given. `ofNamespaces` is the selector beside that of
 * namespaces.
 */
function selectorsOf(node: YamlNode | undefined, path: string, cache: SelectorCache, ofNamespaces: string) {
  const namespaces = memberOf(node, 'namespaces')
  if (namespaces !== undefined)
    return {
      selector: ofNamespaces,
      namespaceSelector: namespaceSelector(namespaces, `${path}.namespaces`, cache),
    }
  const pods = mapAt(node, 'pods')
  if (pods === undefined) return null
  return {
    selector: podSelector(memberOf(pods, 'podSelector'), `${path}.pods.podSelector`, cache),
    // Without one it is that of all namespaces.
    namespaceSelector:
      namespaceSelector(memberOf(pods, 'namespaceSelector'), `${path}.pods.namespaceSelector`, cache) ||
      'all()',
  }
}

const CONVERSION: RuleConversion = {
  convert(node, direction, path, head) {
    const action = ACTIONS.get(textAt(node, 'action'))
    if (action === undefined)
      throw new ConversionError(
        node,
        `${path}.action`,
        `"${shortened(textAt(node, 'action'))}" is none of Accept, Deny and Pass`,
      )
    const ports = readProtocols(node, `${path}.protocols`, head.subject)
    const name = peersNameOf(direction)
    const peers = itemsAt(node, name).map((peer, at) =>
      readPeer(peer, `${path}.${name}[${at}]`, direction, head.cache),
    )
    if (peers.length === 0)
      head.subject.note('ignored', node, `${path}.${name}`, 'A rule without peers matches nothing')
    return { action, ports, peers }
  },
  failsClosed: (node) => ['Deny', 'Pass'].includes(textAt(node, 'action')),
  consequence: (failsClosed) =>
    failsClosed ? ': the rule denies everything instead' : ': the rule is left out',
}

function readPeer(node: YamlNode, path: string, direction: Direction, cache: SelectorCache): SpecEnd {
  const selectors = selectorsOf(node, path, cache, '')
  const networks = direction === 'egress' ? itemsAt(node, 'networks') : []
  const nets = networks.map((item, i) => readNetwork(item, `${path}.networks[${i}]`))
  if (selectors === null && nets.length === 0)
    throw new ConversionError(node, path, 'Calico knows none of the kinds of peers that are given here')
  return { ...ANY_END, ...selectors, nets }
}

/** Up to one that is every protocol: what stands behind it is not looked at. */
function readProtocols(rule: YamlNode, path: string, subject: Subject): readonly GivenPort[] {
  const given: GivenPort[] = []
  for (const [i, node] of itemsAt(rule, 'protocols').entries()) {
    const protocol = readProtocol(node, `${path}[${i}]`, subject)
    if (isEveryPort(protocol)) return [protocol]
    given.push(protocol)
  }
  return given
}

/** Without one that Calico knows it is every protocol (clusternetworkpolicy.go:392-431). */
function readProtocol(node: YamlNode, path: string, subject: Subject): GivenPort {
  for (const name of ['tcp', 'udp', 'sctp']) {
    const value = mapAt(node, name)
    if (value !== undefined)
      return {
        protocol: name.toUpperCase(),
        port: readPort(mapAt(value, 'destinationPort'), `${path}.${name}`),
      }
  }
  const name = textAt(node, 'destinationNamedPort')
  if (name === '') {
    subject.note('ignored', node, path, 'Calico knows none of the protocols here, and matches every protocol')
    return { protocol: '', port: null }
  }
  const port = parsePort(name)
  if (typeof port === 'string') throw new ConversionError(node, path, port)
  return { protocol: '', port }
}

function readPort(node: YamlNode | undefined, path: string): Port | null {
  if (node === undefined) return null
  const number = numberAt(node, 'number')
  const range = mapAt(node, 'range')
  if (number === null && range === undefined) return null
  const port = parsePort(number ?? `${numberAt(range, 'start') ?? ''}:${numberAt(range, 'end') ?? ''}`)
  if (typeof port === 'string') throw new ConversionError(node, `${path}.destinationPort`, port)
  return port
}
