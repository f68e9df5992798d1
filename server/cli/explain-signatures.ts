/** The ways of being allowed or denied in a capture: the unit in which a person counts denials. */
import type { Action, Counters, Flow, LabelledKey } from '../../src/flows/flow.ts'
import { signatureIdentity } from '../../src/flows/identity.ts'

/** Flows with the same ends, protocol, port, reporter, verdict and deciding hit, summed. */
export interface ExplainedSignature extends Counters {
  /** Of the newest record. */
  readonly subject: LabelledKey
  /** Unix seconds; 0 where no record has a time. */
  readonly firstSeen: number
  readonly lastSeen: number
  /** 15 s records. */
  readonly records: number
}

/** More are not told apart: a table of them would be no answer, and memory must end somewhere. */
export const MAX_SIGNATURES = 100_000

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const COUNTERS = ['packetsIn', 'packetsOut', 'bytesIn', 'bytesOut'] as const
const CONNECTIONS = ['numConnectionsStarted', 'numConnectionsCompleted', 'numConnectionsLive'] as const

export class SignatureTable {
  /** Records of further signatures, beyond {@link MAX_SIGNATURES}. */
  leftOut = 0
  /** Records that were denied, those left out included. */
  denied = 0
  records = 0
  readonly #found = new Map<string, Mutable<ExplainedSignature>>()
  readonly #limit: number

  constructor(limit = MAX_SIGNATURES) {
    this.#limit = limit
  }

  add(flow: Flow): void {
    this.records++
    if (flow.key.action === 'Deny') this.denied++
    const identity = signatureIdentity(flow.key)
    const known = this.#found.get(identity)
    if (known !== undefined) addTo(known, flow)
    else if (this.#found.size < this.#limit) this.#found.set(identity, begun(flow))
    else this.leftOut++
  }

  /** Denials first, then what has no verdict that we know; within that the most attempts first. */
  sorted(): readonly ExplainedSignature[] {
    const rank = ({ subject }: ExplainedSignature) => rankOf(subject.key.action)
    return [...this.#found.values()].toSorted(
      (a, b) => rank(a) - rank(b) || attemptsOf(b) - attemptsOf(a) || b.lastSeen - a.lastSeen,
    )
  }
}

function begun(flow: Flow): Mutable<ExplainedSignature> {
  const { key, sourceLabels, destLabels, startTime, endTime, ...counters } = flow
  const subject = { key, sourceLabels, destLabels }
  return { subject, ...counters, firstSeen: startTime, lastSeen: endTime, records: 1 }
}

function addTo(sum: Mutable<ExplainedSignature>, flow: Flow): void {
  sum.records++
  for (const name of COUNTERS) sum[name] += flow[name]
  for (const name of CONNECTIONS) {
    const more = flow[name]
    if (more !== null) sum[name] = (sum[name] ?? 0) + more
  }
  if (flow.startTime > 0 && (sum.firstSeen === 0 || flow.startTime < sum.firstSeen)) {
    sum.firstSeen = flow.startTime
  }
  if (flow.endTime < sum.lastSeen) return
  sum.lastSeen = flow.endTime
  sum.subject = { key: flow.key, sourceLabels: flow.sourceLabels, destLabels: flow.destLabels }
}

function rankOf(action: Action): number {
  if (action === 'Deny') return 0
  return action === 'Allow' ? 2 : 1
}

/** Connections that were tried; where the format does not record them, the records stand for them. */
function attemptsOf({ numConnectionsStarted, records }: ExplainedSignature): number {
  return numConnectionsStarted ?? records
}
