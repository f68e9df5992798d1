/** The pending trace in words: the outcome with the staged policies enforced, and which of them is behind a change. */
import type { FlowKey, PolicyHit, PolicyTrace, Reporter } from '../../flows/flow.ts'
import { decidingHit, decisionOf, inOrder, isFinal } from '../../flows/hit.ts'
import { align, type Aligned, differencesOf, tierKeyOf } from '../ladder/align.ts'
import {
  asSentences,
  decisionStatements,
  oddityStatements,
  passStatements,
  hitClause,
} from './hit-statements.ts'
import { traceLadder } from '../ladder/ladder.ts'
import { responsibilityFor } from '../ladder/responsible-policy.ts'
import { governedTraffic, policyParts, tierParts } from '../words/phrases.ts'
import {
  capitalised,
  code,
  inferred,
  list,
  notKnown,
  type Parts,
  recorded,
  say,
  type Statement,
} from '../words/statement.ts'
import { placeOf } from '../words/calico-terms.ts'
import { triggerOf } from '../words/policy-label.ts'
import { notKnownWords } from '../words/verdict-words.ts'

const WITH_STAGED = 'with the staged policies enforced'

function alignedHits({ enforced, pending }: PolicyTrace): readonly Aligned<PolicyHit>[] {
  return align(inOrder(enforced), inOrder(pending), tierKeyOf)
}

function triggerName(hit: PolicyHit): Parts {
  const path = triggerOf(hit)?.path ?? ''
  return path === '' ? say`none` : [code(path)]
}

/** The same end of a tier in both traces, to stand after "the outcome is the same, ". */
function sameEndOfTier({ tier, action }: PolicyHit): Parts {
  const end = say`end of ${tierParts(tier)}`
  return action === 'Deny' ? say`because no rule would allow it either (${end})` : say`also at the ${end}`
}

/**
 * The statement for traces that differ in triggers only. Enforced names the last policy of the tier that selects the endpoint, pending the
 * first, staged or not (endpoint_lookup_cache.go:246-277, check.go:193-195): a difference is no change.
 */
function otherTrigger(policies: PolicyTrace): Statement {
  const steps = alignedHits(policies)
  const differing = steps.flatMap(({ left, right }) =>
    left !== null && right !== null && differencesOf(left, right).length > 0 ? [right] : [],
  )
  const last = decidingHit(inOrder(policies.pending))
  const [only] = differing
  const decides = last !== undefined && differing.includes(last)
  const outcome = decides ? sameEndOfTier(last) : say`by the same hit`
  const each = differing.map((hit) => say`${tierParts(hit.tier)} (${triggerName(hit)})`)
  const triggers =
    only !== undefined && each.length === 1 && decides
      ? say`the policy named differs (${triggerName(only)}), which only says which policy of the tier is named first`
      : say`the policy named differs in ${list(each)}, which only says which policy of a tier is named first`
  if (differing.some((hit) => triggerOf(hit) === null)) {
    return recorded(
      say`${WITH_STAGED} the outcome is the same, ${outcome}; the pending trace names no policy of the tier.`,
    )
  }
  return recorded(say`${WITH_STAGED} the outcome is the same, ${outcome}; ${triggers}.`)
}

/** What is behind a changed verdict; nothing where the deciding pending hit, which is stated before, says it itself. */
function responsibleStatements(key: FlowKey): readonly Statement[] {
  const { policies, reporter } = key
  const by = responsibilityFor(policies)
  if (!decisionOf(key).known) return []
  if (by === null || by.certainty === 'recorded') return []
  if (by.certainty === 'unknown') {
    return [
      notKnown(
        say`what is behind the change`,
        say`no staged policy in the trace accounts for it; the connection may be older than the current policies, or the two evaluations differ (in named ports, for example)`,
      ),
    ]
  }
  const { policy, how, also } = by
  const others = also.length === 0 ? '' : say`, together with ${list(also.map(policyParts))}`
  if (how === 'passes on') {
    const where = 'where the enforced trace decides'
    return [
      inferred(say`it comes to that because ${policyParts(policy)} would pass it on ${where}${others}.`),
    ]
  }
  const tier = tierParts(policy.tier)
  return [
    inferred(
      say`${tier} counts for ${governedTraffic(reporter)} only with staged policies such as ${policyParts(policy)}, for the enforced trace has no hit of it${others}.`,
    ),
  ]
}

/** The passes of the pending trace that the enforced trace does not have. */
function otherPasses(policies: PolicyTrace, reporter: Reporter): readonly Statement[] {
  const last = decidingHit(inOrder(policies.pending))
  const others = alignedHits(policies).flatMap(({ left, right }) =>
    right !== null && right !== last && (left === null || differencesOf(left, right).length > 0)
      ? [right]
      : [],
  )
  return passStatements(others, reporter, 'would')
}

/** The decision of the pending trace after an introduction that has no full stop, then its passes and inferences. */
function decisionAfter(
  introduction: Parts,
  last: PolicyHit,
  { policies, reporter }: FlowKey,
): readonly Statement[] {
  const before = inOrder(policies.pending).slice(0, -1)
  const [decision, ...more] = decisionStatements(last, before, reporter, 'would')
  const parts = decision?.parts ?? []
  // The statement of an end of tier has a colon itself, so it becomes a sentence of its own.
  const sentence =
    placeOf(last) === 'end of tier'
      ? say`${introduction}. ${capitalised(parts)}`
      : say`${introduction}: ${parts}`
  return [recorded(sentence), ...otherPasses(policies, reporter), ...more]
}

/** The statements for traces that differ in more than triggers, with the same verdict or another. */
function otherHits(key: FlowKey, last: PolicyHit): readonly Statement[] {
  const { policies, reporter } = key
  const decision = decisionOf(key)
  const word = last.action === 'Allow' ? 'allowed' : 'denied'
  if (!decision.known || decision.hit.action !== last.action) {
    return decisionAfter(say`${WITH_STAGED} this would be ${word}`, last, key)
  }
  const before = decision.hit
  const sameDecision =
    tierKeyOf(before) === tierKeyOf(last) && differencesOf(before, last).every((what) => what === 'trigger')
  if (!sameDecision) {
    return decisionAfter(say`${WITH_STAGED} the outcome is the same (${word}), decided otherwise`, last, key)
  }
  const how = placeOf(last) === 'end of tier' ? sameEndOfTier(last) : say`by the same hit`
  const parts = say`${WITH_STAGED} the outcome is the same, ${how}; the way to it differs.`
  return [recorded(parts), ...otherPasses(policies, reporter)]
}

/** Unknown whether the outcome is a change, when it is not known what decided. */
function doubts(key: FlowKey): readonly Statement[] {
  const decision = decisionOf(key)
  if (decision.known) return []
  return [notKnown(say`whether that is a change`, say`${notKnownWords(decision, key)}`)]
}

/** The pending trace of a flow in words. Never empty. */
export function pendingParagraphOf(key: FlowKey): readonly Statement[] {
  const { policies, reporter } = key
  const state = traceLadder(key).pending
  const { known } = decisionOf(key)
  const hits = inOrder(policies.pending)
  const last = decidingHit(hits)
  if (last === undefined) {
    const parts = say`What the staged policies would do was not computed: the record has no pending trace.`
    return [{ certainty: 'unknown', parts }]
  }
  const odd = oddityStatements(hits.slice(0, -1), reporter, 'would')
  if (state === 'equal') {
    const same = 'the pending trace is the same as the enforced one'
    return asSentences([recorded(known ? say`${WITH_STAGED} nothing changes: ${same}.` : say`${same}.`)])
  }
  if (!isFinal(last.action)) {
    const end = say`the pending trace ends without a decision (${hitClause(last, reporter, 'would')})`
    return asSentences([notKnown(say`what the staged policies would do`, end), ...odd])
  }
  const outcome =
    known && state === 'same outcome, other trigger' ? [otherTrigger(policies)] : otherHits(key, last)
  return asSentences([...outcome, ...responsibleStatements(key), ...doubts(key), ...odd])
}
