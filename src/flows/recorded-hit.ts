/** The hits of many recorded traces, each once, with when it was recorded. */
import type { PolicyHit, Reporter } from './flow.ts'

/** When records were, and how many of them there are. Unix seconds: the start of the first one, and the end of the last one. */
export interface RecordedTimes {
  readonly first: number
  readonly last: number
  readonly records: number
}

export interface RecordedHit extends RecordedTimes {
  /** Whose rules these are: of `Src` its egress rules, of `Dst` its ingress rules. */
  readonly reporter: Reporter
  /** Of which of the two traces. */
  readonly stage: 'enforced' | 'pending'
  /** Its `policyIndex` is 0, because it stands at other places in other traces. */
  readonly hit: PolicyHit
}

/** How much of a range has records, whatever a filter says. Hours are whole ones. */
export interface RecordedPart {
  /** The start of the first hour with records, and the end of the last one; null where none has any. */
  readonly first: number | null
  readonly last: number | null
  /** How many hours of the range have records. */
  readonly hours: number
  readonly ofHours: number
}

/** The times of both together. */
export function bothTimes(a: RecordedTimes | null, b: RecordedTimes): RecordedTimes {
  const { first, last, records } = b
  if (a === null) return { first, last, records }
  return {
    first: Math.min(a.first, first),
    last: Math.max(a.last, last),
    records: a.records + records,
  }
}
