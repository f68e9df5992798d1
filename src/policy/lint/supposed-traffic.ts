/** Lint rules that evaluate connections between supposed pods. */
import type { FlowKey, PolicyHit } from '../../flows/flow.ts'
import type { KnownFlow } from '../evaluate/known-flow.ts'
import { type Direction, hasPorts, TCP, UDP } from '../evaluate/connection.ts'
import type { FlowEvaluator } from '../evaluate/evaluate-flow.ts'
import { type KnownEnd, supposedWorkload } from '../evaluate/known-end.ts'
import { isStaged } from '../evaluate/tier-order.ts'
import type { Policy, Rule } from '../manifest/policy.ts'
import type { Labels } from '../manifest/resources.ts'
import type { Selector } from '../selector/selector.ts'
import { type Finding, objectName } from './finding.ts'
import { decidingRules, type LintContext } from './lint-context.ts'
import { namespaceOf } from '../selector/selector-labels.ts'
import { podWords, type SupposedPod, SupposedPods } from './supposed-pod.ts'

const DNS_PORT = 53
const DNS_NAMESPACE = 'kube-system'
const DNS_LABELS: Labels = {
  'k8s-app': 'kube-dns',
  'app.kubernetes.io/name': 'coredns',
  'projectcalico.org/orchestrator': 'k8s',
  'projectcalico.org/namespace': DNS_NAMESPACE,
  'pcns.projectcalico.org/name': DNS_NAMESPACE,
  'pcns.kubernetes.io/metadata.name': DNS_NAMESPACE,
  'projectcalico.org/serviceaccount': 'coredns',
  'pcsa.projectcalico.org/name': 'coredns',
}
/** Whose pods are not asked whether they may look names up: DNS itself, and what Calico lets through. */
const SYSTEM_NAMESPACES = new Set(['kube-system', 'calico-system', 'calico-apiserver', 'tigera-operator'])
/** Policies of the other end that are looked at, for each rule. */
const MAX_PEERS = 100

const BLANK_KEY: FlowKey = {
  sourceName: 'example',
  sourceNamespace: '-',
  sourceType: 'WorkloadEndpoint',
  destName: 'example',
  destNamespace: '-',
  destType: 'WorkloadEndpoint',
  destPort: 0,
  destServiceName: '-',
  destServiceNamespace: '-',
  destServicePortName: '-',
  destServicePort: 0,
  proto: '-',
  reporter: 'ReporterUnspecified',
  action: 'ActionUnspecified',
  policies: { enforced: [], pending: [] },
}

/** Supposed pods may be behind any service. */
const NOT_LOADED = { services: [], endpointSlices: [], pods: [] }

function supposedFlow(
  source: KnownEnd,
  destination: KnownEnd,
  protocol: number,
  destPort: number,
): KnownFlow {
  const unknown = { sourcePort: null, icmp: null, loaded: NOT_LOADED }
  return { key: { ...BLANK_KEY, destPort }, protocol, source, destination, ...unknown }
}

function isEnd({ kind }: PolicyHit): boolean {
  return kind === 'EndOfTier'
}

/** A rule that denies is meant; the end of a tier is often forgotten. Null where anything else may decide. */
function tiersThatDeny(
  evaluator: FlowEvaluator,
  flow: KnownFlow,
  direction: Direction,
): readonly string[] | null {
  const { verdict, deciding } = evaluator.evaluate(flow, direction, 'enforced')
  return verdict === 'Deny' && deciding.every(isEnd) ? deciding.map(({ tier }) => tier) : null
}

/** Policies whose pods may not ask DNS by UDP, because the tier of the policy ends before anything allows it. */
export function findDnsDenied(
  { tiers, manifests }: LintContext,
  evaluator: FlowEvaluator,
): readonly Finding[] {
  const pods = new SupposedPods(manifests)
  const dns = supposedWorkload(DNS_NAMESPACE, dnsLabel, manifests)
  return tiers.flatMap(({ policies }) =>
    policies.flatMap((policy) => {
      if (policy.egress === null || isStaged(policy)) return []
      const pod = pods.podFor(policy.selector, 'none but these')
      if (pod === null || SYSTEM_NAMESPACES.has(pod.end.recorded.namespace) || isDns(pod)) return []
      const denying = tiersThatDeny(evaluator, supposedFlow(pod.end, dns, UDP, DNS_PORT), 'egress')
      return denying?.includes(policy.tier) === true ? [dnsDenied(policy, pod)] : []
    }),
  )
}

/** Namespaces and pods of DNS may have labels that are not known here. */
function dnsLabel(label: string): string | undefined {
  return Object.hasOwn(DNS_LABELS, label) ? DNS_LABELS[label] : undefined
}

function dnsDenied(policy: Policy, pod: SupposedPod): Finding {
  return {
    rule: 'dns-denied',
    level: 'warning',
    place: policy.place,
    object: objectName(policy),
    why: `A pod that it selects (${podWords(pod)}) may not ask kube-dns by UDP port 53: the lookup is denied at the end of tier ${policy.tier}. Without names most connections fail before any other rule counts.`,
    advice: `Allow UDP and TCP port 53 to kube-dns in tier ${policy.tier} or an earlier one, or let the tier pass.`,
  }
}

function isDns({ labels }: SupposedPod): boolean {
  return ['k8s-app', 'app.kubernetes.io/name'].some(
    (label) => Object.hasOwn(labels, label) && labels[label] === DNS_LABELS[label],
  )
}

/** Connections that a rule allows at one end and that the policies of the other end deny. */
export function findOneDirection(
  { tiers, manifests }: LintContext,
  evaluator: FlowEvaluator,
): readonly Finding[] {
  const policies = tiers.flatMap((tier) => tier.policies).filter((policy) => !isStaged(policy))
  const allowing = {
    egress: policies.filter((policy) => allowsSomething(policy, 'egress')).map(({ selector }) => selector),
    ingress: policies.filter((policy) => allowsSomething(policy, 'ingress')).map(({ selector }) => selector),
  }
  const pods = new SupposedPods(manifests)
  return policies.flatMap((policy) => {
    const own = pods.podFor(policy.selector, 'any others')
    if (own === null) return []
    return (['egress', 'ingress'] as const).flatMap((direction) =>
      decidingRules(policy, direction).flatMap(
        (rule) => oneDirection({ policy, own, rule, direction, allowing, pods, evaluator }) ?? [],
      ),
    )
  })
}

function allowsSomething(policy: Policy, direction: Direction): boolean {
  return decidingRules(policy, direction).some(({ action }) => action !== 'Deny')
}

interface AllowingRule {
  readonly policy: Policy
  readonly own: SupposedPod
  readonly rule: Rule
  readonly direction: Direction
  /** The selectors of the policies that allow something, or let it pass. */
  readonly allowing: Readonly<Record<Direction, readonly Selector[]>>
  readonly pods: SupposedPods
  readonly evaluator: FlowEvaluator
}

function oneDirection(asked: AllowingRule): Finding | null {
  const { policy, own, rule, direction, evaluator } = asked
  const isEgress = direction === 'egress'
  const peerSelector = isEgress ? rule.destination.selector : rule.source.selector
  const protocol = rule.protocol === null ? TCP : rule.protocol.number
  const port = portOf(rule)
  if (rule.action !== 'Allow' || peerSelector === null || port === null) return null
  if (protocol === null || !hasPorts(protocol)) return null
  const other = isEgress ? 'ingress' : 'egress'
  let denied: { readonly peer: SupposedPod; readonly tier: string } | null = null
  for (const peer of peersFor(peerSelector, other, asked)) {
    if (peer === null) return null
    const [source, destination] = isEgress ? [own.end, peer.end] : [peer.end, own.end]
    const flow = supposedFlow(source, destination, protocol, port)
    if (evaluator.evaluate(flow, direction, 'enforced').verdict === 'Deny') continue
    if (evaluator.evaluate(flow, other, 'enforced').verdict !== 'Deny') return null
    const [tier] = tiersThatDeny(evaluator, flow, other) ?? []
    if (tier !== undefined) denied ??= { peer, tier }
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

/**
 * Pods at the other end: any that the rule names, and, of these, those that a policy which allows something selects. Null
 * in place of more of them than are looked at.
 */
function* peersFor(
  selector: Selector,
  direction: Direction,
  { allowing, pods }: AllowingRule,
): Generator<SupposedPod | null> {
  const any = pods.podFor(selector, 'none but these')
  if (any !== null) yield any
  const namespace = namespaceOf(selector)
  let looked = 0
  for (const other of allowing[direction]) {
    const own = namespaceOf(other)
    if (namespace !== null && own !== null && own !== namespace) continue
    if (looked++ === MAX_PEERS) yield null
    const pod = pods.podFor({ is: 'and', operands: [selector, other] }, 'none but these')
    if (pod !== null) yield pod
  }
}

/** A port that the rule allows; null where it is named. */
function portOf({ destination: { ports } }: Rule): number | null {
  const [first] = ports
  if (first === undefined) return 80
  return 'name' in first ? null : first.from
}
