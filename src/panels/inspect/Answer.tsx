import { type RefObject, useMemo } from 'react'

import { displayPort } from '../../flows/spelling.ts'
import type { Row } from '../../state/client/rows.ts'
import { conversationQuery } from '../../state/view/conversation-query.ts'
import { useLink } from '../../state/view/link.ts'
import { useView } from '../../state/view/navigation.ts'
import { bothEnds } from '../../trace/compare/both-ends.ts'
import { explain } from '../../trace/explain/explain.ts'
import { ticketMarkdown } from '../../trace/markdown.ts'
import { Button } from '../../ui/Button.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { AnswerBar, Headline } from './AnswerHead.tsx'
import { Folds } from './Folds.tsx'
import { PacketPath } from './PacketPath.tsx'
import { PortChips } from './PortChips.tsx'
import { Remedy } from './Remedy.tsx'
import { TraceTree } from './TraceTree.tsx'
import { useConversation } from './use-conversation.ts'
import { useNeededRules } from './use-needed-rules.ts'
import { useSettled } from './use-settled.ts'

/** The whole answer to one row: what happened, where, what decided, what would allow it; the details are folded. */
export function Answer({
  row: openRow,
  group: openGroup,
  heading,
  unfolded,
  onToggle,
  onClose,
}: {
  row: Row
  group: Row | null
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
  return (
    <>
      <AnswerBar row={row} ends={ends} explanation={explanation} onClose={onClose} />
      <Headline row={row} heading={heading} />
      <PortChips group={group} openPort={displayPort(row.key)} />
      {isWhole ? (
        <>
          <PacketPath row={row} ends={ends} />
          <TraceTree flowKey={row.key} />
          <Remedy statements={remedy ?? []}>
            <Button
              title="Filter for this source, destination, protocol and port"
              onClick={() => navigate({ screen: 'flows', filter: conversationQuery(row.key) })}
            >
              Only this
            </Button>
            <CopyButton label="Copy as Markdown" text={() => ticketFor(row, link())} />
          </Remedy>
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
    </>
  )
}

/** The row with what the store has to be asked for. */
function useAnswerParts(row: Row, group: Row | null) {
  const conversation = useConversation(row)
  const ends = useMemo(
    () => (conversation === undefined ? null : bothEnds(row, conversation)),
    [row, conversation],
  )
  const remedy = useNeededRules(row, ends)
  return useMemo(
    () => ({ row, group, conversation, ends, remedy, isComplete: remedy !== null }),
    [row, group, conversation, ends, remedy],
  )
}

/** Markdown of the flow for a ticket, with a link that opens it here. */
function ticketFor(row: Row, link: string): string {
  const { firstSeen, lastSeen } = row
  return ticketMarkdown(row, { counters: row, firstSeen, lastSeen, link })
}
