/** The paragraph under the headline: the policy that decided, as far as the enforced trace says. */
import type { FlowKey, PolicyHit } from '../../flows/flow.ts'
import { decidingHit, decisionOf, inOrder, isFinal } from '../../flows/hit.ts'
import {
  asSentences,
  decisionStatements,
  oddityStatements,
  passStatements,
  hitClause,
} from './hit-statements.ts'
import { policyParts } from '../words/phrases.ts'
import { notKnown, recorded, say, type Statement } from '../words/statement.ts'
import { placeOf } from '../words/calico-terms.ts'
import { labelOf } from '../words/policy-label.ts'

/** The statements when the last hit does not give the record's verdict: what it is, and that no cause follows from it. */
function contradiction(key: FlowKey, last: PolicyHit): readonly Statement[] {
  const step = hitClause(last, key.reporter, 'was')
  const says = isFinal(last.action) || last.action === 'Pass' ? `says ${last.action}` : 'decides nothing'
  const hit = recorded(say`The last enforced hit ${says}: ${step}.`)
  const decided = say`what decided`
  if (!isFinal(last.action)) return [hit, notKnown(decided, say`no decision follows in the trace`)]
  return isFinal(key.action)
    ? [hit, notKnown(decided, say`the record's own verdict is ${key.action}`)]
    : [hit, notKnown(say`whether that is what happened`, say`the record has no verdict of its own`)]
}

/** The enforced trace of a flow in words. Never empty. The decision comes first, the passes before it second. */
export function enforcedParagraphOf(key: FlowKey): readonly Statement[] {
  const hits = inOrder(key.policies.enforced)
  const last = decidingHit(hits)
  if (last === undefined)
    return asSentences([notKnown(say`what decided`, say`the record has no enforced trace`)])
  const before = hits.slice(0, -1)
  const explained = decisionOf(key).known
  const staged =
    placeOf(last) === 'rule' && labelOf(last).staged
      ? [notKnown(say`how ${policyParts(labelOf(last))} could decide`, say`staged policies enforce nothing`)]
      : []
  const [first, ...more] = explained
    ? decisionStatements(last, before, key.reporter, 'was')
    : contradiction(key, last)
  return asSentences([
    ...(first === undefined ? [] : [first]),
    ...passStatements(before, key.reporter, 'was'),
    ...more,
    ...staged,
    ...oddityStatements(before, key.reporter, 'was'),
  ])
}
