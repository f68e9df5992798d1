/** Sums the records of a capture by signature. */
import type { Action, Counters, Flow, LabelledKey } from '../../src/flows/flow.ts'
import { addRecorded, COUNTER_NAMES } from '../../src/flows/counters.ts'
import { signatureIdentity } from '../../src/flows/identity.ts'

/** The sums over all records of a signature (see flows/identity.ts). */
export interface ExplainedSignature extends Counters {
  /** The key and the labels of the newest record. */
  readonly subject: LabelledKey
  /** Unix seconds; 0 where no record has a time. */
  readonly firstSeen: number
  readonly lastSeen: number
  readonly records: number
}

/** An upper bound on memory: nobody reads a list of 100,000 signatures. */
const MAX_SIGNATURES = 100_000

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export class SignatureTable {
  /** Records whose signature came after the table was full. */
  leftOut = 0
  /** Denied records, including those left out. */
  denied = 0
  records = 0
  readonly #signatures = new Map<string, Mutable<ExplainedSignature>>()
  readonly #limit: number

  constructor(limit = MAX_SIGNATURES) {
    this.#limit = limit
  }

  add(flow: Flow): void {
    this.records++
    if (flow.key.action === 'Deny') this.denied++
    const identity = signatureIdentity(flow.key)
    const known = this.#signatures.get(identity)
    if (known !== undefined) addTo(known, flow)
    else if (this.#signatures.size < this.#limit) this.#signatures.set(identity, firstSum(flow))
    else this.leftOut++
  }

  /**
   * Keeps the signatures whose sums pass a test, and counts their records alone. A signature is tested as one flow from its
   * first to its last time. Records of signatures that are not listed stay counted as left out.
   */
  keep(test: (sums: Flow) => boolean): void {
    this.records = 0
    this.denied = 0
    for (const [identity, signature] of this.#signatures) {
      const { subject, firstSeen, lastSeen, records, ...counters } = signature
      if (test({ ...subject, ...counters, startTime: firstSeen, endTime: lastSeen })) {
        this.records += records
        if (subject.key.action === 'Deny') this.denied += records
      } else this.#signatures.delete(identity)
    }
  }

  /** Denials first, then unknown verdicts, then allows; among equals those with the most attempts, then the newest. */
  sorted(): readonly ExplainedSignature[] {
    const rank = ({ subject }: ExplainedSignature) => rankOf(subject.key.action)
    return [...this.#signatures.values()].toSorted(
      (a, b) => rank(a) - rank(b) || attemptsOf(b) - attemptsOf(a) || b.lastSeen - a.lastSeen,
    )
  }
}

function firstSum(flow: Flow): Mutable<ExplainedSignature> {
  const { key, sourceLabels, destLabels, startTime, endTime, ...counters } = flow
  const subject = { key, sourceLabels, destLabels }
  return { subject, ...counters, firstSeen: startTime, lastSeen: endTime, records: 1 }
}

function addTo(sum: Mutable<ExplainedSignature>, flow: Flow): void {
  sum.records++
  for (const name of COUNTER_NAMES) sum[name] = addRecorded(sum[name], flow[name])
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

/** Connections started; the number of records for a format that does not count connections. */
function attemptsOf({ numConnectionsStarted, records }: ExplainedSignature): number {
  return numConnectionsStarted ?? records
}
