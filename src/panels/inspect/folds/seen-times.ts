/** What the history's answer says of the end that reported the open row. */
import type { FlowKey } from '../../../flows/flow.ts'
import type { SeenAnswer } from '../../../state/goldmane/use-seen.ts'

type SeenVerdict = SeenAnswer['verdicts'][number]

/** The verdict that was recorded last, and the one beside it that was recorded last of all others. */
export interface VerdictChange {
  readonly now: SeenVerdict
  readonly other: SeenVerdict
  /**
   * When the other one was recorded: `before` the one of now began; `before and beside` it, as while a policy reaches the
   * nodes, or with pods that differ; `within` its time, as of a policy that was taken back.
   */
  readonly otherWas: 'before' | 'before and beside' | 'within'
}

export interface SeenTimes {
  readonly first: number
  /** Why it may have been there before; null where nothing tells so. */
  readonly mayBeOlder: 'the history begins then' | 'older verdicts are not listed' | null
  readonly last: number
  /** The newest change of the verdict or of the deciding rule; null where there was none. */
  readonly change: VerdictChange | null
}

/** A flow that is in the first hours of the history may be older. */
const BEGINNING_SECONDS = 2 * 3600
/** The end of the one verdict and the beginning of the other are of sums of hours, which reach over the change. */
const OVERLAP_SECONDS = 3600

/** Null where the history has nothing of it. */
export function seenTimes({ from, verdicts, omitted }: SeenAnswer, { reporter }: FlowKey): SeenTimes | null {
  const own = verdicts.filter((verdict) => verdict.reporter === reporter)
  // Of two that were recorded up to the same time, the one that began later is news.
  const [now, other] = own.toSorted((a, b) => b.last - a.last || b.first - a.first)
  if (now === undefined) return null
  const first = Math.min(...own.map((verdict) => verdict.first))
  const isFromBeginning = from !== null && first - from < BEGINNING_SECONDS
  return {
    first,
    mayBeOlder: isFromBeginning
      ? 'the history begins then'
      : omitted > 0
        ? 'older verdicts are not listed'
        : null,
    last: now.last,
    change: other === undefined ? null : { now, other, otherWas: placeOf(other, now) },
  }
}

function placeOf(other: SeenVerdict, now: SeenVerdict): VerdictChange['otherWas'] {
  if (other.last <= now.first + OVERLAP_SECONDS) return 'before'
  return other.first > now.first ? 'within' : 'before and beside'
}
