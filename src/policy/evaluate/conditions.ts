/** The conditions of a rule, each with its text and whether a recorded flow meets it, as far as that can be known. */
import type { Icmp, Port, Rule, RuleEnd } from '../manifest/policy.ts'
import { printSelector } from '../selector/canonical.ts'
import type { KnownFlow } from './known-flow.ts'
import { positiveSelector } from './member-selector.ts'
import { type End, type MissingFact, not, type Truth } from './missing-fact.ts'
import {
  excludedFamilies,
  isFamily,
  isIcmp,
  isInNets,
  isMember,
  isOneOfPorts,
  isProtocol,
  isService,
  knowsPorts,
} from './term-truths.ts'

export interface Condition {
  /** In the words of the rule, as `destination ports 80`. Equal texts are the same condition. */
  readonly text: string
  readonly holds: Truth
  /** What is missing where that is undefined. */
  readonly missing: readonly MissingFact[]
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
    ...excludedFamilies(rule).map((family) => familyCondition(family, flow)),
    ...endConditions('source', rule.source, flow),
    ...endConditions('destination', rule.destination, flow),
  ]
}

/** A condition whose missing facts count only while it is undecided. */
function partly(text: string, holds: Truth, ...missing: readonly MissingFact[]): Condition {
  return { text, holds, missing: holds === undefined ? missing : [] }
}

function icmpText({ type, code }: Icmp): string {
  return code === null ? `type ${type}` : `type ${type} code ${code}`
}

function icmpCondition(term: Icmp, flow: KnownFlow, isNegated: boolean): Condition {
  const text = `${isNegated ? 'not ' : ''}ICMP ${icmpText(term)}`
  const holds = isIcmp(term, flow)
  return partly(text, isNegated ? not(holds) : holds, {
    is: flow.protocol === null ? 'protocol' : 'ICMP type',
  })
}

function familyCondition(version: 4 | 6, flow: KnownFlow): Condition {
  return partly(`IPv${version}`, isFamily(version, flow), { is: 'IP family' })
}

function endConditions(end: End, term: RuleEnd, flow: KnownFlow): readonly Condition[] {
  const conditions: Condition[] = []
  const known = flow[end]
  const { nets, notNets, ports, notPorts, selector, notSelector, service } = term
  if (nets.length > 0) {
    const text = `${end} nets ${nets.map((net) => net.text).join(', ')}`
    conditions.push(partly(text, isInNets(nets, known), { is: 'address', end }))
  }
  if (notNets.length > 0) {
    const text = `${end} not in nets ${notNets.map((net) => net.text).join(', ')}`
    conditions.push(partly(text, not(isInNets(notNets, known)), { is: 'address', end }))
  }
  if (ports.length > 0) conditions.push(portCondition(end, ports, term, flow, false))
  if (notPorts.length > 0) conditions.push(portCondition(end, notPorts, term, flow, true))
  if (selector !== null || notSelector !== null) conditions.push(selectorCondition(end, term, flow))
  if (service !== null) {
    const text = `${end} service ${service.namespace}/${service.name}`
    const isUnasked = end === 'destination' && flow.protocol === null
    conditions.push(
      partly(text, isService(end, service, flow), isUnasked ? { is: 'protocol' } : { is: 'service', end }),
    )
  }
  return conditions
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
  // A name stands for the ports of what the rule selects: of another selector it is another condition.
  const isNamed = ports.some((port) => 'name' in port)
  const members = positiveSelector(term)
  const of = isNamed && members !== null ? ` of ${printSelector(members)}` : ''
  const text = `${end} ${isNegated ? 'not ' : ''}ports ${ports.map(portText).join(', ')}${of}`
  const isKnown = knowsPorts(flow)
  if (isKnown === undefined) return partly(text, undefined, { is: 'protocol' })
  if (!isKnown) return partly(text, isNegated)
  const missing: MissingFact[] = []
  const holds = isOneOfPorts(end, ports, term, flow, missing)
  return partly(text, isNegated ? not(holds) : holds, ...missing)
}

function selectorCondition(end: End, term: RuleEnd, flow: KnownFlow): Condition {
  const { selector, notSelector } = term
  const text = [
    ...(selector === null ? [] : [`selector ${printSelector(selector)}`]),
    ...(notSelector === null ? [] : [`not selector ${printSelector(notSelector)}`]),
  ].join(' and ')
  const asked = new Set<string>()
  const { holds, mayOther } = isMember(term, flow[end], asked)
  return partly(
    `${end} ${text}`,
    holds,
    ...[...asked].map((label): MissingFact => ({ is: 'label', end, label })),
    ...(mayOther === undefined ? [{ is: 'network sets', end } as const] : []),
    ...(flow[end].candidates.length > 1 ? [{ is: 'which pod', end } as const] : []),
  )
}
