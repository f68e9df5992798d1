/** What the history's answer says of the end that reported the open row. */
import type { FlowKey } from '../../../flows/flow.ts'
import type { SeenAnswer } from '../../../state/goldmane/use-seen.ts'

type SeenVerdict = SeenAnswer['verdicts'][number]

export interface VerdictChange {
  readonly before: SeenVerdict
  readonly after: SeenVerdict
  /** Whether both came for a time, as while a policy reaches the nodes, or with pods that differ. */
  readonly overlap: boolean
}

export interface SeenTimes {
  readonly first: number
  /** Whether it may have been there before the history began. */
  readonly isFromBeginning: boolean
  readonly last: number
  /** The newest change of the verdict or of the deciding rule; null where there was none. */
  readonly change: VerdictChange | null
}

/** A flow that is in the first hours of the history may be older. */
const BEGINNING_SECONDS = 2 * 3600
/** The end of the one verdict and the beginning of the other are of sums of hours, which reach over the change. */
const OVERLAP_SECONDS = 3600

/** Null where the history has nothing of it. */
export function seenTimes({ from, verdicts }: SeenAnswer, { reporter }: FlowKey): SeenTimes | null {
  const own = verdicts.filter((verdict) => verdict.reporter === reporter)
  const [earliest] = own
  const after = own.at(-1)
  if (earliest === undefined || after === undefined) return null
  const [before] = own.slice(0, -1).sort((a, b) => b.last - a.last)
  return {
    first: earliest.first,
    isFromBeginning: from !== null && earliest.first - from < BEGINNING_SECONDS,
    last: Math.max(...own.map(({ last }) => last)),
    change:
      before === undefined ? null : { before, after, overlap: before.last > after.first + OVERLAP_SECONDS },
  }
}
