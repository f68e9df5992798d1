/** Whether a recorded flow meets the terms of a rule, as far as that can be known. */
import { areDisjoint, type Cidr, holdsRange, parseCidr } from '../manifest/cidr.ts'
import type { Icmp, Port, Protocol, Rule, RuleEnd } from '../manifest/policy.ts'
import { matchPartly } from '../selector/match.ts'
import type { Selector } from '../selector/selector.ts'
import { hasPorts, ICMP, ICMPV6 } from './connection.ts'
import { labelAt } from './endpoint.ts'
import type { KnownFlow } from './known-flow.ts'
import type { KnownEnd } from './known-end.ts'
import { negativeSelector, positiveSelector } from './member-selector.ts'
import { and, type End, type MissingFact, not, or, type Truth } from './missing-fact.ts'
import { mayBeBehindService } from './service-members.ts'

/** A name that Calico does not know equals no protocol. */
export function isProtocol({ number }: Protocol, recorded: number | null): Truth {
  if (number === null) return false
  return recorded === null ? undefined : number === recorded
}

export function isIcmp(term: Icmp, { protocol, icmp }: KnownFlow): Truth {
  if (protocol === null) return undefined
  if (protocol !== ICMP && protocol !== ICMPV6) return false
  if (icmp === null) return undefined
  return term.type === icmp.type && (term.code === null || term.code === icmp.code)
}

/** The family of a flow's addresses, where its protocol or an address tells it. */
function familyOf({ protocol, source, destination }: KnownFlow): 4 | 6 | null {
  if (protocol === ICMP) return 4
  if (protocol === ICMPV6) return 6
  return familyOfEnd(source) ?? familyOfEnd(destination)
}

function familyOfEnd({ ranges, recorded }: KnownEnd): 4 | 6 | null {
  if (recorded.type === 'Network' && recorded.name === 'pvt') return 4
  const family = ranges?.[0]?.family
  return family !== undefined && ranges?.every((range) => range.family === family) === true ? family : null
}

export function isFamily(version: 4 | 6, flow: KnownFlow): Truth {
  const family = familyOf(flow)
  return family === null ? undefined : family === version
}

/**
 * The families that a rule is bound to by its excluded ranges: it is not there for a family that none of a field's ranges is
 * of (felix/rules/policy.go:181-230).
 */
export function excludedFamilies({ source, destination }: Rule): readonly (4 | 6)[] {
  return [source.notNets, destination.notNets].flatMap((nets) => {
    const families = new Set(nets.map(({ family }) => family))
    return families.size === 1 ? [...families] : []
  })
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].flatMap((text) => parseCidr(text) ?? [])

/** Whether an end's address is in one of the ranges. */
export function isInNets(nets: readonly Cidr[], { ranges, recorded }: KnownEnd): Truth {
  const isAll = [4, 6].every((family) => nets.some((net) => net.family === family && net.text.endsWith('/0')))
  if (isAll) return true
  if (recorded.type === 'Network' && recorded.name === 'pvt') return isInRanges(nets, PRIVATE)
  if (recorded.type === 'Network' && recorded.name === 'pub')
    return nets.every((net) => PRIVATE.some((range) => holdsRange(range, net))) ? false : undefined
  return ranges === null ? undefined : isInRanges(nets, ranges)
}

/** Whether an address of one of the ranges is in one of the nets. */
function isInRanges(nets: readonly Cidr[], ranges: readonly Cidr[]): Truth {
  if (ranges.length === 0) return undefined
  if (ranges.every((range) => nets.some((net) => holdsRange(net, range)))) return true
  return ranges.every((range) => nets.every((net) => areDisjoint(net, range))) ? false : undefined
}

/** Whether the port of an end is one of these. What is missing is added to `missing`, also where another port decides. */
export function isOneOfPorts(
  end: End,
  ports: readonly Port[],
  term: RuleEnd,
  flow: KnownFlow,
  missing: MissingFact[],
): Truth {
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
  return or(...truths)
}

/** Null where the flow's protocol is known to have no ports, or is not known. */
export function knowsPorts({ protocol }: KnownFlow): Truth {
  return protocol === null ? undefined : hasPorts(protocol)
}

/** Known for a destination whose pods were loaded: each of them must agree. */
function isNamedPort(name: string, end: End, term: RuleEnd, flow: KnownFlow): Truth {
  const { candidates, labels } = flow[end]
  if (labels === null) return false
  if (end === 'source' || candidates.length === 0) return undefined
  const selector = positiveSelector(term)
  const truths = candidates.map((candidate) =>
    and(
      candidate.ports.some(
        (port) => port.name === name && port.protocol === flow.protocol && port.port === flow.key.destPort,
      ),
      selector === null ? true : matchPartly(selector, (label) => labelAt(candidate, label)),
    ),
  )
  return truths.every((truth) => truth === truths[0]) ? truths[0] : undefined
}

/** A recorded service is the one that the connection went through, and its pod may be behind others as well. */
export function isService(
  end: End,
  service: NonNullable<RuleEnd['service']>,
  { key, protocol, loaded, ...ends }: KnownFlow,
): Truth {
  const { destServiceName: name, destServiceNamespace: namespace } = key
  const isDestination = end === 'destination'
  if (isDestination && name === service.name && namespace === service.namespace) return true
  if (isDestination && protocol === null) return undefined
  const { ranges } = ends[end]
  const [port, ofPort] = isDestination ? [key.destPort, protocol] : [null, null]
  return ranges === null ? undefined : mayBeBehindService(service, ranges, port, ofPort, loaded)
}

/**
 * Whether the endpoint itself, or a network set that has its address, is a member of the set that selectors stand for. The
 * labels that are missing are added to `asked`.
 */
export function isMember(
  term: Pick<RuleEnd, 'selector' | 'notSelector'>,
  { labels, otherSets, candidates }: KnownEnd,
  asked: Set<string>,
): { readonly holds: Truth; readonly mayOther: Truth } {
  const { selector, notSelector } = term
  const own = (part: Selector): Truth => {
    if (labels === null) return false
    if (candidates.length > 1) {
      const truths = candidates.map((candidate) => matchPartly(part, (label) => labelAt(candidate, label)))
      return truths.every((truth) => truth === truths[0]) ? truths[0] : undefined
    }
    return matchPartly(part, (label) => {
      const value = labels(label)
      if (value === undefined) asked.add(label)
      return value
    })
  }
  const excluded = notSelector === null ? false : own(notSelector)
  const included = selector === null ? true : own(selector)
  const members = positiveSelector(term) ?? negativeSelector(term) ?? { is: 'all' }
  const mayOther: Truth =
    otherSets === 'any'
      ? undefined
      : or(
          ...otherSets.map((set) =>
            and(
              matchPartly(members, (label) => labelAt(set, label)),
              set.isCertain || undefined,
            ),
          ),
        )
  // Without a positive selector other members take the address out; with one they bring it in.
  const holds =
    selector === null ? and(not(excluded), not(mayOther)) : or(and(included, not(excluded)), mayOther)
  return { holds, mayOther }
}
