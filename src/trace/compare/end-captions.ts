/** The captions of the two gates that a packet passes: what each end did, and by which policy. */
import type { FlowKey } from '../../flows/flow.ts'
import { decisionOf, hasRuleNumber, inOrder } from '../../flows/hit.ts'
import { unreachable } from '../../lib/assert.ts'
import { placeOf, ruleWords } from '../words/calico-terms.ts'
import { destParts, isOutsidePolicies, sourceParts, tierParts, withWorkloads } from '../words/phrases.ts'
import { labelOf, triggerOf } from '../words/policy-label.ts'
import { type Certainty, code, type Parts, say } from '../words/statement.ts'
import type { EndView } from './both-ends.ts'

export interface EndCaption {
  /** `Denied here`, `Leaving: allowed`, `Never reached`. */
  readonly title: string
  readonly cause: Parts
  readonly certainty: Certainty
}

function policyName(path: string): Parts {
  return path === '' ? say`a policy without a name` : [code(path)]
}

/** The policy behind a record's verdict, and how it came to it, in few words; says so where it is not known. */
export function causeOf(key: Pick<FlowKey, 'action' | 'policies'>): Parts {
  const decision = decisionOf(key)
  if (!decision.known) return say`what decided is not known`
  const { hit } = decision
  const place = placeOf(hit)
  switch (place) {
    case 'rule':
      return say`${policyName(labelOf(hit).path)}${hasRuleNumber(hit) ? ' ' : ', '}${ruleWords(hit)}`
    case 'profile': {
      const before = inOrder(key.policies.enforced).slice(0, -1)
      if (hit.action === 'Deny') return say`no rule of a profile allowed it`
      if (before.length === 0) return say`no policy selects it`
      return before.every(({ action }) => action === 'Pass') ? say`all tiers passed it on` : say`by a profile`
    }
    case 'end of tier': {
      const trigger = triggerOf(hit)
      const end = say`${ruleWords(hit)} in ${tierParts(hit.tier)}`
      return trigger === null ? end : say`${policyName(trigger.path)} selects it, and ${end}`
    }
    default:
      return unreachable(place, 'place of a hit')
  }
}

function titleOf(end: 'source' | 'destination', { state }: EndView): string {
  const way = end === 'source' ? 'Leaving' : 'Entering'
  switch (state) {
    case 'denied':
      return 'Denied here'
    case 'allowed':
      return `${way}: allowed`
    case 'both':
      return `${way}: allowed and denied`
    case 'not reached':
      return 'Never reached'
    case 'no record':
      return `${way}: no record`
    case 'verdict unknown':
      return `${way}: not known`
    default:
      return unreachable(state, 'state of an end')
  }
}

/** Why an end without a record of its own is as it is. */
function causeWithoutRecord(end: 'source' | 'destination', { state }: EndView, key: FlowKey): Parts {
  const workloads = withWorkloads(key)
  const [type, name] =
    end === 'source' ? [key.sourceType, sourceParts(workloads)] : [key.destType, destParts(workloads)]
  if (isOutsidePolicies(end, key)) return say`it is no pod, and has no policies`
  if (type === 'HostEndpoint') return say`a host reports no flows`
  if (state === 'verdict unknown') return say`the record does not say which end it is from`
  if (state === 'not reached') return say`the policies of ${name} were not asked`
  return say`${name} has no record here`
}

/** The caption of an end. An end that is no pod has no verdict, which is inferred from its type. */
export function endCaption(end: 'source' | 'destination', view: EndView, key: FlowKey): EndCaption {
  const [record, ...others] = view.records
  if (record !== undefined) {
    const more = others.length === 0 ? '' : `, and ${others.length} more`
    return { title: titleOf(end, view), cause: say`${causeOf(record.key)}${more}`, certainty: view.certainty }
  }
  const type = end === 'source' ? key.sourceType : key.destType
  const isPodless = type === 'HostEndpoint' || isOutsidePolicies(end, key)
  return {
    title: view.state === 'no record' && isPodless ? 'No gate' : titleOf(end, view),
    cause: causeWithoutRecord(end, view, key),
    certainty: view.certainty === 'unknown' && isPodless ? 'inferred' : view.certainty,
  }
}
