/** For tests: reads manifests from texts, and says what is wrong with them in lines. */
import { ensure } from '../../../lib/assert.ts'
import { printSelector } from '../../selector/canonical.ts'
import type { Cidr } from '../cidr.ts'
import type { Policy, Port, Rule, RuleEnd } from '../policy.ts'
import { readManifests } from '../read-manifests.ts'
import type { Fault, ReadManifests } from '../resources.ts'

export function readText(text: string): ReadManifests {
  return readManifests([{ name: 'a.yaml', text }])
}

/** The only policy of a text that has no faults. */
export function readPolicy(text: string): Policy {
  const { manifests, faults } = readText(text)
  if (faults.length > 0) throw new Error(faultLines(faults).join('\n'))
  return ensure(manifests.policies[0], 'a policy')
}

/** `line:column effect path: reason` of each fault. */
export function faultLines(faults: readonly Fault[]): readonly string[] {
  return faults.map(
    ({ place, effect, path, reason }) => `${place.line}:${place.column} ${effect} ${path}: ${reason}`,
  )
}

/** A rule in one line, without what it does not ask. */
export function ruleLine(rule: Rule): string {
  const { action, protocol, notProtocol, ipVersion, icmp, notIcmp, source, destination, hasHttp } = rule
  const terms = [
    action,
    protocol?.text,
    notProtocol === null ? null : `not ${notProtocol.text}`,
    ipVersion === null ? null : `v${ipVersion}`,
    icmp === null ? null : `icmp ${icmp.type}/${icmp.code ?? '*'}`,
    notIcmp === null ? null : `not icmp ${notIcmp.type}/${notIcmp.code ?? '*'}`,
    endTerm('from', source),
    endTerm('to', destination),
    hasHttp ? 'http' : null,
  ]
  return terms.filter((term) => term !== null && term !== undefined && term !== '').join(' ')
}

function endTerm(name: string, end: RuleEnd): string {
  const terms = [
    end.selector === null ? '' : printSelector(end.selector),
    end.notSelector === null ? '' : `not ${printSelector(end.notSelector)}`,
    netsTerm(end.nets),
    end.notNets.length === 0 ? '' : `not ${netsTerm(end.notNets)}`,
    end.ports.map(portTerm).join(','),
    end.notPorts.length === 0 ? '' : `not ${end.notPorts.map(portTerm).join(',')}`,
    end.service === null ? '' : `service ${end.service.namespace}/${end.service.name}`,
  ].filter((term) => term !== '')
  return terms.length === 0 ? '' : `${name} ${terms.join(' ')}`
}

function netsTerm(nets: readonly Cidr[]): string {
  return nets.map((net) => net.text).join(',')
}

function portTerm(port: Port): string {
  if ('name' in port) return port.name
  return port.from === port.to ? String(port.from) : `${port.from}:${port.to}`
}
