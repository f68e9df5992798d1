/**
 * What the gateway answers to `history/seen`: the verdicts that a conversation has had, each with its deciding hit and the
 * time in which it was recorded. Times are Unix seconds.
 */
import type { Action, PolicyHit, Reporter } from '../flows/flow.ts'

/** One way in which a reporter saw the conversation decided. The times of two may overlap. */
export interface SeenVerdict {
  readonly reporter: Reporter
  readonly action: Action
  /** Null for a record without a trace. */
  readonly hit: PolicyHit | null
  /** The start of its first record, and the end of its last one. */
  readonly first: number
  readonly last: number
  readonly records: number
}

export interface SeenAnswer {
  /** Where the history begins; null while it holds nothing. */
  readonly from: number | null
  /** By their first record. */
  readonly verdicts: readonly SeenVerdict[]
  /** How many older ones are not listed. */
  readonly omitted: number
  /** Why a part is missing, a sentence without a full stop; null if it is whole. */
  readonly incomplete: string | null
}
