/** Whether a recorded enforced trace can be one of the loaded policies, as a whole: its hits alone may fit and it may not. */
import type { PolicyHit } from '../../flows/flow.ts'
import { isEndOfTier, ruleNumberWords } from '../../flows/hit.ts'
import type { Manifests } from '../manifest/resources.ts'
import type { Direction } from './connection.ts'
import type { FlowEvaluation } from './evaluate-flow.ts'
import { linkHit } from './link-hit.ts'

/** Where the recorded trace and the loaded policies cannot both be true. */
export interface Difference {
  /** The hit's position in the enforced trace. */
  readonly hit: number
  readonly why: string
}

/**
 * Where the recorded trace and the evaluation of the loaded policies disagree: at the first hit that is another one where
 * each step of the evaluation is known, otherwise at the last hit if none of the possible outcomes is that one.
 */
export function disagreement(
  recorded: readonly PolicyHit[],
  { hits, deciding }: FlowEvaluation,
  direction: Direction,
  manifests: Manifests,
): Difference | null {
  const last = recorded.at(-1)
  if (last === undefined) return null
  const isSame = (hit: PolicyHit, computed: PolicyHit, isTriggerKnown: boolean): boolean =>
    isSameHit(hit, computed, isTriggerKnown, direction, manifests)
  if (hits !== null) {
    for (const [at, computed] of hits.entries()) {
      const hit = recorded[at]
      if (hit === undefined || !isSame(hit, computed, true))
        return { hit: Math.min(at, recorded.length - 1), why: `with these policies it is ${words(computed)}` }
    }
    return recorded.length === hits.length
      ? null
      : { hit: hits.length, why: `with these policies the trace ends before it` }
  }
  if (deciding.some((computed) => isSame(last, computed, false))) return null
  return {
    hit: recorded.length - 1,
    why: `with these policies it can only be ${deciding.map(words).join(', or ')}`,
  }
}

/**
 * Whether a recorded hit is the computed one. Profiles are those of the endpoint, and their names say nothing of policies;
 * triggers may be missing, or be policies for untracked traffic, which are evaluated elsewhere (`calico-semantics.md` 3.10).
 */
function isSameHit(
  hit: PolicyHit,
  computed: PolicyHit,
  isTriggerKnown: boolean,
  direction: Direction,
  manifests: Manifests,
): boolean {
  if (hit.action !== computed.action) return false
  if (hit.kind === 'Profile' || computed.kind === 'Profile') return hit.kind === computed.kind
  if (hit.tier !== computed.tier || isEndOfTier(hit) !== isEndOfTier(computed)) return false
  const named = computed.trigger ?? computed
  const linked = linkHit(hit, direction, manifests)
  if (linked.is !== 'linked') return linked.is === 'no policy'
  const { policy } = linked
  const isPolicy =
    policy.kind === named.kind && policy.namespace === named.namespace && policy.name === named.name
  if (isEndOfTier(hit)) return isPolicy || !isTriggerKnown || policy.doNotTrack || policy.preDnat
  return isPolicy && hit.ruleIndex === computed.ruleIndex
}

function words(hit: PolicyHit): string {
  const { kind, action, tier, namespace, name, trigger } = hit
  if (kind === 'Profile') return `${action} by profile ${name}`
  const { kind: ownKind, namespace: ownNamespace, name: ownName } = trigger ?? { kind, namespace, name }
  const policy = `${ownKind} ${ownNamespace === '' ? '' : `${ownNamespace}/`}${ownName}`
  return trigger === null
    ? `${action} by ${ruleNumberWords(hit)} of ${policy}`
    : `${action} by the end of tier ${tier}, whose policy is ${policy}`
}
