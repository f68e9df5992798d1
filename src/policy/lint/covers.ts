/** Whether one rule certainly matches every connection that another one matches, by comparing their terms. */
import { excludedFamilies } from '../evaluate/term-truths.ts'
import { holdsRange } from '../manifest/cidr.ts'
import type { Icmp, Port, Protocol, Rule, RuleEnd } from '../manifest/policy.ts'
import { printSelector } from '../selector/canonical.ts'
import { exampleLabels } from '../selector/example-labels.ts'
import type { Selector } from '../selector/selector.ts'
import { namespaceOf, withOneNameLabel } from '../selector/selector-labels.ts'

/** True only where it is certain: rules with terms that cannot be compared cover nothing but their equals. */
export function coversRule(a: Rule, b: Rule): boolean {
  return (
    // Where Dikastes applies it, a rule for HTTP matches fewer requests than its other terms tell.
    !a.hasHttp &&
    coversProtocol(a, b) &&
    (a.ipVersion === null || a.ipVersion === b.ipVersion) &&
    excludedFamilies(a).every((family) => excludedFamilies(b).includes(family)) &&
    (a.icmp === null || (b.icmp !== null && coversIcmp(a.icmp, b.icmp))) &&
    (a.notIcmp === null || (b.notIcmp !== null && coversIcmp(b.notIcmp, a.notIcmp))) &&
    coversEnd(a.source, b.source) &&
    coversEnd(a.destination, b.destination)
  )
}

function coversProtocol(a: Rule, b: Rule): boolean {
  if (a.protocol !== null && !isSame(a.protocol, b.protocol)) return false
  if (a.notProtocol === null || isSame(a.notProtocol, b.notProtocol)) return true
  return b.protocol !== null && !isSame(a.notProtocol, b.protocol)
}

/** Names that Calico does not know match nothing, and are compared by their text. */
function isSame(a: Protocol, b: Protocol | null): boolean {
  return b !== null && a.number === b.number && (a.number !== null || a.text === b.text)
}

function coversIcmp(a: Icmp, b: Icmp): boolean {
  return a.type === b.type && (a.code === null || a.code === b.code)
}

function coversEnd(a: RuleEnd, b: RuleEnd): boolean {
  return (
    (a.nets.length === 0 ||
      (b.nets.length > 0 && b.nets.every((net) => a.nets.some((own) => holdsRange(own, net))))) &&
    a.notNets.every((net) => b.notNets.some((other) => holdsRange(other, net))) &&
    (a.ports.length === 0 ||
      (b.ports.length > 0 && b.ports.every((port) => a.ports.some((own) => holdsPort(own, port))))) &&
    a.notPorts.every((port) => b.notPorts.some((other) => holdsPort(other, port))) &&
    (a.selector === null || (b.selector !== null && impliesSelector(b.selector, a.selector))) &&
    (a.notSelector === null || (b.notSelector !== null && impliesSelector(a.notSelector, b.notSelector))) &&
    (a.service === null ||
      (a.service.name === b.service?.name && a.service.namespace === b.service.namespace))
  )
}

function holdsPort(a: Port, b: Port): boolean {
  if ('name' in a || 'name' in b) return 'name' in a && 'name' in b && a.name === b.name
  return a.from <= b.from && b.to <= a.to
}

/** Whether all labels that match the one certainly match the other. */
export function impliesSelector(a: Selector, b: Selector): boolean {
  if (printSelector(a) === printSelector(b)) return true
  return !mayMeet(a, { is: 'not', operand: b })
}

/** Whether the same labels may match all of them: false only where that is certain. */
export function mayMeet(...selectors: readonly Selector[]): boolean {
  // Most pairs are of two namespaces, which this tells without looking for an example.
  if (new Set(selectors.flatMap((each) => namespaceOf(each) ?? [])).size > 1) return false
  return exampleLabels(...selectors.map(withOneNameLabel)).is !== 'none'
}
