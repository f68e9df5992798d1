/**
 * Explains a flow: one sentence, the cause as far as the enforced trace tells it, the effect of the staged policies, and
 * what the record cannot tell. Every statement carries its certainty, and no cause is stated that the trace does not
 * carry.
 */
import type { LabelledKey } from '../../flows/flow.ts'
import { enforcedParagraphOf } from './enforced-paragraph.ts'
import { pendingParagraphOf } from './pending-paragraph.ts'
import type { Statement } from '../words/statement.ts'
import { headlineOf } from './headline.ts'
import { type Unknowable, unknowables } from './unknowable.ts'

export interface Explanation {
  /** Verdict, reporting end, source, destination and port. */
  readonly headline: Statement
  /** The policy that decided, from the enforced trace. */
  readonly paragraph: readonly Statement[]
  /** The outcome with the staged policies enforced, from the pending trace. */
  readonly pendingParagraph: readonly Statement[]
  readonly cannotTell: readonly Unknowable[]
}

/** The explanation of a flow. Total: never throws, whatever the record holds. */
export function explain(subject: LabelledKey): Explanation {
  return {
    headline: headlineOf(subject.key),
    paragraph: enforcedParagraphOf(subject.key),
    pendingParagraph: pendingParagraphOf(subject.key),
    cannotTell: unknowables(subject),
  }
}
