/**
 * Two traces side by side: tiers in order of evaluation, and one rung for each hit of either side. Everything is
 * recorded except the texts in `inferred`. A tier without a hit has no rung, because the record does not say whether it
 * had no policy for the endpoint or was not reached.
 */
import type { Action, FlowKey, PolicyHit, PolicyTrace, Reporter } from '../../flows/flow.ts'
import { decidingHit, decisionOf, hasRuleNumber, inOrder, isFinal } from '../../flows/hit.ts'
import { visibleText } from '../../lib/visible-text.ts'
import { align, type Difference, differencesOf, tierKeyOf } from './align.ts'
import {
  actionWords,
  type Direction,
  directionOf,
  endOfTierLine,
  isConvertedKind,
  isStagedKind,
  type HitPlace,
  placeOf,
  ruleWords,
  wouldWords,
} from '../words/calico-terms.ts'
import { type PolicyLabel, policyOf, triggerOf } from '../words/policy-label.ts'
import { notKnownWords } from '../words/verdict-words.ts'

/** The outcome of comparing the pending trace with the enforced one. `different` may still have the same verdict. */
export type PendingState =
  | 'not computed'
  | 'equal'
  | 'same outcome, other trigger'
  | 'different'
  /** There is a pending trace, and nothing to compare it with. */
  | 'no enforced trace'

type Side = 'enforced' | 'pending'

/** What a ladder is drawn from. */
type TracedKey = Pick<FlowKey, 'action' | 'reporter' | 'policies'>

interface SideFacts {
  readonly side: Side
  /** In words why no hit of this side decided; null when the last one did. */
  readonly undecided: string | null
}

/** One hit with the words for it. */
export interface LadderHit {
  readonly hit: PolicyHit
  /**
   * Whether it is what decided: the last hit of its list, unless that decides nothing or contradicts the record's own
   * verdict. Then the list has no deciding hit, and `oddity` of the last one says why.
   */
  readonly deciding: boolean
  readonly place: HitPlace
  /** The policy or profile whose rule matched; null for an end of tier. */
  readonly policy: PolicyLabel | null
  /** The policy that the record names for an end of tier. Null when it names none, and for other hits. */
  readonly trigger: PolicyLabel | null
  /** `rule 2` counted from 1, or `end of tier default: no rule allowed it`. */
  readonly rule: string
  /** What it means that a profile was reached, which follows from the hits before it. Null for other hits. */
  readonly inferred: string | null
  /** Whether the rule's number counts the rules that Calico converts a Kubernetes policy to, not those of its manifest. */
  readonly converted: boolean
  readonly action: Action
  /** What it did, or in a pending trace would do. */
  readonly actionWords: string
  /** Whether the policy or the trigger is a staged policy. */
  readonly staged: boolean
  /** In words why no Calico writes such a hit; null for a hit that is in order. */
  readonly oddity: string | null
  /** The whole hit as one line, for Markdown, the terminal and screen readers. */
  readonly text: string
}

/** The hits of one step: enforced and pending, or before and after. At least one side is there. */
export interface Rung {
  readonly left: LadderHit | null
  readonly right: LadderHit | null
  /** `not compared` where one of the two traces is empty as a whole. */
  readonly comparison: 'same' | 'differs' | 'only left' | 'only right' | 'not compared'
  /** Empty unless the comparison is `differs`. */
  readonly differences: readonly Difference[]
}

/** Consecutive rungs of one tier, or of the profiles. */
export interface TierRungs {
  /** Empty for profiles, and where the record has no tier. */
  readonly tier: string
  readonly title: string
  readonly rungs: readonly Rung[]
}

export interface Ladder {
  /** Null when the record does not say which end reported. */
  readonly direction: Direction | null
  readonly tiers: readonly TierRungs[]
}

/** The ladder of one record: enforced at the left, pending at the right. */
export interface TraceLadder extends Ladder {
  readonly pending: PendingState
}

/** The note that every view of a ladder shows. */
export const TIERS_NOT_SHOWN =
  'Tiers without a hit are not in the record: it does not say whether one had no policy here, or comes after the decision.'

/**
 * What it means that a profile was reached; null in odd data, where it follows a decision. A tier that has a policy for the endpoint leaves a hit
 * (felix/collector/stats.go:102-166): with none before it no policy was in scope, and with passes alone all passed.
 */
function profileMeaning(before: readonly PolicyHit[], reporter: Reporter, side: Side): string | null {
  if (before.some((hit) => hit.action !== 'Pass')) return null
  const direction = directionOf(reporter)
  const scope = `this pod${direction === null ? '' : ` for ${direction}`}`
  if (before.length > 0)
    return `every tier with a policy for ${scope} ${side === 'pending' ? 'would pass' : 'passed'}`
  return side === 'pending'
    ? `no policy, staged or not, would select ${scope}`
    : `no enforced policy selected ${scope}`
}

/**
 * The first thing that no Calico writes about a hit, in words; null for a hit that is in order. `undecided` says of the
 * last hit why it did not decide.
 */
function oddityOf(hit: PolicyHit, isLast: boolean, undecided: string | null, side: Side): string | null {
  if (isLast && undecided !== null) return undecided
  if (!isLast && isFinal(hit.action)) return 'a decision before the last hit; Calico records one, the last'
  if (!isFinal(hit.action) && hit.action !== 'Pass') return 'its action is not one that we know'
  if (placeOf(hit) === 'end of tier') {
    if (hit.action === 'Allow') return 'no tier ends with Allow'
    if (triggerOf(hit) === null) return 'the record names no trigger'
  }
  if (placeOf(hit) === 'rule' && !hasRuleNumber(hit)) return 'the record has no rule number'
  if (side === 'enforced' && isStagedKind(hit.kind)) return 'staged policies enforce nothing'
  return null
}

function triggerLine(place: HitPlace, trigger: PolicyLabel | null): string {
  if (place !== 'end of tier') return ''
  return trigger === null ? ', no trigger recorded' : `, trigger ${trigger.kindWords} ${trigger.path}`
}

function ladderHit(
  hits: readonly PolicyHit[],
  i: number,
  hit: PolicyHit,
  from: Reporter,
  { side, undecided }: SideFacts,
): LadderHit {
  const place = placeOf(hit)
  const isLast = i === hits.length - 1
  const deciding = isLast && undecided === null
  const policy = policyOf(hit)
  const trigger = triggerOf(hit)
  const rule = place === 'end of tier' ? endOfTierLine(hit) : ruleWords(hit)
  const action = side === 'pending' ? wouldWords(hit.action) : actionWords(hit.action)
  const oddity = oddityOf(hit, isLast, undecided, side)
  const converted = place === 'rule' && isConvertedKind(hit.kind) && hasRuleNumber(hit)
  const inferred = place === 'profile' ? profileMeaning(hits.slice(0, i), from, side) : null
  return {
    hit,
    deciding,
    place,
    policy,
    trigger,
    rule,
    inferred,
    converted,
    action: hit.action,
    actionWords: action,
    staged: isStagedKind(hit.kind) || trigger?.staged === true,
    oddity,
    text: [
      policy === null
        ? rule
        : `${policy.kindWords} ${policy.path}, ${rule}${converted ? ' of the converted rules' : ''}`,
      policy === null ? `, ${action}` : `: ${action}`,
      triggerLine(place, trigger),
      deciding ? (side === 'pending' ? ', would decide' : ', decides') : '',
      isLast && oddity !== null && !deciding ? `; ${oddity}` : '',
      inferred === null ? '' : `; inferred: ${inferred}`,
    ].join(''),
  }
}

function enforcedHits(key: TracedKey): readonly LadderHit[] {
  const decision = decisionOf(key)
  const undecided = decision.known ? null : `what decided is not known: ${notKnownWords(decision, key)}`
  const ordered = inOrder(key.policies.enforced)
  return ordered.map((hit, i) => ladderHit(ordered, i, hit, key.reporter, { side: 'enforced', undecided }))
}

function pendingHits({ policies, reporter }: TracedKey): readonly LadderHit[] {
  const ordered = inOrder(policies.pending)
  const undecided = isFinal(decidingHit(ordered)?.action)
    ? null
    : 'what the staged policies would do is not known: no decision would follow'
  return ordered.map((hit, i) => ladderHit(ordered, i, hit, reporter, { side: 'pending', undecided }))
}

function rungOf(left: LadderHit | null, right: LadderHit | null, comparable: boolean): Rung {
  const differences = left === null || right === null ? [] : differencesOf(left.hit, right.hit)
  const one = left === null ? 'only right' : 'only left'
  const both = differences.length === 0 ? 'same' : 'differs'
  const comparison = left === null || right === null ? one : both
  return { left, right, comparison: comparable ? comparison : 'not compared', differences }
}

function titleOf(hit: PolicyHit): string {
  if (hit.kind === 'Profile') return 'profiles'
  return hit.tier === '' ? 'tier not recorded' : `tier ${visibleText(hit.tier)}`
}

function pendingState({ enforced, pending }: PolicyTrace, rungs: readonly Rung[]): PendingState {
  if (pending.length === 0) return 'not computed'
  if (enforced.length === 0) return 'no enforced trace'
  if (rungs.every((rung) => rung.comparison === 'same')) return 'equal'
  const sameSteps = rungs.every(
    ({ comparison, differences }) =>
      comparison === 'same' || (comparison === 'differs' && differences.every((what) => what === 'trigger')),
  )
  return sameSteps ? 'same outcome, other trigger' : 'different'
}

function tiersOf(left: readonly LadderHit[], right: readonly LadderHit[]): readonly TierRungs[] {
  const comparable = left.length > 0 && right.length > 0
  const tiers: { key: string; tier: string; title: string; rungs: Rung[] }[] = []
  for (const step of align(left, right, ({ hit }) => tierKeyOf(hit))) {
    const hit = (step.left ?? step.right)?.hit
    if (hit === undefined) continue
    const rung = rungOf(step.left, step.right, comparable)
    const open = tiers.at(-1)
    if (open?.key === tierKeyOf(hit)) open.rungs.push(rung)
    else tiers.push({ key: tierKeyOf(hit), tier: hit.tier, title: titleOf(hit), rungs: [rung] })
  }
  return tiers.map(({ tier, title, rungs }) => ({ tier, title, rungs }))
}

/** The ladder of a record's enforced and pending trace. */
export function traceLadder(key: TracedKey): TraceLadder {
  const tiers = tiersOf(enforcedHits(key), pendingHits(key))
  const rungs = tiers.flatMap((tier) => tier.rungs)
  return { direction: directionOf(key.reporter), tiers, pending: pendingState(key.policies, rungs) }
}

/** The ladder of the enforced traces of two records of one conversation and reporter: before at the left, after at the right. */
export function changeLadder(before: TracedKey, after: TracedKey): Ladder {
  return { direction: directionOf(after.reporter), tiers: tiersOf(enforcedHits(before), enforcedHits(after)) }
}
