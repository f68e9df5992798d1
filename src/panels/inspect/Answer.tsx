import { type RefObject, useMemo } from 'react'

import { displayPort } from '../../flows/spelling.ts'
import type { Row } from '../../state/client/rows.ts'
import { useExplanation, usePolicies } from '../../state/policies/use-policies.ts'
import { bothEnds } from '../../trace/compare/both-ends.ts'
import { explain } from '../../trace/explain/explain.ts'
import type { Statement } from '../../trace/words/statement.ts'
import { PHONE, useMediaQuery } from '../../ui/use-media-query.ts'
import { AnswerActions } from './AnswerActions.tsx'
import { AnswerBar, Headline } from './AnswerHead.tsx'
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
 * actions stand at the foot, by the thumb.
 */
export function Answer({
  row: openRow,
  group: openGroup,
  place,
  heading,
  unfolded,
  onToggle,
  onClose,
}: {
  row: Row
  group: Row | null
  /** Null for a row that is not in the list. */
  place: Place | null
  heading: RefObject<HTMLHeadingElement | null>
  unfolded: ReadonlySet<number>
  onToggle: (fold: number) => void
  onClose: () => void
}) {
  const { shown, isWhole } = useSettled(openRow.id, useAnswerParts(openRow, openGroup))
  const { row, group, conversation, ends, remedy, policies } = shown
  const explanation = useMemo(() => explain(row), [row])
  const isPhone = useMediaQuery(PHONE)
  const actions = <AnswerActions row={row} remedy={remedy} isPhone={isPhone} />
  return (
    <>
      <AnswerBar
        row={row}
        ends={ends}
        explanation={explanation}
        remedy={remedy}
        place={place}
        onClose={onClose}
      />
      <Headline row={row} heading={heading} />
      <PortChips group={group} openPort={displayPort(row.key)} />
      {isWhole ? (
        <>
          <PacketPath row={row} ends={ends} />
          <TraceTree flowKey={row.key} policies={policies} />
          <Remedy statements={remedy}>{isPhone ? null : actions}</Remedy>
          <SinceWhen row={row} />
          <Folds
            row={row}
            conversation={conversation}
            ends={ends}
            explanation={explanation}
            open={unfolded}
            onToggle={onToggle}
          />
        </>
      ) : null}
      {isPhone ? (
        <div className="sticky bottom-0 z-10 -mx-4 mt-auto flex gap-2 border-t border-line bg-surface px-4 pt-2.5 pb-[max(0.625rem,env(safe-area-inset-bottom))] *:[button]:h-11 *:[button]:flex-1 *:[button]:text-sm">
          {actions}
        </div>
      ) : null}
    </>
  )
}

const NO_STATEMENTS: readonly Statement[] = []

/** The row with what the store and the loaded policies have to be asked for. */
function useAnswerParts(row: Row, group: Row | null) {
  const conversation = useConversation(row)
  const ends = useMemo(
    () => (conversation === undefined ? null : bothEnds(row, conversation)),
    [row, conversation],
  )
  const needed = useNeededRules(row, ends)
  const policies = useExplanation(row)
  const isExplained = usePolicies().state.loaded === null || policies !== null
  return useMemo(
    () => ({
      row,
      group,
      conversation,
      ends,
      policies,
      remedy: needed ?? NO_STATEMENTS,
      isComplete: needed !== null && isExplained,
    }),
    [row, group, conversation, ends, policies, needed, isExplained],
  )
}
