/**
 * The enforced traces that one conversation had one after another. A changed trace makes a new key, so which trace was
 * seen when is recorded. Why it changed is unknown: another policy, other pods behind the same name and an older
 * connection look the same.
 */
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { FlowKey } from '../../flows/flow.ts'
import { inOrder, isFinal } from '../../flows/hit.ts'
import { isSameConversation } from '../../flows/identity.ts'
import { hasTimes, type SeenKey } from './seen-key.ts'
import { causeParts } from '../words/phrases.ts'
import {
  capitalised,
  notKnown,
  type Parts,
  recorded,
  say,
  type Statement,
  strong,
} from '../words/statement.ts'

/** A time range in which a conversation had one enforced trace. Times are Unix seconds. */
export interface TracePeriod {
  /** The keys of the records, in order of first seen. Several differ in the pending trace or the service. */
  readonly keys: readonly FlowKey[]
  readonly firstSeen: number
  readonly lastSeen: number
}

/** Two consecutive periods. */
export interface TraceChange {
  readonly before: TracePeriod
  readonly after: TracePeriod
  /**
   * `at once`: one ended when the other began. `gap`: nothing was seen between. `both`: they overlap. `in a sum`: the
   * records are sums, and the two are in the same one or in neighbouring ones, so that when it changed is not in them.
   */
  readonly how: 'at once' | 'gap' | 'both' | 'in a sum'
  readonly verdictChanged: boolean
  readonly statement: Statement
}

export interface TraceChanges {
  /** In order of first seen. With one period nothing changed. */
  readonly periods: readonly TracePeriod[]
  readonly changes: readonly TraceChange[]
  /** Unknown statements about the changes; empty when there are none. */
  readonly notes: readonly Statement[]
  /** How many records of the conversation have no times, so that they cannot be ordered. */
  readonly untimed: number
}

/** Hours, minutes and seconds, UTC, for Unix seconds. */
export function clockTime(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime())
    ? 'a time that is not recorded'
    : `${date.toISOString().slice(11, 19)} UTC`
}

/** The map key of a verdict and enforced trace. The numbering of the hits is left out: another policy may shift it. */
function traceKey({ action, policies }: FlowKey): string {
  const hits = inOrder(policies.enforced).map((hit) => {
    const { kind, namespace, name, tier, ruleIndex, trigger } = hit
    const named = trigger === null ? null : [trigger.kind, trigger.namespace, trigger.name, trigger.tier]
    return [kind, namespace, name, tier, hit.action, ruleIndex, named]
  })
  return JSON.stringify([action, hits])
}

/**
 * The periods of records that are sorted by first seen. Records of one trace share a period, unless another trace took
 * over in between: began when the period had ended, and before the record.
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
  if (key === undefined || !isFinal(key.action)) return say`with a verdict that is not known`
  return say`${key.action === 'Allow' ? 'allowed' : 'denied'}${causeParts(key)}`
}

interface ChangeScale {
  readonly clock: (seconds: number) => string
  /** What each record is of. */
  readonly recordSeconds: number
}

function changeKind(before: TracePeriod, after: TracePeriod, recordSeconds: number): TraceChange['how'] {
  const overlap = before.lastSeen - after.firstSeen
  if (recordSeconds > BUCKET_SECONDS && overlap >= 0 && overlap <= recordSeconds) return 'in a sum'
  if (overlap === 0) return 'at once'
  return overlap > 0 ? 'both' : 'gap'
}

function changeOf(
  before: TracePeriod,
  after: TracePeriod,
  { clock, recordSeconds }: ChangeScale,
): TraceChange {
  const until = strong(clock(before.lastSeen))
  const from = strong(clock(after.firstSeen))
  const was = outcomeParts(before)
  const is = outcomeParts(after)
  const how = changeKind(before, after, recordSeconds)
  const parts = {
    'at once': say`until ${until} ${was}; from then ${is}.`,
    gap: say`until ${until} ${was}; from ${from} ${is}; nothing was seen between.`,
    'in a sum': say`in sums up to ${until} ${was}; in sums from ${from} on ${is}; when it changed is not in sums.`,
    both: say`from ${strong(clock(before.firstSeen))} to ${until} ${was}; from ${from} to ${strong(clock(after.lastSeen))} ${is}: for a time both.`,
  }[how]
  const verdictChanged = before.keys[0]?.action !== after.keys[0]?.action
  return { before, after, how, verdictChanged, statement: recorded(capitalised(parts)) }
}

/**
 * The changes of the enforced trace of a conversation at one end. Of `seen`, which may be any records, those of the same
 * conversation and reporter are taken. `clock` formats a time in Unix seconds; `recordSeconds` is what each record is of.
 */
export function traceChangesOf(
  subject: FlowKey,
  seen: Iterable<SeenKey>,
  clock: (seconds: number) => string = clockTime,
  recordSeconds: number = BUCKET_SECONDS,
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
    return before === undefined ? [] : [changeOf(before, after, { clock, recordSeconds })]
  })
  const why = say`the record does not say; a policy or a label may have changed, or other pods behind the same name may have been at work`
  return {
    periods,
    changes,
    notes: changes.length === 0 ? [] : [notKnown(say`Why the trace changed`, why)],
    untimed,
  }
}
