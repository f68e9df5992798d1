/** What promoting each staged policy would change, summed over many flows. */
import type { Counters, FlowKey } from '../../flows/flow.ts'
import { bytesOf } from '../../flows/counters.ts'
import { decisionOf } from '../../flows/hit.ts'
import { conversationIdentity, pairIdentity } from '../../flows/identity.ts'
import { bothVerdicts, responsibilityFor } from '../ladder/responsible-policy.ts'
import { policyParts } from '../words/phrases.ts'
import { list, type Parts, say, type Statement, strong } from '../words/statement.ts'
import type { PolicyLabel } from '../words/policy-label.ts'

/** A key with the sums of its records, as a table row has them. */
export interface FlowSums extends Counters {
  readonly key: FlowKey
}

/** The flows that change in one direction. */
export interface Impact<Item> {
  /** Distinct pairs of source and destination. */
  readonly pairs: number
  /** Null where no record has the counter, as in Whisker's format. */
  readonly connections: number | null
  /** Null where no record has them, as that of a trace alone. */
  readonly bytes: number | null
  readonly flows: readonly Item[]
}

/** What changes with one staged policy. */
export interface Promotion<Item> {
  /** Null for the changes that no staged policy in the trace accounts for. */
  readonly policy: PolicyLabel | null
  /** The certainty of the least certain of its flows. */
  readonly certainty: 'recorded' | 'inferred' | 'unknown'
  /** Other staged policies that have a part in some of these changes. */
  readonly also: readonly PolicyLabel[]
  /** Allowed now, denied with the staged policies enforced. */
  readonly denies: Impact<Item>
  /** Denied now, allowed with the staged policies enforced. */
  readonly allows: Impact<Item>
}

export interface Promotions<Item> {
  /** Those with most changed pairs first; the one without a policy last. */
  readonly changes: readonly Promotion<Item>[]
  /** Flows whose verdicts cannot be compared: pending not computed, or a trace that does not give the verdict. */
  readonly incomparable: readonly Item[]
}

function policyKey({ kind, namespace, name, tier }: PolicyLabel): string {
  return JSON.stringify([kind, namespace, name, tier])
}

/**
 * The sum of a counter over flows, traffic counted once: both ends measure the same traffic, so each conversation counts
 * the larger of its two ends' sums. Null when no flow has the counter.
 */
function sumOnce<Item extends FlowSums>(
  flows: readonly Item[],
  of: (flow: Item) => number | null,
): number | null {
  const perEnd = new Map<string, Map<string, number>>()
  for (const flow of flows) {
    const value = of(flow)
    if (value === null) continue
    const { key } = flow
    const conversation = conversationIdentity(key)
    const ends = perEnd.get(conversation) ?? new Map<string, number>()
    perEnd.set(conversation, ends.set(key.reporter, (ends.get(key.reporter) ?? 0) + value))
  }
  if (perEnd.size === 0) return null
  let sum = 0
  for (const ends of perEnd.values()) sum += Math.max(...ends.values())
  return sum
}

function impactOf<Item extends FlowSums>(flows: readonly Item[]): Impact<Item> {
  return {
    pairs: new Set(flows.map(({ key }) => pairIdentity(key))).size,
    connections: flows.length === 0 ? 0 : sumOnce(flows, (flow) => flow.numConnectionsStarted),
    bytes: flows.length === 0 ? 0 : sumOnce(flows, bytesOf),
    flows,
  }
}

interface Group<Item> {
  readonly policy: PolicyLabel | null
  /** Index in {@link SURENESS}. */
  sureness: number
  readonly also: Map<string, PolicyLabel>
  readonly denied: Item[]
  readonly allowed: Item[]
}

const SURENESS = ['recorded', 'inferred', 'unknown'] as const

/** The flows whose verdict would change, grouped by the staged policy that is responsible. */
export function promotions<Item extends FlowSums>(flows: Iterable<Item>): Promotions<Item> {
  const groups = new Map<string, Group<Item>>()
  const incomparable: Item[] = []
  for (const flow of flows) {
    // Where the enforced trace does not give the record's verdict, nobody can say what a promotion changes.
    const verdicts = decisionOf(flow.key).known ? bothVerdicts(flow.key.policies) : null
    if (verdicts === null) incomparable.push(flow)
    const by = responsibilityFor(flow.key.policies)
    if (verdicts === null || by === null) continue
    const policy = by.certainty === 'unknown' ? null : by.policy
    const id = policy === null ? '' : policyKey(policy)
    const group: Group<Item> = groups.get(id) ?? {
      policy,
      sureness: 0,
      also: new Map(),
      denied: [],
      allowed: [],
    }
    groups.set(id, group)
    group.sureness = Math.max(group.sureness, SURENESS.indexOf(by.certainty))
    if (by.certainty !== 'unknown') for (const other of by.also) group.also.set(policyKey(other), other)
    if (verdicts.pending === 'Deny') group.denied.push(flow)
    else group.allowed.push(flow)
  }
  const changes = [...groups.values()].map(({ policy, sureness, also, denied, allowed }) => ({
    policy,
    certainty: SURENESS[sureness] ?? 'unknown',
    also: [...also.values()],
    denies: impactOf(denied),
    allows: impactOf(allowed),
  }))
  const size = ({ denies, allows }: Promotion<Item>) => denies.pairs + allows.pairs
  return {
    changes: changes.toSorted(
      (a, b) => Number(a.policy === null) - Number(b.policy === null) || size(b) - size(a),
    ),
    incomparable,
  }
}

function countParts(pairs: number): Parts {
  return say`${strong(String(pairs))} ${pairs === 1 ? 'pair that is' : 'pairs that are'}`
}

/** "Enforcing sgnp-x would deny 14 pairs that are allowed now and allow 2 pairs that are denied now." */
export function promotionStatement({
  policy,
  certainty,
  also,
  denies,
  allows,
}: Promotion<FlowSums>): Statement {
  const effects = [
    denies.pairs === 0 ? null : say`deny ${countParts(denies.pairs)} allowed now`,
    allows.pairs === 0 ? null : say`allow ${countParts(allows.pairs)} denied now`,
  ].filter((effect) => effect !== null)
  if (policy === null) {
    const pending = say`Enforcing the staged policies would ${list(effects)}, and no staged policy in the traces accounts for it`
    return { certainty, parts: say`${pending}.` }
  }
  const others = also.length === 0 ? '' : say`, in part together with ${list(also.map(policyParts))}`
  return { certainty, parts: say`Enforcing ${policyParts(policy)} would ${list(effects)}${others}.` }
}
