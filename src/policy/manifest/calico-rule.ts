/** Reads the rules of Calico's policies and profiles, with what its API refuses (`calico-semantics.md` 3.5, 3.6). */
import { type Cidr, parseCidr } from './cidr.ts'
import type { ObjectHead } from './object-head.ts'
import type { Icmp, Port, Protocol, RuleAction } from './policy.ts'
import type { SpecEnd, SpecRule } from './policy-spec.ts'
import { hasPorts, ICMP, ICMP_V6, numberOrText, parsePort, parseProtocol } from './ports-and-protocols.ts'
import { checkSelector } from './selector-check.ts'
import { shortened } from './object-schema.ts'
import { itemsAt, mapAt, memberOf, numberAt, textAt, textsAt, type YamlNode } from './yaml-tree.ts'

export type Direction = 'ingress' | 'egress'

/** The rules of a direction, of an object whose types have been checked. */
export function readRules(
  spec: YamlNode | undefined,
  direction: Direction,
  head: ObjectHead,
): readonly SpecRule[] {
  return itemsAt(spec, direction).map((node, i) => readRule(node, direction, `spec.${direction}[${i}]`, head))
}

function readRule(node: YamlNode, direction: Direction, path: string, head: ObjectHead): SpecRule {
  const rule: SpecRule = {
    action: textAt(node, 'action') as RuleAction,
    protocol: readProtocol(node, 'protocol', path, head),
    notProtocol: readProtocol(node, 'notProtocol', path, head),
    ipVersion: readIpVersion(node, path, head),
    icmp: readIcmp(node, 'icmp', path, head),
    notIcmp: readIcmp(node, 'notICMP', path, head),
    source: readEnd(node, 'source', path, head),
    destination: readEnd(node, 'destination', path, head),
    hasHttp: memberOf(node, 'http') !== undefined,
    place: head.subject.file.placeOf(node),
  }
  checkRule(rule, node, direction, path, head)
  return rule
}

function checkRule(
  rule: SpecRule,
  node: YamlNode,
  direction: Direction,
  path: string,
  head: ObjectHead,
): void {
  const { subject } = head
  const refuse = (name: string, reason: string) =>
    subject.refuse(memberOf(node, name) ?? node, `${path}.${name}`, reason)
  const { number = null } = rule.protocol ?? {}
  if (memberOf(node, 'icmp') !== undefined && number !== ICMP && number !== ICMP_V6)
    refuse('icmp', 'A rule with icmp needs the protocol ICMP or ICMPv6')
  for (const [name, protocol] of [
    ['protocol', rule.protocol],
    ['notProtocol', rule.notProtocol],
  ] as const)
    if (rule.ipVersion !== null)
      if (
        (protocol?.number === ICMP && rule.ipVersion === 6) ||
        (protocol?.number === ICMP_V6 && rule.ipVersion === 4)
      )
        refuse(name, `${protocol.text} is no protocol of IPv${rule.ipVersion}`)
  if (rule.hasHttp) {
    if (rule.action !== 'Allow') refuse('http', 'Only a rule that allows may have http')
    if (rule.protocol !== null && number !== 6)
      refuse('http', 'A rule with http has the protocol TCP or none')
    if (direction === 'egress') refuse('http', 'Only rules of ingress may have http')
  }
  for (const name of ['source', 'destination'] as const)
    checkEnd(rule, name, mapAt(node, name), direction, path, head)
  checkFamilies(rule, node, path, head)
}

function checkEnd(
  rule: SpecRule,
  name: 'source' | 'destination',
  node: YamlNode | undefined,
  direction: Direction,
  path: string,
  { subject, namespace }: ObjectHead,
): void {
  if (node === undefined) return
  const end = rule[name]
  const refuse = (field: string, reason: string) =>
    subject.refuse(memberOf(node, field) ?? node, `${path}.${name}.${field}`, reason)
  for (const field of ['ports', 'notPorts'] as const) {
    const isNamed = end[field].every((port) => 'name' in port)
    if (end[field].length > 0 && !hasPorts(rule.protocol) && !(rule.protocol === null && isNamed))
      refuse(field, 'A rule with ports needs the protocol TCP, UDP or SCTP')
  }
  if (end.service === null) return
  if (end.service.name === '') refuse('services', 'The name of the service is missing')
  if (namespace === '' && end.service.namespace === '')
    refuse('services', 'The namespace of the service is missing')
  if ((direction === 'ingress') !== (name === 'source'))
    refuse(
      'services',
      `A rule of ${direction} may name services in its ${direction === 'ingress' ? 'source' : 'destination'} alone`,
    )
  const others = {
    selector: end.selector !== '',
    notSelector: end.notSelector !== '',
    namespaceSelector: end.namespaceSelector !== '',
    serviceAccounts: end.serviceAccounts !== null,
    nets: end.nets.length > 0,
    notNets: end.notNets.length > 0,
    // Those of the source may stand beside a service: only the destination's service has ports of its own.
    ports: name === 'destination' && end.ports.length > 0,
    notPorts: name === 'destination' && end.notPorts.length > 0,
  }
  for (const [field, isGiven] of Object.entries(others))
    if (isGiven) refuse(field, `A rule may not have both services and ${field}`)
}

/** Calico's API server refuses both families in one rule; its CRD does not, and Felix matches each family apart. */
function checkFamilies(rule: SpecRule, node: YamlNode, path: string, { subject }: ObjectHead): void {
  const nets = [rule.source, rule.destination].flatMap((end) => [...end.nets, ...end.notNets])
  const families = new Set(nets.map((net) => net.family))
  if (families.size === 2)
    subject.note(
      'ignored',
      node,
      path,
      'Ranges of IPv4 and IPv6 in one rule: it matches each family by its own ranges',
    )
  const [family] = families
  if (rule.ipVersion !== null && families.size === 1 && family !== rule.ipVersion)
    subject.refuse(node, path, `A rule for IPv${rule.ipVersion} has ranges of IPv${family}`)
}

function readEnd(
  rule: YamlNode,
  name: 'source' | 'destination',
  rulePath: string,
  head: ObjectHead,
): SpecEnd {
  const node = mapAt(rule, name)
  const path = `${rulePath}.${name}`
  for (const field of ['selector', 'notSelector'] as const) checkSelector(node, field, path, head)
  checkSelector(node, 'namespaceSelector', path, head, { mayBeGlobal: true })
  const accounts = mapAt(node, 'serviceAccounts')
  checkSelector(accounts, 'selector', `${path}.serviceAccounts`, head)
  const services = mapAt(node, 'services')
  return {
    nets: readNets(node, 'nets', path, head),
    notNets: readNets(node, 'notNets', path, head),
    ports: readPorts(node, 'ports', path, head),
    notPorts: readPorts(node, 'notPorts', path, head),
    selector: textAt(node, 'selector'),
    namespaceSelector: textAt(node, 'namespaceSelector'),
    notSelector: textAt(node, 'notSelector'),
    serviceAccounts:
      accounts === undefined
        ? null
        : { names: textsAt(accounts, 'names'), selector: textAt(accounts, 'selector') },
    service:
      services === undefined
        ? null
        : { namespace: textAt(services, 'namespace'), name: textAt(services, 'name') },
  }
}

/** What the API server refuses of ranges, and Felix takes all the same, is said and read. */
function readNets(
  end: YamlNode | undefined,
  name: 'nets' | 'notNets',
  path: string,
  { subject }: ObjectHead,
): readonly Cidr[] {
  return itemsAt(end, name).flatMap((node, i) => {
    const text = node.is === 'text' ? node.text : ''
    const net = parseCidr(text)
    const inner = `${path}.${name}[${i}]`
    if (net === null) {
      subject.refuse(node, inner, `"${shortened(text)}" is no address range`)
      return []
    }
    if (parseCidr(text.split('/', 1)[0] ?? '')?.first !== net.first)
      subject.note(
        'ignored',
        node,
        inner,
        `The range is ${net.text}: the bits beyond its prefix have no effect`,
      )
    if (name === 'notNets' && net.text.endsWith('/0'))
      subject.note(
        'ignored',
        node,
        inner,
        `Without ${net.text} the rule matches no packet of IPv${net.family}`,
      )
    return net
  })
}

function readPorts(
  end: YamlNode | undefined,
  name: string,
  path: string,
  { subject }: ObjectHead,
): readonly Port[] {
  return itemsAt(end, name).flatMap((node, i) => {
    const port = parsePort(numberOrText(node) ?? '')
    if (typeof port !== 'string') return port
    subject.refuse(node, `${path}.${name}[${i}]`, port)
    return []
  })
}

/** A name that Calico does not know is kept, and equals no protocol. */
function readProtocol(rule: YamlNode, name: string, path: string, { subject }: ObjectHead): Protocol | null {
  const node = memberOf(rule, name)
  const value = numberOrText(node)
  if (node === undefined || value === null) return null
  const protocol = parseProtocol(value)
  if (typeof protocol === 'string') {
    subject.refuse(node, `${path}.${name}`, protocol)
    return null
  }
  if (protocol.number === null)
    subject.note(
      'ignored',
      node,
      `${path}.${name}`,
      `Calico knows no protocol "${shortened(protocol.text)}": no packet has it`,
    )
  return protocol
}

function readIpVersion(rule: YamlNode, path: string, { subject }: ObjectHead): 4 | 6 | null {
  const node = memberOf(rule, 'ipVersion')
  const version = numberAt(rule, 'ipVersion')
  if (version === null || version === 4 || version === 6) return version
  if (node !== undefined) subject.refuse(node, `${path}.ipVersion`, `${version} is neither 4 nor 6`)
  return null
}

/** Null, too, for one without a type, which asks nothing. */
function readIcmp(rule: YamlNode, name: string, path: string, { subject }: ObjectHead): Icmp | null {
  const node = mapAt(rule, name)
  if (node === undefined) return null
  const [type, code] = [numberAt(node, 'type'), numberAt(node, 'code')]
  if (type !== null) return { type, code }
  if (code !== null) subject.refuse(node, `${path}.${name}`, 'A code without a type')
  return null
}
