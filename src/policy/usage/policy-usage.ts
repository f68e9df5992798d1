/**
 * Which policies and rules were hit in recorded traces, and which were not. A rule that is not among the hits was not hit in what was
 * recorded, and no more is known of it.
 */
import { bothTimes, type RecordedHit, type RecordedTimes } from '../../flows/recorded-hit.ts'
import { runAtOnce } from '../../lib/time-slices.ts'
import type { Direction } from '../evaluate/connection.ts'
import { linkHit } from '../evaluate/link-hit.ts'
import type { Place } from '../manifest/place.ts'
import type { Policy, Rule } from '../manifest/policy.ts'
import type { Manifests } from '../manifest/resources.ts'

/** Why no hit tells whether a rule is used. */
export type Traceless = 'log' | 'untracked' | 'deletion' | 'no pending'

/** A rule as it is written, which for Kubernetes' policies may be several of those that hits count. */
export interface RuleUsage {
  readonly direction: Direction
  /** Counted from 1, as hits count them: the first and the last one. */
  readonly numbers: readonly [first: number, last: number]
  readonly action: Rule['action']
  readonly place: Place
  /** Null where it was not hit. */
  readonly times: RecordedTimes | null
  /** Null for a rule whose hits are in traces. */
  readonly traceless: Traceless | null
}

export interface PolicyUsage {
  readonly policy: Pick<Policy, 'kind' | 'namespace' | 'name' | 'tier' | 'place'>
  /** Staged policies are hit in pending traces alone. */
  readonly isStaged: boolean
  /** Since when it is in force as it is; null where that is not known. Rules that were hit before may have been others: see `stale`. */
  readonly since: number | null
  readonly rules: readonly RuleUsage[]
  /** When it was named because no rule of its tier matched; null where it was not. */
  readonly endOfTier: RecordedTimes | null
  /** Hits under its name from before it was as it is, or that fit none of its rules as they are now; null without any. */
  readonly stale: RecordedTimes | null
}

export interface Usage {
  /** In the order of the files. */
  readonly policies: readonly PolicyUsage[]
  /** Hits of policies that are not among those that were loaded. */
  readonly unknown: readonly RecordedHit[]
}

interface Counted {
  readonly rules: Map<Rule, RecordedTimes>
  endOfTier: RecordedTimes | null
  stale: RecordedTimes | null
}

/** Hits that are counted in one step. */
const HITS_PER_STEP = 256

/** `sinceOf`: since when a policy is in force as it is, where that is known. */
export function usageOf(
  hits: readonly RecordedHit[],
  manifests: Manifests,
  sinceOf: (policy: Policy) => number | null = () => null,
): Usage {
  return runAtOnce(usageInSteps(hits, manifests, sinceOf))
}

/** As {@link usageOf}, in steps of some hits or a policy, for who shares a thread. */
export function* usageInSteps(
  hits: readonly RecordedHit[],
  manifests: Manifests,
  sinceOf: (policy: Policy) => number | null,
): Generator<null, Usage> {
  const counted = new Map<Policy, Counted>()
  const unknown: RecordedHit[] = []
  // A trace that was not computed is empty, so that without any pending hit nothing is known of staged policies.
  const hasPending = hits.some(({ stage }) => stage === 'pending')
  for (const [i, recorded] of hits.entries()) {
    if (i % HITS_PER_STEP === HITS_PER_STEP - 1) yield null
    const direction = directionOf(recorded)
    if (direction === null) continue
    const linked = linkHit(recorded.hit, direction, manifests)
    if (linked.is === 'no policy') continue
    const { policy } = linked
    if (policy === null) {
      if (recorded.stage === 'enforced' || recorded.hit.kind.startsWith('Staged')) unknown.push(recorded)
      continue
    }
    // An enforced policy has its hits in both traces: what the dataplane did is in one of them.
    if ((recorded.stage === 'pending') !== isStaged(policy)) continue
    const of = counted.get(policy) ?? { rules: new Map(), endOfTier: null, stale: null }
    counted.set(policy, of)
    const since = sinceOf(policy)
    if (linked.is === 'stale' || (since !== null && recorded.last <= since))
      of.stale = bothTimes(of.stale, recorded)
    else if (linked.rule === null) of.endOfTier = bothTimes(of.endOfTier, recorded)
    else of.rules.set(linked.rule, bothTimes(of.rules.get(linked.rule) ?? null, recorded))
  }
  const policies: PolicyUsage[] = []
  for (const policy of manifests.policies) {
    yield null
    policies.push(policyUsage(policy, sinceOf(policy), counted.get(policy), hasPending))
  }
  return { policies, unknown }
}

function policyUsage(
  policy: Policy,
  since: number | null,
  of: Counted | undefined,
  hasPending: boolean,
): PolicyUsage {
  const { kind, namespace, name, tier, place } = policy
  return {
    policy: { kind, namespace, name, tier, place },
    isStaged: isStaged(policy),
    since,
    rules: (['ingress', 'egress'] as const).flatMap((direction) =>
      ruleUsages(policy, direction, of, hasPending),
    ),
    endOfTier: of?.endOfTier ?? null,
    stale: of?.stale ?? null,
  }
}

/**
 * Whether nothing of a policy was hit, and hits would tell. A policy without rules is never said to be: of those that select an endpoint
 * one alone is named when their tier ends.
 */
export function isUnused({ rules, endOfTier, stale }: PolicyUsage): boolean {
  return (
    endOfTier === null && stale === null && rules.every(({ times }) => times === null) && rules.some(isNotHit)
  )
}

/** Whether a rule was not hit, and a hit would tell. */
export function isNotHit({ times, traceless }: RuleUsage): boolean {
  return times === null && traceless === null
}

function isStaged({ stagedAction }: Policy): boolean {
  return stagedAction !== null
}

function directionOf({ reporter }: RecordedHit): Direction | null {
  if (reporter === 'Src') return 'egress'
  return reporter === 'Dst' ? 'ingress' : null
}

function ruleUsages(
  policy: Policy,
  direction: Direction,
  of: Counted | undefined,
  hasPending: boolean,
): readonly RuleUsage[] {
  const usages: RuleUsage[] = []
  for (const [i, rule] of (policy[direction] ?? []).entries()) {
    const times = of?.rules.get(rule) ?? null
    const before = usages.at(-1)
    if (before !== undefined && isSamePlace(before.place, rule.place) && before.action === rule.action) {
      const numbers = [before.numbers[0], i + 1] as const
      usages[usages.length - 1] =
        times === null
          ? { ...before, numbers }
          : { ...before, numbers, times: bothTimes(before.times, times), traceless: null }
      continue
    }
    const { action, place } = rule
    const traceless = times === null ? tracelessOf(policy, rule, hasPending) : null
    usages.push({ direction, numbers: [i + 1, i + 1], action, place, times, traceless })
  }
  return usages
}

function tracelessOf(policy: Policy, { action }: Rule, hasPending: boolean): Traceless | null {
  if (action === 'Log') return 'log'
  if (policy.doNotTrack || policy.preDnat) return 'untracked'
  if (policy.stagedAction === 'Delete') return 'deletion'
  return isStaged(policy) && !hasPending ? 'no pending' : null
}

function isSamePlace(a: Place, b: Place): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column
}
