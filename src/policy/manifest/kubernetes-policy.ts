/**
 * Converts NetworkPolicies of Kubernetes, staged ones too, to Calico's rules. A hit's rule index counts these, so their
 * order is Calico's: protocols, and within each the peers (libcalico-go/lib/backend/k8s/conversion/conversion.go;
 * `calico-semantics.md` 3.7).
 */
import { stagedActionOf } from './calico-policy.ts'
import { type Cidr, parseCidr } from './cidr.ts'
import { ConversionError } from './conversion-error.ts'
import { namespaceSelector, podSelector } from './kubernetes-selector.ts'
import type { ObjectHead } from './object-head.ts'
import { shortened } from './object-schema.ts'
import { ANY_END, type PolicySpec, type SpecEnd } from './policy-spec.ts'
import { numberOrText, parsePort } from './ports-and-protocols.ts'
import type { GivenPort } from './protocol-groups.ts'
import { convertRules, peersNameOf, type RuleConversion } from './rule-conversion.ts'
import { itemsAt, mapAt, memberOf, numberAt, textAt, textsAt, type YamlNode } from './yaml-tree.ts'

/** Calico's order for every policy of Kubernetes. */
const ORDER = 1000
const PROTOCOLS = new Set(['TCP', 'UDP', 'SCTP'])

/** Null where the selector of its pods is none, which is reported to the head's subject, as rules left out are. */
export function readKubernetesPolicy(
  kind: 'NetworkPolicy' | 'StagedKubernetesNetworkPolicy',
  head: ObjectHead,
): PolicySpec | null {
  const spec = mapAt(head.node, 'spec')
  let selector
  try {
    selector = podSelector(memberOf(spec, 'podSelector'), 'spec.podSelector', head.cache)
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error
    head.subject.refuse(error.node, error.path, error.message)
    return null
  }
  const types = typesOf(spec)
  return {
    kind,
    namespace: head.namespace,
    name: head.name,
    tier: 'default',
    order: ORDER,
    stagedAction: kind === 'NetworkPolicy' ? null : stagedActionOf(spec),
    selector,
    namespaceSelector: '',
    serviceAccountSelector: '',
    ingress: types.has('Ingress') ? convertRules(head, 'ingress', CONVERSION) : null,
    egress: types.has('Egress') ? convertRules(head, 'egress', CONVERSION) : null,
    doNotTrack: false,
    preDnat: false,
    applyOnForward: false,
    place: head.subject.file.placeOf(head.node),
  }
}

/** The API server fills types in: ingress always, egress where there are rules of it. */
function typesOf(spec: YamlNode | undefined): ReadonlySet<string> {
  const given = textsAt(spec, 'policyTypes')
  if (given.length > 0) return new Set(given)
  return new Set(itemsAt(spec, 'egress').length > 0 ? ['Ingress', 'Egress'] : ['Ingress'])
}

const CONVERSION: RuleConversion = {
  convert(node, direction, path, head) {
    const name = peersNameOf(direction)
    const ports = itemsAt(node, 'ports').map((port, at) => readPort(port, `${path}.ports[${at}]`))
    const peers = itemsAt(node, name).map((peer, at) => readPeer(peer, `${path}.${name}[${at}]`, head))
    return { action: 'Allow', ports, peers: peers.length === 0 ? [ANY_END] : peers }
  },
  failsClosed: () => false,
  consequence: () => '',
}

function readPort(node: YamlNode, path: string): GivenPort {
  const protocol = textAt(node, 'protocol') || 'TCP'
  if (!PROTOCOLS.has(protocol))
    throw new ConversionError(
      node,
      `${path}.protocol`,
      `"${shortened(protocol)}" is none of TCP, UDP and SCTP`,
    )
  const value = numberOrText(memberOf(node, 'port'))
  const end = numberAt(node, 'endPort')
  if (value === null) {
    if (end !== null) throw new ConversionError(node, path, 'An endPort without a port')
    return { protocol, port: null }
  }
  const port = parsePort(end === null ? value : `${value}:${end}`)
  if (typeof port === 'string') throw new ConversionError(node, `${path}.port`, port)
  return { protocol, port }
}

function readPeer(node: YamlNode, path: string, { cache, subject }: ObjectHead): SpecEnd {
  const block = mapAt(node, 'ipBlock')
  const pods = memberOf(node, 'podSelector')
  const namespaces = memberOf(node, 'namespaceSelector')
  if (block === undefined) {
    if (pods === undefined && namespaces === undefined)
      throw new ConversionError(node, path, 'A peer needs a podSelector, a namespaceSelector or an ipBlock')
    return {
      ...ANY_END,
      selector: podSelector(pods, `${path}.podSelector`, cache),
      namespaceSelector: namespaceSelector(namespaces, `${path}.namespaceSelector`, cache),
    }
  }
  if (pods !== undefined || namespaces !== undefined)
    subject.note('ignored', node, path, 'A peer with an ipBlock may have no selectors: they have no effect')
  return {
    ...ANY_END,
    nets: [readNetwork(memberOf(block, 'cidr') ?? block, `${path}.ipBlock.cidr`)],
    notNets: itemsAt(block, 'except').map((item, i) => readNetwork(item, `${path}.ipBlock.except[${i}]`)),
  }
}

/** A range, of which a bare address is none here. Throws {@link ConversionError}. */
export function readNetwork(node: YamlNode, path: string): Cidr {
  const text = node.is === 'text' ? node.text : ''
  const range = text.includes('/') ? parseCidr(text) : null
  if (range === null) throw new ConversionError(node, path, `"${shortened(text)}" is no address range`)
  return range
}
