/** The conditions of a rule, each with its text and whether a recorded flow meets it, as far as that can be known. */
import type { FlowKey } from '../../flows/flow.ts'
import { areDisjoint, type Cidr, holdsRange, parseCidr } from '../manifest/cidr.ts'
import type { Icmp, Port, Protocol, Rule, RuleEnd } from '../manifest/policy.ts'
import { printSelector } from '../selector/canonical.ts'
import { matchPartly, matchSelector } from '../selector/match.ts'
import type { Selector } from '../selector/selector.ts'
import { hasPorts, ICMP, ICMPV6 } from './connection.ts'
import type { KnownEnd } from './known-end.ts'
import { and, type End, type MissingFact, not, or, type Truth } from './missing-fact.ts'
import { type LoadedServices, mayBeBehindService } from './service-members.ts'

export interface Condition {
  /** In the words of the rule, as `destination ports 80`. Equal texts are the same condition. */
  readonly text: string
  readonly holds: Truth
  /** What is missing where that is undefined. */
  readonly missing: readonly MissingFact[]
}

/** A recorded flow, with what the loaded manifests tell of its ends. */
export interface KnownFlow {
  readonly key: FlowKey
  /** By IANA's list; null where it was not recorded: Felix writes one that has no name as its number. */
  readonly protocol: number | null
  readonly source: KnownEnd
  readonly destination: KnownEnd
  /** Records never tell these. */
  readonly sourcePort: number | null
  readonly icmp: { readonly type: number; readonly code: number } | null
  readonly loaded: LoadedServices
}

/** Each condition of a rule. A rule without any matches everything. */
export function conditionsOf(rule: Rule, flow: KnownFlow): readonly Condition[] {
  const conditions: Condition[] = []
  const { protocol, notProtocol, ipVersion, icmp, notIcmp } = rule
  if (protocol !== null)
    conditions.push(
      partly(`protocol ${protocol.text}`, isProtocol(protocol, flow.protocol), { is: 'protocol' }),
    )
  if (notProtocol !== null)
    conditions.push(
      partly(`not protocol ${notProtocol.text}`, not(isProtocol(notProtocol, flow.protocol)), {
        is: 'protocol',
      }),
    )
  if (ipVersion !== null) conditions.push(familyCondition(ipVersion, flow))
  if (icmp !== null) conditions.push(icmpCondition(icmp, flow, false))
  if (notIcmp !== null) conditions.push(icmpCondition(notIcmp, flow, true))
  return [
    ...conditions,
    ...familyOfNets(rule, flow),
    ...endConditions('source', rule.source, flow),
    ...endConditions('destination', rule.destination, flow),
  ]
}

/** A name that Calico does not know equals no protocol. */
function isProtocol({ number }: Protocol, recorded: number | null): Truth {
  if (number === null) return false
  return recorded === null ? undefined : number === recorded
}

/** A condition whose missing facts count only while it is undecided. */
function partly(text: string, holds: Truth, ...missing: readonly MissingFact[]): Condition {
  return { text, holds, missing: holds === undefined ? missing : [] }
}

function icmpText({ type, code }: Icmp): string {
  return code === null ? `type ${type}` : `type ${type} code ${code}`
}

function icmpCondition(term: Icmp, { protocol, icmp }: KnownFlow, isNegated: boolean): Condition {
  const text = `${isNegated ? 'not ' : ''}ICMP ${icmpText(term)}`
  if (protocol === null) return partly(text, undefined, { is: 'protocol' })
  const isIcmp = protocol === ICMP || protocol === ICMPV6
  if (!isIcmp) return partly(text, isNegated)
  if (icmp === null) return partly(text, undefined, { is: 'ICMP type' })
  const isSame = term.type === icmp.type && (term.code === null || term.code === icmp.code)
  return partly(text, isSame !== isNegated)
}

/** The family of a flow's addresses, where its protocol or an address tells it. */
function familyOf({ protocol, source, destination }: KnownFlow): 4 | 6 | null {
  if (protocol === ICMP) return 4
  if (protocol === ICMPV6) return 6
  for (const { ranges, recorded } of [source, destination]) {
    if (recorded.type === 'Network' && recorded.name === 'pvt') return 4
    const family = ranges?.[0]?.family
    if (family !== undefined && ranges?.every((range) => range.family === family) === true) return family
  }
  return null
}

function familyCondition(version: 4 | 6, flow: KnownFlow): Condition {
  const family = familyOf(flow)
  return partly(`IPv${version}`, family === null ? undefined : family === version, { is: 'IP family' })
}

/** A rule is not there for a family that none of a field's ranges is of (felix/rules/policy.go:181-230). */
function familyOfNets({ source, destination }: Rule, flow: KnownFlow): readonly Condition[] {
  const excluding = [source.notNets, destination.notNets].filter((nets) => nets.length > 0)
  return excluding.flatMap((nets) => {
    const families = new Set(nets.map(({ family }) => family))
    if (families.size > 1) return []
    const [only] = families
    return only === undefined ? [] : [familyCondition(only, flow)]
  })
}

function endConditions(end: End, term: RuleEnd, flow: KnownFlow): readonly Condition[] {
  const conditions: Condition[] = []
  const known = flow[end]
  const { nets, notNets, ports, notPorts, selector, notSelector, service } = term
  if (nets.length > 0) {
    const text = `${end} nets ${nets.map((net) => net.text).join(', ')}`
    conditions.push(partly(text, inNets(nets, known), { is: 'address', end }))
  }
  if (notNets.length > 0) {
    const text = `${end} not in nets ${notNets.map((net) => net.text).join(', ')}`
    conditions.push(partly(text, not(inNets(notNets, known)), { is: 'address', end }))
  }
  if (ports.length > 0) conditions.push(portCondition(end, ports, term, flow, false))
  if (notPorts.length > 0) conditions.push(portCondition(end, notPorts, term, flow, true))
  if (selector !== null || notSelector !== null)
    conditions.push(selectorCondition(end, selector, notSelector, known))
  if (service !== null) conditions.push(serviceCondition(end, service, flow))
  return conditions
}

/** A recorded service is the one that the connection went through, and its pod may be behind others as well. */
function serviceCondition(
  end: End,
  service: NonNullable<RuleEnd['service']>,
  { key, protocol, loaded, ...ends }: KnownFlow,
): Condition {
  const text = `${end} service ${service.namespace}/${service.name}`
  const { destServiceName: name, destServiceNamespace: namespace } = key
  const isDestination = end === 'destination'
  if (isDestination && name === service.name && namespace === service.namespace) return partly(text, true)
  if (isDestination && protocol === null) return partly(text, undefined, { is: 'protocol' })
  const { ranges } = ends[end]
  const [port, ofPort] = isDestination ? [key.destPort, protocol] : [null, null]
  const holds = ranges === null ? undefined : mayBeBehindService(service, ranges, port, ofPort, loaded)
  return partly(text, holds, { is: 'service', end })
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].flatMap((text) => parseCidr(text) ?? [])

/** Whether an end's address is in one of the ranges. */
function inNets(nets: readonly Cidr[], { ranges, recorded }: KnownEnd): Truth {
  const isAll = [4, 6].every((family) => nets.some((net) => net.family === family && net.text.endsWith('/0')))
  if (isAll) return true
  if (recorded.type === 'Network' && recorded.name === 'pvt') return inRanges(nets, PRIVATE)
  if (recorded.type === 'Network' && recorded.name === 'pub')
    return nets.every((net) => PRIVATE.some((range) => holdsRange(range, net))) ? false : undefined
  return ranges === null ? undefined : inRanges(nets, ranges)
}

/** Whether an address of one of the ranges is in one of the nets. */
function inRanges(nets: readonly Cidr[], ranges: readonly Cidr[]): Truth {
  if (ranges.length === 0) return undefined
  if (ranges.every((range) => nets.some((net) => holdsRange(net, range)))) return true
  return ranges.every((range) => nets.every((net) => areDisjoint(net, range))) ? false : undefined
}

function portText(port: Port): string {
  if ('name' in port) return port.name
  return port.from === port.to ? String(port.from) : `${port.from}:${port.to}`
}

function portCondition(
  end: End,
  ports: readonly Port[],
  term: RuleEnd,
  flow: KnownFlow,
  isNegated: boolean,
): Condition {
  const text = `${end} ${isNegated ? 'not ' : ''}ports ${ports.map(portText).join(', ')}`
  if (flow.protocol === null) return partly(text, undefined, { is: 'protocol' })
  if (!hasPorts(flow.protocol)) return partly(text, isNegated)
  const missing: MissingFact[] = []
  const truths = ports.map((port): Truth => {
    if ('name' in port) {
      const holds = isNamedPort(port.name, end, term, flow)
      if (holds === undefined) missing.push({ is: 'named port', end, name: port.name })
      return holds
    }
    if (port.from <= 0 && port.to >= 65_535) return true
    const number = end === 'destination' ? flow.key.destPort : flow.sourcePort
    if (number !== null) return port.from <= number && number <= port.to
    missing.push({ is: 'port', end })
    return undefined
  })
  const holds = or(...truths)
  return partly(text, isNegated ? not(holds) : holds, ...missing)
}

/** Known for a destination whose pods were loaded: each of them must agree. */
function isNamedPort(name: string, end: End, { selector }: RuleEnd, flow: KnownFlow): Truth {
  const { candidates, labels } = flow[end]
  if (labels === null) return false
  if (end === 'source' || candidates.length === 0) return undefined
  const truths = candidates.map(
    ({ ports, labels: own }) =>
      (selector === null || matchSelector(selector, own)) &&
      ports.some(
        (port) => port.name === name && port.protocol === flow.protocol && port.port === flow.key.destPort,
      ),
  )
  return truths.every((truth) => truth === truths[0]) ? truths[0] : undefined
}

function selectorCondition(
  end: End,
  selector: Selector | null,
  notSelector: Selector | null,
  known: KnownEnd,
): Condition {
  const text = [
    ...(selector === null ? [] : [`selector ${printSelector(selector)}`]),
    ...(notSelector === null ? [] : [`not selector ${printSelector(notSelector)}`]),
  ].join(' and ')
  const missing: MissingFact[] = []
  const holds = matchMembers(end, selector, notSelector, known, missing)
  return partly(`${end} ${text}`, holds, ...missing)
}

/** Whether the endpoint itself, or a network set that has its address, is a member of the set that selectors stand for. */
function matchMembers(
  end: End,
  selector: Selector | null,
  notSelector: Selector | null,
  { labels, otherSets, candidates }: KnownEnd,
  missing: MissingFact[],
): Truth {
  const asked: string[] = []
  const own = (part: Selector): Truth => {
    if (labels === null) return false
    if (candidates.length > 1) {
      const truths = candidates.map((candidate) => matchSelector(part, candidate.labels))
      return truths.every((truth) => truth === truths[0]) ? truths[0] : undefined
    }
    return matchPartly(part, (label) => {
      const value = labels(label)
      if (value === undefined) asked.push(label)
      return value
    })
  }
  const excluded = notSelector === null ? false : own(notSelector)
  const included = selector === null ? true : own(selector)
  const members: Selector = memberSelector(selector, notSelector)
  const mayOther: Truth =
    otherSets === 'any'
      ? undefined
      : or(
          ...otherSets.map((set) =>
            matchSelector(members, set.labels) ? set.isCertain || undefined : false,
          ),
        )
  if (mayOther === undefined) missing.push({ is: 'network sets', end })
  if (candidates.length > 1) missing.push({ is: 'which pod', end })
  // Without a positive selector other members take the address out; with one they bring it in.
  const holds =
    selector === null ? and(not(excluded), not(mayOther)) : or(and(included, not(excluded)), mayOther)
  missing.unshift(...[...new Set(asked)].map((label): MissingFact => ({ is: 'label', end, label })))
  return holds
}

function memberSelector(selector: Selector | null, notSelector: Selector | null): Selector {
  if (selector === null) return notSelector ?? { is: 'all' }
  return notSelector === null
    ? selector
    : { is: 'and', operands: [selector, { is: 'not', operand: notSelector }] }
}
