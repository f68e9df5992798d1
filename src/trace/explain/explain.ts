/**
 * A flow in words: one sentence, the cause as far as the trace tells it, what the staged policies would do, and what
 * nobody can tell from the record. Never a cause that the trace does not name.
 */
import type { LabelledKey } from '../../flows/flow.ts'
import { enforcedParagraphOf } from './enforced-paragraph.ts'
import { pendingParagraphOf } from './pending-paragraph.ts'
import { plainText, type Statement } from '../words/statement.ts'
import { headlineOf } from './headline.ts'
import { type Unknowable, unknowables } from './unknowable.ts'

export interface Explanation {
  /** What happened, at which end, between whom. */
  readonly headline: Statement
  /** Which policy did it. */
  readonly paragraph: readonly Statement[]
  /** What would happen with the staged policies enforced. */
  readonly pendingParagraph: readonly Statement[]
  readonly cannotTell: readonly Unknowable[]
}

/** The explanation of a flow. Total: whatever the record holds. */
export function explain(subject: LabelledKey): Explanation {
  return {
    headline: headlineOf(subject.key),
    paragraph: enforcedParagraphOf(subject.key),
    pendingParagraph: pendingParagraphOf(subject.key),
    cannotTell: unknowables(subject),
  }
}

/** The explanation as plain text: headline and cause on one line, the staged policies' on the next. */
export function explanationText({ headline, paragraph, pendingParagraph }: Explanation): string {
  return `${plainText([headline, ...paragraph])}\n${plainText(pendingParagraph)}`
}
