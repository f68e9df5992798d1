/**
 * Keys as a cluster with tiers has them: 2 to 6 hits in a trace, 6 to 8 labels of each workload, and ends of every type.
 * A record has about 1,010 bytes as protobuf and about 2,230 as NDJSON.
 */
import type { EndpointType, LabelledKey, PolicyHit } from '../src/flows/flow.ts'
import { buildEndOfTier, buildHit } from '../src/flows/testing/build.ts'
import { APPS, chooseSkewed, NAMESPACES, POLICIES, PORTS } from './seeded.ts'

const TIERS = ['security', 'platform', 'compliance', 'tenancy']

/** The ends that are not workloads, and how they are called; two thirds of the destinations are workloads. */
const OTHER_ENDS: readonly { readonly type: EndpointType; readonly name: (number: number) => string }[] = [
  { type: 'Network', name: (number) => (number % 2 === 0 ? 'pub' : 'pvt') },
  { type: 'NetworkSet', name: (number) => `partner-ranges-${number % 30}` },
  { type: 'HostEndpoint', name: (number) => `node-${number % 200}.eu-central-1.compute.internal` },
]

interface End {
  readonly name: string
  readonly namespace: string
  readonly type: EndpointType
  readonly labels: readonly string[]
}

function labelsOf(app: string, namespace: string, random: () => number): string[] {
  const labels = [
    `app.kubernetes.io/name=${app}`,
    `app.kubernetes.io/instance=${app}-${namespace}-production`,
    `app.kubernetes.io/part-of=${namespace}-shop`,
    `projectcalico.org/namespace=${namespace}`,
    `topology.kubernetes.io/zone=eu-central-1${'abc'[Math.floor(random() * 3)]}`,
    `pod-template-hash=${Math.floor(random() * 2 ** 32).toString(36)}`,
    `version=v${Math.floor(random() * 6)}.${Math.floor(random() * 20)}`,
    `team=${chooseSkewed(NAMESPACES, random)}`,
  ]
  return labels.slice(0, 6 + Math.floor(random() * 3))
}

/** @param part tells keys apart that have the same application */
function endOf(part: number, random: () => number): End {
  const app = chooseSkewed(APPS, random)
  const namespace = chooseSkewed(NAMESPACES, random)
  const other = random() < 1 / 3 ? OTHER_ENDS[Math.floor(random() * OTHER_ENDS.length)] : undefined
  if (other !== undefined) return { name: other.name(part), namespace: '-', type: other.type, labels: [] }
  const name = `${app}-${part.toString(36)}-*`
  return { name, namespace, type: 'WorkloadEndpoint', labels: labelsOf(app, namespace, random) }
}

/** Passes through one to four tiers, and what the last one decided; one trace in five has a staged policy more. */
function traceOf(namespace: string, random: () => number, isDenied: boolean): LabelledKey['key']['policies'] {
  const passes = 1 + Math.floor(Math.sqrt(random()) * 4)
  const hits: PolicyHit[] = Array.from({ length: passes }, (_, policyIndex) => {
    const tier = TIERS[policyIndex] ?? 'default'
    return buildHit({
      tier,
      name: `${tier}-cluster-wide-baseline`,
      action: 'Pass',
      policyIndex,
      ruleIndex: 2,
    })
  })
  const last = isDenied
    ? buildEndOfTier('default-deny', { policyIndex: passes })
    : buildHit({
        kind: 'CalicoNetworkPolicy',
        namespace,
        name: `${chooseSkewed(POLICIES, random)}-from-the-gateways-and-jobs`,
        policyIndex: passes,
        ruleIndex: Math.floor(random() * 4),
      })
  const enforced = [...hits, last]
  if (random() < 0.8) return { enforced, pending: enforced }
  const staged = buildHit({
    kind: 'StagedGlobalNetworkPolicy',
    name: 'staged-deny',
    action: 'Deny',
    policyIndex: enforced.length,
  })
  return { enforced, pending: [...enforced, staged] }
}

/** A key with its labels. The number makes it unlike every other: through its source's name, or its port. */
export function fullKey(number: number, distinctNames: number, random: () => number): LabelledKey {
  const isDenied = random() < 0.04
  // A workload, so that its name can hold the number.
  const app = chooseSkewed(APPS, random)
  const namespace = chooseSkewed(NAMESPACES, random)
  const source = {
    name: `${app}-${(number % distinctNames).toString(36)}-*`,
    labels: labelsOf(app, namespace, random),
  }
  const dest = endOf(Math.floor(number / distinctNames), random)
  const port = chooseSkewed(PORTS, random)
  const service = dest.type === 'WorkloadEndpoint' ? dest.name.replace(/-[^-]*-\*$/, '') : '-'
  const hasService = service !== '-'
  return {
    key: {
      sourceName: source.name,
      sourceNamespace: namespace,
      sourceType: 'WorkloadEndpoint',
      destName: dest.name,
      destNamespace: dest.namespace,
      destType: dest.type,
      destPort: port,
      destServiceName: service,
      destServiceNamespace: hasService ? dest.namespace : '-',
      destServicePortName: hasService ? (port === 443 ? 'https' : 'http') : '-',
      destServicePort: hasService ? port : 0,
      proto: port === 53 ? 'udp' : 'tcp',
      reporter: number % 2 === 0 ? 'Src' : 'Dst',
      action: isDenied ? 'Deny' : 'Allow',
      policies: traceOf(namespace, random, isDenied),
    },
    sourceLabels: source.labels,
    destLabels: dest.labels,
  }
}
