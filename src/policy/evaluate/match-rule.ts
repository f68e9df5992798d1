/** Whether a rule matches a connection, as Felix's dataplane matches it (felix/rules, felix/calc/rule_scanner.go). */
import { holdsRange } from '../manifest/cidr.ts'
import type { Icmp, Port, Rule, RuleEnd } from '../manifest/policy.ts'
import type { Labels, Manifests } from '../manifest/resources.ts'
import { matchSelector } from '../selector/match.ts'
import type { Selector } from '../selector/selector.ts'
import { type Connection, type ConnectionEnd, hasPorts } from './connection.ts'
import { setLabels } from './endpoint.ts'
import { negativeSelector, positiveSelector } from './member-selector.ts'
import { isBehindService } from './service-members.ts'

/** What else of the cluster rules ask for. */
export type Surroundings = Pick<
  Manifests,
  'networkSets' | 'namespaces' | 'services' | 'endpointSlices' | 'pods'
>

export function matchRule(rule: Rule, connection: Connection, surroundings: Surroundings): boolean {
  const { source, destination, protocol, icmp } = connection
  if (rule.protocol !== null && rule.protocol.number !== protocol) return false
  if (rule.notProtocol !== null && rule.notProtocol.number === protocol) return false
  if (rule.ipVersion !== null && rule.ipVersion !== source.address.family) return false
  if (rule.icmp !== null && !matchesIcmp(rule.icmp, icmp)) return false
  if (rule.notIcmp !== null && matchesIcmp(rule.notIcmp, icmp)) return false
  const { source: from, destination: to } = rule
  return (
    isOfFamily(rule, source.address.family) &&
    matchEnd(from, source, protocol, surroundings) &&
    matchEnd(to, destination, protocol, surroundings) &&
    (from.service === null || isBehindService(from.service, source, null, surroundings)) &&
    (to.service === null || isBehindService(to.service, destination, protocol, surroundings))
  )
}

function matchesIcmp(term: Icmp, icmp: Connection['icmp']): boolean {
  return icmp !== null && term.type === icmp.type && (term.code === null || term.code === icmp.code)
}

/**
 * Whether the rule is there for a family of addresses: it is left out where all of a field's ranges are of the other one
 * (felix/rules/policy.go:181-230).
 */
function isOfFamily({ source, destination }: Rule, family: 4 | 6): boolean {
  return [source.nets, source.notNets, destination.nets, destination.notNets].every(
    (nets) => nets.length === 0 || nets.some((net) => net.family === family),
  )
}

function matchEnd(term: RuleEnd, end: ConnectionEnd, protocol: number, surroundings: Surroundings): boolean {
  const { nets, notNets, ports, notPorts } = term
  if (nets.length > 0 && !nets.some((net) => holdsRange(net, end.address))) return false
  if (notNets.some((net) => holdsRange(net, end.address))) return false
  if (ports.length > 0 && !ports.some((port) => matchesPort(port, term, end, protocol))) return false
  if (notPorts.some((port) => matchesPort(port, term, end, protocol))) return false
  return matchesSelectors(term, end, surroundings)
}

function matchesPort(port: Port, term: RuleEnd, end: ConnectionEnd, protocol: number): boolean {
  if (end.port === null || !hasPorts(protocol)) return false
  if (!('name' in port)) return port.from <= end.port && end.port <= port.to
  const { endpoint } = end
  const selector = positiveSelector(term)
  if (endpoint === null || (selector !== null && !matchSelector(selector, endpoint.labels))) return false
  return endpoint.ports.some(
    (own) => own.name === port.name && own.protocol === protocol && own.port === end.port,
  )
}

/** Selectors are sets of addresses: of the endpoints and of the network sets whose labels match. */
function matchesSelectors(term: RuleEnd, end: ConnectionEnd, surroundings: Surroundings): boolean {
  const [included, excluded] = [positiveSelector(term), negativeSelector(term)]
  if (included === null && excluded === null) return true
  const members = membersAt(end, surroundings)
  const isMemberOf = (selector: Selector): boolean =>
    members.some((labels) => matchSelector(selector, labels))
  return (included === null || isMemberOf(included)) && (excluded === null || !isMemberOf(excluded))
}

/** The labels of everything that has the address of an end. */
function membersAt({ endpoint, address }: ConnectionEnd, surroundings: Surroundings): readonly Labels[] {
  const sets = surroundings.networkSets
    .filter(({ nets }) => nets.some((net) => holdsRange(net, address)))
    .map((set) => setLabels(set, surroundings))
  return endpoint === null ? sets : [endpoint.labels, ...sets]
}
