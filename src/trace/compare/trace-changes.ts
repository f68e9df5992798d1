/**
 * One conversation under one trace after another. A change of trace makes a new key, so what was seen when is
 * recorded; that a policy was changed is not: other pods behind the same name, or an older connection, look the same.
 */
import type { FlowKey } from '../../flows/flow.ts'
import { decidingHit, inOrder } from '../../flows/hit.ts'
import { isSameConversation } from '../../flows/identity.ts'
import { hasTimes, type SeenKey } from './seen-key.ts'
import { deciderParts } from '../explain/decider.ts'
import {
  capitalised,
  notKnown,
  type Parts,
  recorded,
  say,
  type Statement,
  strong,
} from '../words/statement.ts'
import { isFinal } from '../words/calico-terms.ts'

/** A stretch of time under one enforced trace. */
export interface TracePeriod {
  /** The records' keys, as first seen. Several differ in what else a key holds (pending, service), or came in pieces. */
  readonly keys: readonly FlowKey[]
  readonly firstSeen: number
  readonly lastSeen: number
}

/** Two periods in a row, to be set side by side. */
export interface TraceChange {
  readonly before: TracePeriod
  readonly after: TracePeriod
  /** `at once`: one ended where the other began. `gap`: nothing was seen between. `both`: both were seen for a time. */
  readonly how: 'at once' | 'gap' | 'both'
  readonly verdictChanged: boolean
  readonly statement: Statement
}

export interface TraceChanges {
  /** By the time when first seen. One period: nothing changed. */
  readonly periods: readonly TracePeriod[]
  readonly changes: readonly TraceChange[]
  /** What is not recorded about the changes; empty when there are none. */
  readonly notes: readonly Statement[]
  /** Records of the conversation without times, which cannot be put in order. */
  readonly untimed: number
}

/** Hours, minutes and seconds, UTC, for Unix seconds. */
export function clockTime(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? 'an unknown time' : `${date.toISOString().slice(11, 19)} UTC`
}

/** A text that is the same for keys of the same verdict and enforced trace, the numbering of the hits aside. */
function traceKey({ action, policies }: FlowKey): string {
  const hits = inOrder(policies.enforced).map((hit) => {
    const { kind, namespace, name, tier, ruleIndex, trigger } = hit
    const named = trigger === null ? null : [trigger.kind, trigger.namespace, trigger.name, trigger.tier]
    return [kind, namespace, name, tier, hit.action, ruleIndex, named]
  })
  return JSON.stringify([action, hits])
}

/**
 * The periods of each trace, in order of first seen, of records in that order. A trace that comes back after another
 * one took over gets a new period; otherwise records of one trace share theirs.
 */
function periodsOf(seen: readonly SeenKey[]): readonly TracePeriod[] {
  interface Open {
    keys: FlowKey[]
    firstSeen: number
    lastSeen: number
  }
  const periods: Open[] = []
  const latestOf = new Map<string, Open>()
  for (const { key, firstSeen, lastSeen } of seen) {
    const trace = traceKey(key)
    const own = latestOf.get(trace)
    const newest = periods.at(-1)
    const takenOver =
      own !== undefined &&
      newest !== undefined &&
      newest !== own &&
      newest.firstSeen >= own.lastSeen &&
      newest.firstSeen < firstSeen
    if (own === undefined || takenOver) {
      const opened = { keys: [key], firstSeen, lastSeen }
      periods.push(opened)
      latestOf.set(trace, opened)
      continue
    }
    own.lastSeen = Math.max(own.lastSeen, lastSeen)
    own.keys.push(key)
  }
  return periods
}

function outcomeParts({ keys }: TracePeriod): Parts {
  const [key] = keys
  const hit = key === undefined ? undefined : decidingHit(inOrder(key.policies.enforced))
  if (key === undefined || !isFinal(key.action)) return say`with a verdict that is not known`
  const word = key.action === 'Allow' ? 'allowed' : 'denied'
  return hit?.action === key.action ? say`${word} by ${deciderParts(hit)}` : say`${word} by what is not known`
}

function changeOf(before: TracePeriod, after: TracePeriod, clock: (seconds: number) => string): TraceChange {
  const until = strong(clock(before.lastSeen))
  const from = strong(clock(after.firstSeen))
  const was = outcomeParts(before)
  const is = outcomeParts(after)
  const how =
    after.firstSeen < before.lastSeen ? 'both' : after.firstSeen === before.lastSeen ? 'at once' : 'gap'
  const parts = {
    'at once': say`until ${until} ${was}; from then ${is}.`,
    gap: say`until ${until} ${was}; from ${from} ${is}; nothing was seen between.`,
    both: say`from ${strong(clock(before.firstSeen))} to ${until} ${was}; from ${from} to ${strong(clock(after.lastSeen))} ${is}: for a time both.`,
  }[how]
  const verdictChanged = before.keys[0]?.action !== after.keys[0]?.action
  return { before, after, how, verdictChanged, statement: recorded(capitalised(parts)) }
}

/**
 * What became of a conversation at one end over what is held. `seen` may be any records: those of the same
 * conversation and reporter are taken. `clock` writes a time as the reader knows it.
 */
export function traceChangesOf(
  subject: FlowKey,
  seen: Iterable<SeenKey>,
  clock: (seconds: number) => string = clockTime,
): TraceChanges {
  const own: SeenKey[] = []
  let untimed = 0
  for (const record of seen) {
    if (record.key.reporter !== subject.reporter || !isSameConversation(record.key, subject)) continue
    if (hasTimes(record)) own.push(record)
    else untimed++
  }
  const periods = periodsOf(own.toSorted((a, b) => a.firstSeen - b.firstSeen || a.lastSeen - b.lastSeen))
  const changes = periods.flatMap((after, i) => {
    const before = periods[i - 1]
    return before === undefined ? [] : [changeOf(before, after, clock)]
  })
  const why = say`the record does not say; a policy or a label may have changed, or other pods behind the same name may have been at work`
  return {
    periods,
    changes,
    notes: changes.length === 0 ? [] : [notKnown(say`Why the trace changed`, why)],
    untimed,
  }
}
