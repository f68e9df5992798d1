/**
 * Lint rules that evaluate connections between supposed pods: for each selector one whose labels match it, with nothing
 * else known of it.
 */
import { ensure } from '../../lib/assert.ts'
import { type Connection, type ConnectionEnd, type Direction, TCP, UDP } from '../evaluate/connection.ts'
import type { Endpoint } from '../evaluate/endpoint.ts'
import type { ConnectionEvaluator } from '../evaluate/connection-evaluator.ts'
import { isStaged } from '../evaluate/tier-order.ts'
import { type Cidr, parseCidr } from '../manifest/cidr.ts'
import type { Policy, Rule } from '../manifest/policy.ts'
import type { Labels } from '../manifest/resources.ts'
import { exampleLabels } from '../selector/example-labels.ts'
import type { Selector } from '../selector/selector.ts'
import { type Finding, objectName } from './finding.ts'
import { decidingRules, type LintContext } from './lint-context.ts'

const DNS_PORT = 53
const DNS: Endpoint = supposedPod({
  'k8s-app': 'kube-dns',
  'app.kubernetes.io/name': 'coredns',
  'projectcalico.org/namespace': 'kube-system',
  'projectcalico.org/serviceaccount': 'coredns',
  'pcsa.projectcalico.org/name': 'coredns',
})
/** Addresses of documentation (RFC 5737), which no policy names. */
const [SOURCE_ADDRESS, DESTINATION_ADDRESS] = ['192.0.2.1', '198.51.100.1'].map((text) =>
  ensure(parseCidr(text), text),
)
const POD: Selector = { is: 'compare', label: 'projectcalico.org/orchestrator', operator: '==', value: 'k8s' }
/** Policies of the other end that are looked at, for each rule. */
const MAX_PEERS = 100
/** Whose pods are not asked whether they may look names up: DNS itself, and what Calico lets through. */
const SYSTEM_NAMESPACES = new Set(['kube-system', 'calico-system', 'calico-apiserver', 'tigera-operator'])

/** A pod with the labels of an example, in a namespace of its own where none is asked for. */
function supposedPod(labels: Labels): Endpoint {
  const namespace =
    labels['projectcalico.org/namespace'] ??
    labels['pcns.projectcalico.org/name'] ??
    labels['pcns.kubernetes.io/metadata.name'] ??
    'example'
  return {
    namespace,
    name: 'example',
    labels: {
      'projectcalico.org/orchestrator': 'k8s',
      'projectcalico.org/namespace': namespace,
      'pcns.projectcalico.org/name': namespace,
      'pcns.kubernetes.io/metadata.name': namespace,
      ...labels,
    },
    profiles: [`kns.${namespace}`],
    addresses: [],
    ports: [],
  }
}

/** A pod that a selector selects, with what its names imply; null where none was found. */
function podFor(selector: Selector): Endpoint | null {
  const example = exampleLabels(selector, POD)
  return example.is === 'example' ? supposedPod(example.labels) : null
}

function supposedEnd(endpoint: Endpoint, address: Cidr | undefined, port: number): ConnectionEnd {
  return { endpoint, address: ensure(address, 'an address'), port }
}

function connection(source: Endpoint, destination: Endpoint, protocol: number, port: number): Connection {
  return {
    source: supposedEnd(source, SOURCE_ADDRESS, 40_000),
    destination: supposedEnd(destination, DESTINATION_ADDRESS, port),
    protocol,
    icmp: null,
  }
}

/** Pods whose egress some policy governs, and that may not ask DNS by UDP. */
export function findDnsDenied({ tiers }: LintContext, evaluator: ConnectionEvaluator): readonly Finding[] {
  const found = new Map<string, Finding>()
  for (const policy of tiers.flatMap(({ policies }) => policies)) {
    if (policy.egress === null || isStaged(policy)) continue
    const pod = podFor(policy.selector)
    if (pod === null || SYSTEM_NAMESPACES.has(pod.namespace) || isDns(pod)) continue
    const asked = connection(pod, DNS, UDP, DNS_PORT)
    const { verdict, hits } = evaluator.evaluate(pod, asked, 'egress', 'enforced')
    const last = hits.at(-1)
    // A rule that denies is meant; an end of tier is often forgotten.
    if (verdict === 'Allow' || last?.kind !== 'EndOfTier') continue
    found.set(objectName(policy), {
      rule: 'dns-denied',
      level: 'warning',
      place: policy.place,
      object: objectName(policy),
      why: `A pod that it selects (${podWords(pod)}) may not ask kube-dns by UDP port 53: the lookup is denied at the end of tier ${last.tier}. Without names most connections fail before any other rule counts.`,
      advice: `Allow UDP and TCP port 53 to kube-dns in tier ${last.tier} or an earlier one, or let the tier pass.`,
    })
  }
  return [...found.values()]
}

function isDns({ labels }: Endpoint): boolean {
  return ['k8s-app', 'app.kubernetes.io/name'].some(
    (label) => Object.hasOwn(labels, label) && labels[label] === DNS.labels[label],
  )
}

/** Connections that a rule allows at one end and that the policies of the other end deny. */
export function findOneDirection({ tiers }: LintContext, evaluator: ConnectionEvaluator): readonly Finding[] {
  const policies = tiers.flatMap((tier) => tier.policies).filter((policy) => !isStaged(policy))
  return policies.flatMap((policy) =>
    (['egress', 'ingress'] as const).flatMap((direction) =>
      decidingRules(policy, direction).flatMap(
        (rule) => oneDirection({ policy, rule, direction, policies, evaluator }) ?? [],
      ),
    ),
  )
}

interface AllowingRule {
  readonly policy: Policy
  readonly rule: Rule
  readonly direction: Direction
  readonly policies: readonly Policy[]
  readonly evaluator: ConnectionEvaluator
}

function oneDirection({ policy, rule, direction, policies, evaluator }: AllowingRule): Finding | null {
  const isEgress = direction === 'egress'
  const peerSelector = isEgress ? rule.destination.selector : rule.source.selector
  const own = podFor(policy.selector)
  const port = portOf(rule)
  if (rule.action !== 'Allow' || peerSelector === null || own === null || port === null) return null
  const other = isEgress ? 'ingress' : 'egress'
  let denied: { readonly peer: Endpoint; readonly tier: string } | null = null
  for (const peer of peersFor(peerSelector, other, policies)) {
    const asked = connection(
      ...(isEgress ? ([own, peer] as const) : ([peer, own] as const)),
      protocolOf(rule),
      port,
    )
    if (evaluator.evaluate(own, asked, direction, 'enforced').verdict === 'Deny') continue
    const { verdict, hits } = evaluator.evaluate(peer, asked, other, 'enforced')
    if (verdict === 'Allow') return null
    const last = hits.at(-1)
    if (last?.kind === 'EndOfTier') denied ??= { peer, tier: last.tier }
  }
  if (denied === null) return null
  return {
    rule: 'one-direction',
    level: 'warning',
    place: rule.place,
    object: objectName(policy),
    why: `This rule allows the connection where it ${isEgress ? 'leaves' : 'arrives'}, and at its other end (a pod ${podWords(denied.peer)}) the ${other} is denied at the end of tier ${denied.tier}.`,
    advice: `Allow it for ${other} there as well: each end has its own policies.`,
  }
}

/** Pods at the other end: any that the rule names, and, of these, those that a policy which allows something selects. */
function peersFor(
  selector: Selector,
  direction: Direction,
  policies: readonly Policy[],
): readonly Endpoint[] {
  const allowing = policies.filter((policy) =>
    decidingRules(policy, direction).some(({ action }) => action !== 'Deny'),
  )
  const selectors = [
    selector,
    ...allowing.slice(0, MAX_PEERS).map((policy) => both(selector, policy.selector)),
  ]
  return selectors.flatMap((each) => podFor(each) ?? [])
}

function both(a: Selector, b: Selector): Selector {
  return { is: 'and', operands: [a, b] }
}

function protocolOf({ protocol }: Rule): number {
  return protocol?.number ?? TCP
}

/** A port that the rule allows; null where it is named, or the protocol has none. */
function portOf({ destination: { ports } }: Rule): number | null {
  const [first] = ports
  if (first === undefined) return 80
  return 'name' in first ? null : first.from
}

function podWords({ namespace, labels }: Endpoint): string {
  const own = Object.entries(labels)
    .filter(([label]) => !/^(pcns|pcsa)\.|^projectcalico\.org\//.test(label))
    .map(([label, value]) => `${label}=${value}`)
  return own.length === 0 ? `in namespace ${namespace}` : `${own.join(', ')} in namespace ${namespace}`
}
