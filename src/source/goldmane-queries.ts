/** The page's queries to Goldmane, with the types of `src/flows`. Goldmane answers them from its ring of one hour. */
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

/** The page size of a hints request. Further values are completed from the store's own records. */
const MAX_HINTS = 1000n

/** Fetches the distinct values of one field, as stored. Throws GrpcError. */
export async function fetchHintValues(
  endpoint: string,
  type: HintType,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { hints } = await filterHints(endpoint, { type: HINT_TYPES[type], pageSize: MAX_HINTS }, signal)
  return hints.map((hint) => hint.value)
}

/** The summed counters of one key, with the start of its first and the end of its last bucket (Unix seconds). */
export interface Totals extends Counters {
  readonly startTime: number
  readonly endTime: number
}

const exactly = (value: string) => [{ value }]

/** Fetches the sums of one key, added up by Goldmane itself; null when it has no data. Throws GrpcError. */
export async function fetchTotals(
  endpoint: string,
  key: FlowKey,
  signal: AbortSignal,
): Promise<Totals | null> {
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
    // A key whose only bucket is still filling is listed with all counters and times 0 (bucket_ring.go:377-391).
    if (flow.startTime === 0n) return null
    return {
      startTime: Number(flow.startTime),
      endTime: Number(flow.endTime),
      ...countersFromMessage(flow),
    }
  }
  return null
}

/** The packets of the flows whose traces name a policy, by the action of its hit, in both directions. */
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

/**
 * Fetches the packet counts of a policy, including ends of tier of which it is the trigger; null when it has none.
 * Throws GrpcError.
 */
export async function fetchPolicyActivity(
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
        kind: toWire(POLICY_KINDS, policy.kind) as PolicyKindNumber, // proto3 enums are open: any number is valid
        tier: { value: policy.tier },
        namespace: { value: policy.namespace },
        name: { value: policy.name },
      },
    },
    signal,
  )
  // An empty namespace in the match means any, so policies of the same name in namespaces are filtered out here.
  const own = results.filter((result) => result.policy?.namespace === policy.namespace)
  if (own.length === 0) return null
  return {
    allowed: sum(own, ['allowedIn', 'allowedOut']),
    denied: sum(own, ['deniedIn', 'deniedOut']),
    passed: sum(own, ['passedIn', 'passedOut']),
  }
}
