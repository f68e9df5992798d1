/** The enforced trace of a record as the one line of a table cell: the deciding policy and where it decided. */
import type { FlowKey, PolicyHit } from '../../flows/flow.ts'
import { decisionOf, inOrder } from '../../flows/hit.ts'
import { visibleText } from '../../lib/visible-text.ts'
import { placeOf, ruleWords } from '../words/calico-terms.ts'
import { type PolicyLabel, policyOf, triggerOf } from '../words/policy-label.ts'
import { notKnownWords } from '../words/verdict-words.ts'

export interface CompactTrace {
  /** Whether the record says what decided. Otherwise there is no tier and no policy, and `at` says "not known". */
  readonly known: boolean
  /** Empty for a profile. */
  readonly tier: string
  /** The deciding policy, or the trigger of an end of tier. Null where the record names none. */
  readonly policy: PolicyLabel | null
  /**
   * `rule 2`, or `no rule allowed it`. For a profile: `no policy`, after passes `all tiers passed`, in odd data
   * `profile`. `not known` where the trace does not give the record's verdict.
   */
  readonly at: string
  readonly staged: boolean
  /** All of it, and the reason where it is not known. */
  readonly text: string
}

/** Why a profile was reached. A tier that has a policy for the endpoint leaves a hit (felix/collector/stats.go:102-166). */
function howReached(before: readonly PolicyHit[]): string {
  if (before.length === 0) return 'no policy'
  return before.every(({ action }) => action === 'Pass') ? 'all tiers passed' : 'profile'
}

/** The one-line form of a record's enforced trace. */
export function compactTrace(key: Pick<FlowKey, 'action' | 'policies'>): CompactTrace {
  const decision = decisionOf(key)
  if (!decision.known) {
    const text = `not known: ${notKnownWords(decision, key)}`
    return { known: false, tier: '', policy: null, at: 'not known', staged: false, text }
  }
  const { hit } = decision
  const policy = policyOf(hit) ?? triggerOf(hit)
  const before = inOrder(key.policies.enforced).slice(0, -1)
  const at = placeOf(hit) === 'profile' ? howReached(before) : ruleWords(hit)
  const tier = visibleText(hit.tier)
  return {
    known: true,
    tier,
    policy,
    at,
    staged: policy?.staged === true,
    text: [tier, policy?.path ?? '', at].filter(Boolean).join(' '),
  }
}
