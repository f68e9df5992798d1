/** For tests: records of Felix's flow logs, and the texts of policy hits as its versions write them. */
import * as fc from 'fast-check'

import type { PolicyHit, PolicyKind } from '../../flows/flow.ts'
import { namedPolicy } from '../../flows/hit.ts'

/** A denial at the destination, aggregated, as a node's own file has it; `number` makes records differ. */
export function felixRecord(number = 1, more: Readonly<Record<string, unknown>> = {}): object {
  return {
    start_time: 1_793_613_600 + 300 * number,
    end_time: 1_793_613_900 + 300 * number,
    source_ip: null,
    source_name: '-',
    source_name_aggr: 'probe-6c5f8d9b7-*',
    source_namespace: 'default',
    nat_outgoing_ports: null,
    source_port: null,
    source_type: 'wep',
    source_labels: { labels: ['app=probe', 'team=a'] },
    dest_ip: null,
    dest_name: '-',
    dest_name_aggr: `api-${number}-*`,
    dest_namespace: 'backend',
    dest_port: 8080,
    dest_type: 'wep',
    dest_labels: { labels: ['app=api'] },
    dest_service_namespace: '-',
    dest_service_name: '-',
    dest_service_port: '-',
    dest_service_port_num: null,
    dest_domains: null,
    proto: 'tcp',
    action: 'deny',
    reporter: 'dst',
    policies: {
      all_policies: [
        '2|default|backend/default.api|deny|-1',
        '0|security|security.scan|pass|3',
        '1|default|backend/default.staged:next|allow|0',
      ],
      enforced_policies: ['1|default|backend/default.api|deny|-1', '0|security|security.scan|pass|3'],
      pending_policies: ['1|default|backend/default.staged:next|allow|0', '0|security|security.scan|pass|3'],
    },
    bytes_in: 60 * number,
    bytes_out: 0,
    num_flows: 2,
    num_flows_started: 2,
    num_flows_completed: 1,
    packets_in: number,
    packets_out: 0,
    http_requests_allowed_in: 0,
    http_requests_denied_in: 0,
    process_name: '-',
    num_process_names: 0,
    process_id: '-',
    num_process_ids: 0,
    process_args: ['-'],
    num_process_args: 0,
    original_source_ips: null,
    num_original_source_ips: 0,
    tcp_mean_smooth_rtt: 0,
    tcp_lost_packets: 0,
    ...more,
  }
}

/**
 * The versions of the texts: of 2020, without rules; of Calico Enterprise and up to Calico 3.31, with `staged:` behind the
 * tier or before it; from Calico 3.32 on.
 */
export const HIT_VERSIONS = ['without rules', 'staged behind tier', 'staged before tier', '3.32'] as const
export type HitVersion = (typeof HIT_VERSIONS)[number]

function pathOf({ namespace, name }: PolicyHit): string {
  return namespace === '' ? name : `${namespace}/${name}`
}

const SHORT_KINDS: Partial<Record<PolicyKind, string>> = {
  CalicoNetworkPolicy: 'np',
  GlobalNetworkPolicy: 'gnp',
  StagedNetworkPolicy: 'snp',
  StagedGlobalNetworkPolicy: 'sgnp',
  StagedKubernetesNetworkPolicy: 'sknp',
  NetworkPolicy: 'knp',
  AdminNetworkPolicy: 'kanp',
  BaselineAdminNetworkPolicy: 'kbanp',
  ClusterNetworkPolicy: 'kcnp',
  Profile: 'pro',
}

function oldName(policy: PolicyHit, version: HitVersion): string {
  const { kind, namespace, name, tier } = policy
  switch (kind) {
    case 'GlobalNetworkPolicy':
    case 'CalicoNetworkPolicy':
      return pathOf({ ...policy, name: `${tier}.${name}` })
    case 'StagedGlobalNetworkPolicy':
    case 'StagedNetworkPolicy': {
      const staged = version === 'staged before tier' ? `staged:${tier}.${name}` : `${tier}.staged:${name}`
      return pathOf({ ...policy, name: staged })
    }
    case 'NetworkPolicy':
      return `${namespace}/knp.default.${name}`
    case 'StagedKubernetesNetworkPolicy':
      return `${namespace}/staged:knp.default.${name}`
    case 'AdminNetworkPolicy':
      return `kanp.adminnetworkpolicy.${name}`
    case 'BaselineAdminNetworkPolicy':
      return `kbanp.baselineadminnetworkpolicy.${name}`
    case 'Profile':
      return `__PROFILE__.${name}`
    case 'ClusterNetworkPolicy':
    case 'EndOfTier':
    case 'KindUnspecified':
    default:
      throw new Error(`no Felix of that version writes ${kind}`)
  }
}

/** The text that a Felix of that version writes for a hit. */
export function printHit(hit: PolicyHit, version: HitVersion): string {
  const policy = namedPolicy(hit)
  const name = version === '3.32' ? `${SHORT_KINDS[policy.kind]}:${pathOf(policy)}` : oldName(policy, version)
  const tier = policy.kind === 'Profile' ? '__PROFILE__' : hit.tier
  const parts = [hit.policyIndex, tier, name, hit.action.toLowerCase()]
  return (version === 'without rules' ? parts : [...parts, hit.ruleIndex]).join('|')
}

const name = fc.oneof(
  fc.constantFrom('allow-dns', 'default.deny-world', 'tier-a', 'knp.default.x', 'a.b-c.d'),
  fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,10}[a-z0-9])?$/),
)
const namespace = fc.constantFrom('default', 'kube-system', 'n1')
const tier = fc.constantFrom('default', 'security', 'calico-system', 'kube-admin')

const namespaced = fc.record({
  kind: fc.constantFrom(
    'CalicoNetworkPolicy',
    'StagedNetworkPolicy',
    'NetworkPolicy',
    'StagedKubernetesNetworkPolicy',
  ),
  namespace,
  name,
  tier,
})

/** Any policy that a version can name. */
function anyPolicy(version: HitVersion) {
  const clusterKinds = fc.constantFrom(
    'GlobalNetworkPolicy',
    'StagedGlobalNetworkPolicy',
    'AdminNetworkPolicy',
    'BaselineAdminNetworkPolicy',
    ...(version === '3.32' ? (['ClusterNetworkPolicy'] as const) : []),
  )
  const policy = fc.oneof(
    namespaced,
    fc.record({ kind: clusterKinds, namespace: fc.constant(''), name, tier }),
  )
  if (version === '3.32' || version === 'staged before tier') return policy
  // Behind `staged:` a name may begin with its tier or not, and with `knp.default.` it is one of Kubernetes.
  return policy.filter(
    (each) =>
      !each.kind.startsWith('Staged') ||
      !(each.name.startsWith(`${each.tier}.`) || each.name.startsWith('knp.default.')),
  )
}

const action = fc.constantFrom('Allow', 'Deny', 'Pass')
const policyIndex = fc.nat({ max: 30 })
const rule = fc.oneof(fc.nat({ max: 60 }), fc.constant(-2))

/** Any hit that a Felix of that version can write. */
export function anyHit(version: HitVersion): fc.Arbitrary<PolicyHit> {
  const ruleIndex = version === 'without rules' ? fc.constant(-2) : rule
  const profileName = fc.constantFrom('kns.default', 'ksa.n1.builder', '__NO_MATCH__')
  const profile = fc.record({
    kind: fc.constant('Profile'),
    namespace: fc.constant(''),
    name: profileName,
    tier: fc.constant(''),
  })
  const place = fc.record({ action, policyIndex, ruleIndex, trigger: fc.constant(null) })
  const ofRule = fc
    .tuple(fc.oneof(anyPolicy(version), profile), place)
    .map(([policy, at]): PolicyHit => ({ ...policy, ...at }))
  if (version === 'without rules') return ofRule
  const endOfTier = fc
    .tuple(anyPolicy(version), action, policyIndex)
    .map(([policy, outcome, index]): PolicyHit => ({
      kind: 'EndOfTier',
      namespace: '',
      name: '',
      tier: policy.tier,
      action: outcome,
      policyIndex: index,
      ruleIndex: -1,
      trigger: { ...policy, action: 'ActionUnspecified', policyIndex: 0, ruleIndex: 0, trigger: null },
    }))
  return fc.oneof({ weight: 3, arbitrary: ofRule }, endOfTier)
}
