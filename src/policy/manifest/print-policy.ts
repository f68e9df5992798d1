/** Prints policies, tiers and network sets as manifests of Calico's v3 API. */
import { stringify } from 'yaml'
import { printSelector } from '../selector/canonical.ts'
import type { Policy, Port, Protocol, Rule, RuleEnd, RuleKind, Tier } from './policy.ts'
import type { Manifests, NetworkSet } from './resources.ts'
import { unscopeEnd, unscopePolicy } from './unscope.ts'

type Printed = Readonly<Record<string, unknown>>

/** Policies of Kubernetes become the policies of Calico that they were converted to. */
const PRINTED_KINDS: Readonly<Record<RuleKind, string>> = {
  CalicoNetworkPolicy: 'NetworkPolicy',
  NetworkPolicy: 'NetworkPolicy',
  GlobalNetworkPolicy: 'GlobalNetworkPolicy',
  ClusterNetworkPolicy: 'GlobalNetworkPolicy',
  StagedNetworkPolicy: 'StagedNetworkPolicy',
  StagedKubernetesNetworkPolicy: 'StagedNetworkPolicy',
  StagedGlobalNetworkPolicy: 'StagedGlobalNetworkPolicy',
}

/** The tiers that are not built in, the network sets and the policies, as one file. */
export function printManifests({ tiers, networkSets, policies }: Manifests): string {
  return [
    ...tiers.filter((tier) => tier.place !== null).map(printTier),
    ...networkSets.map(printNetworkSet),
    ...policies.map(printPolicy),
  ].join('---\n')
}

/**
 * A policy as a manifest that is read as the same policy. Selectors are in their canonical form, and so are those that
 * were several, where one says the same. Methods and paths of HTTP are not known, and an empty match stands for them.
 */
export function printPolicy(policy: Policy): string {
  const types = [
    ...(policy.ingress === null ? [] : ['Ingress']),
    ...(policy.egress === null ? [] : ['Egress']),
  ]
  const rulesOf = (rules: readonly Rule[] | null) =>
    rules === null || rules.length === 0
      ? undefined
      : rules.map((rule) => printedRule(rule, policy.namespace))
  return printObject(PRINTED_KINDS[policy.kind], policy, {
    stagedAction: policy.stagedAction ?? undefined,
    tier: policy.tier,
    order: policy.order ?? undefined,
    ...unscopePolicy(policy.selector, policy.namespace),
    types: types.length === 0 ? undefined : types,
    doNotTrack: policy.doNotTrack || undefined,
    preDNAT: policy.preDnat || undefined,
    applyOnForward: policy.applyOnForward || undefined,
    ingress: rulesOf(policy.ingress),
    egress: rulesOf(policy.egress),
  })
}

function printTier({ name, order, defaultAction }: Tier): string {
  return printObject('Tier', { name, namespace: '' }, { order: order ?? undefined, defaultAction })
}

function printNetworkSet({ name, namespace, labels, nets }: NetworkSet): string {
  const kind = namespace === '' ? 'GlobalNetworkSet' : 'NetworkSet'
  return printObject(kind, { name, namespace, labels }, { nets: nets.map((net) => net.text) })
}

interface Named {
  readonly name: string
  readonly namespace: string
  readonly labels?: Readonly<Record<string, string>>
}

function printObject(kind: string, { name, namespace, labels = {} }: Named, spec: Printed): string {
  const metadata = {
    name,
    namespace: namespace || undefined,
    labels: Object.keys(labels).length === 0 ? undefined : labels,
  }
  const object = { apiVersion: 'projectcalico.org/v3', kind, metadata, spec }
  // Kubernetes reads YAML 1.1, in which `yes` and `on` are no texts.
  return stringify(object, { lineWidth: 0, compat: 'yaml-1.1', aliasDuplicateObjects: false })
}

function printedRule(rule: Rule, namespace: string): Printed {
  return withoutEmpty({
    action: rule.action,
    ipVersion: rule.ipVersion,
    protocol: printedProtocol(rule.protocol),
    notProtocol: printedProtocol(rule.notProtocol),
    icmp: rule.icmp === null ? null : withoutEmpty({ ...rule.icmp }),
    notICMP: rule.notIcmp === null ? null : withoutEmpty({ ...rule.notIcmp }),
    source: printedEnd(rule.source, namespace),
    destination: printedEnd(rule.destination, namespace),
    http: rule.hasHttp ? {} : null,
  })
}

function printedProtocol(protocol: Protocol | null): string | number | null {
  if (protocol === null) return null
  return /^\d+$/.test(protocol.text) ? Number(protocol.text) : protocol.text
}

function printedEnd(end: RuleEnd, namespace: string): Printed | null {
  const printed = withoutEmpty({
    nets: end.nets.map((net) => net.text),
    notNets: end.notNets.map((net) => net.text),
    ...unscopeEnd(end.selector, end.notSelector, namespace),
    notSelector: end.notSelector === null ? null : printSelector(end.notSelector),
    services:
      end.service === null
        ? null
        : withoutEmpty({ name: end.service.name, namespace: end.service.namespace || null }),
    ports: end.ports.map(printedPort),
    notPorts: end.notPorts.map(printedPort),
  })
  return Object.keys(printed).length === 0 ? null : printed
}

function printedPort(port: Port): string | number {
  if ('name' in port) return port.name
  return port.from === port.to ? port.from : `${port.from}:${port.to}`
}

/** Without nulls and empty lists. */
function withoutEmpty(members: Printed): Printed {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => !isEmpty(value)))
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0)
}
