import { type ReactNode, type RefObject, useMemo } from 'react'

import { displayPort } from '../../flows/spelling.ts'
import type { Row } from '../../state/client/rows.ts'
import { useExplanation, usePolicies } from '../../state/policies/use-policies.ts'
import { type BothEnds, bothEnds } from '../../trace/compare/both-ends.ts'
import { type Explanation, explain } from '../../trace/explain/explain.ts'
import type { Statement } from '../../trace/words/statement.ts'
import { PHONE, useMediaQuery } from '../../ui/use-media-query.ts'
import { AnswerActions } from './AnswerActions.tsx'
import { AnswerBar, Headline } from './AnswerHead.tsx'
import type { SeenFolds } from './folds/Fold.tsx'
import { Folds } from './folds/Folds.tsx'
import { SinceWhen } from './folds/SinceWhen.tsx'
import { PacketPath } from './path/PacketPath.tsx'
import type { Place } from './PhoneBar.tsx'
import { PortChips } from './path/PortChips.tsx'
import { Remedy } from './Remedy.tsx'
import { TraceTree } from './trace/TraceTree.tsx'
import { useConversation } from './use-conversation.ts'
import { useNeededRules } from './use-needed-rules.ts'
import { useSettled } from './use-settled.ts'

/**
 * The whole answer to one row: what happened, where, what decided, what would allow it; the details are folded. On a phone the
 * actions stand at the foot, by the thumb. Without a row `children` stand there, below the same bar.
 */
export function Answer({
  row,
  group,
  children,
  place,
  heading,
  unfolded,
  seenFolds,
  onToggle,
  onClose,
}: {
  row: Row | null
  group: Row | null
  children: ReactNode
  /** Null for a row that is not in the list. */
  place: Place | null
  heading: RefObject<HTMLHeadingElement | null>
  unfolded: ReadonlySet<number>
  seenFolds: SeenFolds
  onToggle: (fold: number) => void
  onClose: () => void
}) {
  const settled = useSettled(useAnswerParts(row, group))
  const { shown } = settled
  const shownRow = shown?.row ?? null
  const explanation = useMemo(() => (shownRow === null ? null : explain(shownRow)), [shownRow])
  return (
    <>
      <AnswerBar
        row={shownRow}
        ends={shown?.late.ends ?? null}
        explanation={explanation}
        remedy={shown?.late.remedy ?? NO_STATEMENTS}
        place={place}
        onClose={onClose}
      />
      {shown === null || explanation === null ? (
        children
      ) : (
        <AnswerParts {...{ settled, shown, explanation, heading, unfolded, seenFolds, onToggle }} />
      )}
    </>
  )
}

/** What is below the bar of the answer. */
function AnswerParts({
  settled: { isWhole, isPartial, onShow, handlers },
  shown: { row, group, late },
  explanation,
  heading,
  unfolded,
  seenFolds,
  onToggle,
}: {
  settled: ReturnType<typeof useSettled<LateAnswer, AnswerInParts>>
  shown: AnswerInParts
  explanation: Explanation
  heading: RefObject<HTMLHeadingElement | null>
  unfolded: ReadonlySet<number>
  seenFolds: SeenFolds
  onToggle: (fold: number) => void
}) {
  const { conversation, ends, policies, remedy } = late
  const isPhone = useMediaQuery(PHONE)
  const actions = <AnswerActions row={row} remedy={remedy} isPhone={isPhone} />
  const showRest =
    onShow === null
      ? null
      : () => {
          // The button goes away with its focus.
          heading.current?.focus({ preventScroll: true })
          onShow()
        }
  return (
    <>
      <Headline row={row} heading={heading} />
      <PortChips group={group} openPort={displayPort(row.key)} />
      {isWhole ? (
        <div className="contents phone:*:flex-none" {...handlers}>
          <PacketPath row={row} ends={ends} />
          <TraceTree flowKey={row.key} policies={policies} />
          <Remedy statements={remedy} rest={isPartial ? <Rest onShow={showRest} /> : null}>
            {isPhone ? null : actions}
          </Remedy>
          <SinceWhen row={row} />
          <Folds
            row={row}
            conversation={conversation}
            ends={ends}
            explanation={explanation}
            open={unfolded}
            seenRef={seenFolds}
            onToggle={onToggle}
          />
        </div>
      ) : null}
      {isPhone ? (
        <div className="sticky bottom-0 z-10 -mx-4 mt-auto flex gap-2 border-t border-line bg-surface px-4 pt-2.5 pb-[max(0.625rem,env(safe-area-inset-bottom))] *:[button]:h-11 *:[button]:flex-1 *:[button]:text-sm">
          {actions}
        </div>
      ) : null}
    </>
  )
}

/** One line, while the answer lacks what the store takes long for, and then waits for the reader to look elsewhere. */
function Rest({ onShow }: { onShow: (() => void) | null }) {
  return (
    <p className="mb-1 flex h-6 items-center text-xs text-muted">
      {onShow === null ? (
        'The rest is being looked up…'
      ) : (
        <button type="button" className="h-6 rounded-[5px] text-accent hover:underline" onClick={onShow}>
          Show the rest
        </button>
      )}
    </p>
  )
}

const NO_STATEMENTS: readonly Statement[] = []

interface LateAnswer {
  readonly conversation: readonly Row[] | undefined
  readonly ends: BothEnds | null
  readonly policies: ReturnType<typeof useExplanation>
  readonly remedy: readonly Statement[]
}

interface AnswerInParts {
  readonly id: string
  readonly row: Row
  readonly group: Row | null
  readonly late: LateAnswer
  readonly isComplete: boolean
}

/** The row with what the store and the loaded policies have to be asked for. */
function useAnswerParts(row: Row | null, group: Row | null): AnswerInParts | null {
  const conversation = useConversation(row)
  const ends = useMemo(
    () => (row === null || conversation === undefined ? null : bothEnds(row, conversation)),
    [row, conversation],
  )
  const needed = useNeededRules(row, ends)
  const policies = useExplanation(row)
  const isExplained = usePolicies().state.loaded === null || policies !== null
  const late = useMemo(
    () => ({ conversation, ends, policies, remedy: needed ?? NO_STATEMENTS }),
    [conversation, ends, policies, needed],
  )
  return useMemo(
    () =>
      row === null ? null : { id: row.id, row, group, late, isComplete: needed !== null && isExplained },
    [row, group, late, needed, isExplained],
  )
}
