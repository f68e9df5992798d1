/**
 * The words for verdicts and counters, each with one home: columns, sentences, Markdown and the terminal take them from
 * here, so that one thing has one word everywhere.
 */
import type { Action, Counters, FlowKey, Reporter } from '../../flows/flow.ts'
import { type Decision, decisionOf, inOrder, isFinal, verdictOf } from '../../flows/hit.ts'
import { unreachable } from '../../lib/assert.ts'
import { formatCount, formatPlural } from '../../lib/format.ts'
import { actionWords, unknownText } from './calico-terms.ts'

/** The verdict with the end that gave it: `Denied leaving` at the source, `Denied entering` at the destination, `Allowed`. */
export function verdictWords(action: Action, reporter: Reporter): string {
  switch (action) {
    case 'Deny':
      return reporter === 'Src' ? 'Denied leaving' : reporter === 'Dst' ? 'Denied entering' : 'Denied'
    case 'Allow':
      return 'Allowed'
    case 'Pass':
      return 'No verdict but Pass'
    case 'ActionUnspecified':
      return 'No verdict recorded'
    default:
      return `Unknown verdict ${unknownText(action)}`
  }
}

/** What a pending verdict says beside the record's own. */
export interface PendingWords {
  /** `not known` where the pending trace decides nothing, or where there is no verdict to compare it with. */
  readonly state: 'same' | 'differs' | 'not computed' | 'not known'
  /** `→ Allow if staged`; empty when it is the same. */
  readonly text: string
  /** A sentence that says it in full. */
  readonly title: string
}

/** The pending verdict in words, always in the conditional: nothing of it happened. */
export function pendingWords(key: Pick<FlowKey, 'action' | 'policies'>): PendingWords {
  const pending = verdictOf(inOrder(key.policies.pending))
  if (pending === undefined) {
    return {
      state: 'not computed',
      text: 'not computed',
      title: 'What the staged policies would do was not computed.',
    }
  }
  if (!isFinal(pending)) {
    const end = pending === 'Pass' ? 'would pass, and no decision would follow' : 'decides nothing'
    return {
      state: 'not known',
      text: 'not known',
      title: `What the staged policies would do is not known: the last pending hit ${end}.`,
    }
  }
  const outcome = `With the staged policies enforced this would be ${pending === 'Allow' ? 'allowed' : 'denied'}`
  const decision = decisionOf(key)
  if (!decision.known) {
    const title = `${outcome}; whether that is a change is not known: ${notKnownWords(decision, key)}.`
    return { state: 'not known', text: `${pending} if staged`, title }
  }
  return decision.hit.action === pending
    ? { state: 'same', text: '', title: `${outcome} too.` }
    : { state: 'differs', text: `→ ${pending} if staged`, title: `${outcome}.` }
}

/** Why it is not known what decided, to stand after "not known: ". */
export function notKnownWords(
  { why }: Extract<Decision, { readonly known: false }>,
  { action, policies }: Pick<FlowKey, 'action' | 'policies'>,
): string {
  const last = verdictOf(inOrder(policies.enforced)) ?? 'ActionUnspecified'
  switch (why) {
    case 'no trace':
      return 'the record has no enforced trace'
    case 'no decision':
      return last === 'Pass'
        ? 'the enforced trace ends in Pass'
        : 'the enforced trace ends without a decision'
    case 'contradiction':
      return `the last enforced hit says ${actionWords(last)}, the record itself ${actionWords(action)}`
    case 'no verdict':
      return `the last enforced hit says ${actionWords(last)}, and the record has no verdict of its own`
    default:
      return unreachable(why, 'reason')
  }
}

/**
 * The connections of a record or a sum: `476 refused` where they were denied, for Calico also counts those as started and
 * completed; otherwise `2 started, 1 completed, 1 live`, as far as they are recorded. `not recorded` where none is.
 */
export function connectionWords(action: Action, counters: Counters): string {
  const started = counters.numConnectionsStarted
  if (action === 'Deny') return started === null ? 'not recorded' : `${formatCount(started)} refused`
  const counted = [
    [started, 'started'],
    [counters.numConnectionsCompleted, 'completed'],
    [counters.numConnectionsLive, 'live'],
  ] as const
  const recorded = counted.flatMap(([count, what]) =>
    count === null ? [] : [`${formatCount(count)} ${what}`],
  )
  return recorded.length === 0 ? 'not recorded' : recorded.join(', ')
}

/** `476 connections refused`, `1 connection started`, `connections not recorded`. */
export function connectionCountWords(action: Action, started: number | null): string {
  if (started === null) return 'connections not recorded'
  return `${formatPlural(started, 'connection')} ${action === 'Deny' ? 'refused' : 'started'}`
}

/** `6 in · 8 out`, of one direction where only that is recorded; `not recorded` where neither is. */
export function directionWords(
  incoming: number | null,
  outgoing: number | null,
  format: (count: number) => string,
): string {
  const counted = [
    [incoming, 'in'],
    [outgoing, 'out'],
  ] as const
  const recorded = counted.flatMap(([count, way]) => (count === null ? [] : [`${format(count)} ${way}`]))
  return recorded.length === 0 ? 'not recorded' : recorded.join(' · ')
}
