/** Shortens what decided a row, so that it fits on one line and the policy's name stays apart from other names. */
import { cutToFit, type Measure, NAME_CUT } from './end-names.ts'

/** What decided as a row shows it: `default` `01-dns-clients-egress` no rule. */
export interface DecisionNames {
  /** Empty where it is not shown. */
  readonly tier: string
  readonly policy: string
  /** The rule, or why none. */
  readonly reason: string
}

export interface DecisionMeasures {
  readonly tier: Measure
  readonly policy: Measure
  readonly reason: Measure
}

/** A tier keeps so many characters of its beginning, or goes. */
const MIN_TIER_CHARS = 3

/**
 * Tier, policy and reason within `width` pixels. First the reason gives way, in the forms of `reasons` from the longest
 * to the shortest; then the tier, at first its end; then the middle of the policy's name, never its end.
 *
 * @param measures return the widths in pixels, with what stands around each of them, and 0 for an empty text.
 */
export function fitDecision(
  { tier, policy }: Omit<DecisionNames, 'reason'>,
  reasons: readonly string[],
  width: number,
  measures: DecisionMeasures,
): DecisionNames {
  const rest = measures.tier(tier) + measures.policy(policy)
  const [shortest = ''] = reasons.slice(-1)
  const reason = reasons.find((each) => rest + measures.reason(each) <= width) ?? shortest
  const left = width - measures.reason(reason)
  const tierRoom = left - measures.policy(policy)
  const cutTier = cutToFit(tier, { from: 'beginning', min: MIN_TIER_CHARS }, tierRoom, measures.tier)
  const fittedTier = measures.tier(cutTier) <= tierRoom ? cutTier : ''
  return {
    tier: fittedTier,
    policy: cutToFit(policy, NAME_CUT, left - measures.tier(fittedTier), measures.policy),
    reason,
  }
}
