import { type RefObject, useMemo } from 'react'

import { displayPort } from '../../flows/spelling.ts'
import type { Row } from '../../state/client/rows.ts'
import { conversationQuery } from '../../state/view/conversation-query.ts'
import { useLink } from '../../state/view/link.ts'
import { useCommand } from '../../state/commands/commands.ts'
import { useView } from '../../state/view/navigation.ts'
import { bothEnds } from '../../trace/compare/both-ends.ts'
import { explain } from '../../trace/explain/explain.ts'
import { ticketMarkdown } from '../../trace/markdown.ts'
import type { Statement } from '../../trace/words/statement.ts'
import { Button } from '../../ui/Button.tsx'
import { copyText } from '../../ui/copy-text.ts'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { PHONE, useMediaQuery } from '../../ui/use-media-query.ts'
import { AnswerBar, Headline } from './AnswerHead.tsx'
import { Folds } from './Folds.tsx'
import { PacketPath } from './PacketPath.tsx'
import type { Place } from './PhoneBar.tsx'
import { PortChips } from './PortChips.tsx'
import { Remedy } from './Remedy.tsx'
import { TraceTree } from './TraceTree.tsx'
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
  const [, navigate] = useView()
  const { link } = useLink()
  const { shown, isWhole } = useSettled(openRow.id, useAnswerParts(openRow, openGroup))
  const { row, group, conversation, ends, remedy } = shown
  const explanation = useMemo(() => explain(row), [row])
  const isPhone = useMediaQuery(PHONE)
  const actions = (
    <>
      <Button
        title="Filter for this source, destination, protocol and port"
        onClick={() =>
          navigate({
            screen: 'flows',
            filter: conversationQuery(row.key),
            // There the answer covers the list.
            ...(isPhone ? { open: null } : {}),
          })
        }
      >
        Only this
      </Button>
      <CopyButton label={isPhone ? 'Copy' : 'Copy as Markdown'} text={() => ticketFor(row, remedy, link())} />
    </>
  )
  useCommand('answer.markdown', async () =>
    (await copyText(ticketFor(row, remedy, link())))
      ? 'Copied as Markdown'
      : 'The browser did not let the Markdown be copied',
  )
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
          <TraceTree flowKey={row.key} />
          <Remedy statements={remedy}>{isPhone ? null : actions}</Remedy>
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

/** The row with what the store has to be asked for. */
function useAnswerParts(row: Row, group: Row | null) {
  const conversation = useConversation(row)
  const ends = useMemo(
    () => (conversation === undefined ? null : bothEnds(row, conversation)),
    [row, conversation],
  )
  const needed = useNeededRules(row, ends)
  return useMemo(
    () => ({ row, group, conversation, ends, remedy: needed ?? NO_STATEMENTS, isComplete: needed !== null }),
    [row, group, conversation, ends, needed],
  )
}

/** Markdown of the flow for a ticket, with a link that opens it here. */
function ticketFor(row: Row, remedy: readonly Statement[], link: string): string {
  const { firstSeen, lastSeen } = row
  return ticketMarkdown(row, { counters: row, firstSeen, lastSeen, remedy, link })
}
