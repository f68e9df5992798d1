/** The bounded questions to Goldmane that the page asks, in the vocabulary's terms. Goldmane answers for its own hour. */
import { countersFromMessage, keyFromMessage } from '../wire/flow-message.ts'
import { type Counters, type FlowKey, POLICY_KINDS, type PolicyHit, toWire } from '../flows/flow.ts'
import { keyIdentity } from '../flows/identity.ts'
import {
  FilterType,
  type PolicyKind as PolicyKindNumber,
  type StatisticsResult,
  StatisticsGroupBy,
  StatisticType,
} from '../gen/goldmane/api_pb.ts'
import { filterHints, listFlows, statistics } from './unary.ts'

const HINT_TYPES = {
  SourceNamespace: FilterType.FilterTypeSourceNamespace,
  DestNamespace: FilterType.FilterTypeDestNamespace,
  SourceName: FilterType.FilterTypeSourceName,
  DestName: FilterType.FilterTypeDestName,
  PolicyTier: FilterType.FilterTypePolicyTier,
  PolicyName: FilterType.FilterTypePolicyName,
  PolicyKind: FilterType.FilterTypePolicyKind,
  PolicyNamespace: FilterType.FilterTypePolicyNamespace,
} as const

export type HintType = keyof typeof HINT_TYPES

/** Values asked for at once; a cluster with more names is searched in what is held. */
const HINT_LIMIT = 1000n

/** The values of one field in Goldmane's hour, as stored. Throws GrpcError. */
export async function hintValues(
  endpoint: string,
  type: HintType,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { hints } = await filterHints(endpoint, { type: HINT_TYPES[type], pageSize: HINT_LIMIT }, signal)
  return hints.map((hint) => hint.value)
}

/** A flow's counters over Goldmane's whole hour, and when that begins and ends (Unix seconds). */
export interface Totals extends Counters {
  readonly startTime: number
  readonly endTime: number
}

const exactly = (value: string) => [{ value }]

/** The sums of one flow as Goldmane itself makes them; null when it holds none. Throws GrpcError. */
export async function totalsOf(endpoint: string, key: FlowKey, signal: AbortSignal): Promise<Totals | null> {
  const { flows } = await listFlows(
    endpoint,
    {
      filter: {
        sourceNames: exactly(key.sourceName),
        sourceNamespaces: exactly(key.sourceNamespace),
        destNames: exactly(key.destName),
        destNamespaces: exactly(key.destNamespace),
        protocols: exactly(key.proto),
        destPorts: [{ port: BigInt(key.destPort) }],
      },
    },
    signal,
  )
  const wanted = keyIdentity(key)
  for (const { flow } of flows) {
    if (flow?.Key === undefined || keyIdentity(keyFromMessage(flow.Key)) !== wanted) continue
    // A flow whose only bucket is still filling comes with zeroes for everything (bucket_ring.go:377-391).
    if (flow.startTime === 0n) return null
    return {
      startTime: Number(flow.startTime),
      endTime: Number(flow.endTime),
      ...countersFromMessage(flow),
    }
  }
  return null
}

/** Packets of a whole policy by outcome, over Goldmane's hour, both directions. */
export interface PolicyActivity {
  readonly allowed: number
  readonly denied: number
  readonly passed: number
}

function sum(
  results: readonly StatisticsResult[],
  fields: readonly ('allowedIn' | 'allowedOut' | 'deniedIn' | 'deniedOut' | 'passedIn' | 'passedOut')[],
): number {
  return results
    .flatMap((result) => fields.flatMap((field) => result[field]))
    .reduce((total, count) => total + Number(count), 0)
}

/** What a policy did in Goldmane's hour, ends of tier that name it included; null when nothing. Throws GrpcError. */
export async function activityOf(
  endpoint: string,
  policy: Pick<PolicyHit, 'kind' | 'tier' | 'namespace' | 'name'>,
  signal: AbortSignal,
): Promise<PolicyActivity | null> {
  const results = await statistics(
    endpoint,
    {
      type: StatisticType.PacketCount,
      groupBy: StatisticsGroupBy.Policy,
      policyMatch: {
        kind: toWire(POLICY_KINDS, policy.kind) as PolicyKindNumber, // proto3 enums are open: any number may travel
        tier: { value: policy.tier },
        namespace: { value: policy.namespace },
        name: { value: policy.name },
      },
    },
    signal,
  )
  // An empty namespace in the match means any, so that namesakes in namespaces must be left out here.
  const own = results.filter((result) => result.policy?.namespace === policy.namespace)
  if (own.length === 0) return null
  return {
    allowed: sum(own, ['allowedIn', 'allowedOut']),
    denied: sum(own, ['deniedIn', 'deniedOut']),
    passed: sum(own, ['passedIn', 'passedOut']),
  }
}
