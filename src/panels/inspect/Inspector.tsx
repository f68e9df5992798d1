import { useEffect, useRef } from 'react'

import { formatClock, formatTime } from '../../lib/format.ts'
import { conversationQuery } from '../../state/view/conversation-query.ts'
import { useSnapshot } from '../../state/client/flowtrace.ts'
import { useLink } from '../../state/view/link.ts'
import { useView } from '../../state/view/navigation.ts'
import type { Row } from '../../state/client/rows.ts'
import { ticketMarkdown } from '../../trace/markdown.ts'
import { Button } from '../../ui/Button.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { BothEnds } from './BothEnds.tsx'
import { CannotTell } from './CannotTell.tsx'
import { ChangeOverTime } from './ChangeOverTime.tsx'
import { Explanation } from './Explanation.tsx'
import { RecordFacts } from './RecordFacts.tsx'
import { LastHour } from './LastHour.tsx'
import { RawRecord } from './RawRecord.tsx'
import { TraceTree } from './TraceTree.tsx'
import { useConversation } from './use-conversation.ts'

const ENDS: Readonly<Record<string, string>> = { Src: 'at the source', Dst: 'at the destination' }

/** The details of the open row: the verdict in a sentence, and the evidence below it. */
export function Inspector() {
  const [view, navigate] = useView()
  const answer = useSnapshot((snapshot) => snapshot.answer)
  const panel = useRef<HTMLElement>(null)
  const row = answer?.window.selected?.row
  useEffect(() => {
    panel.current?.scrollTo({ top: 0 })
    // The effect runs when another row is opened.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [view.open])
  return (
    // Escape closes the inspector wherever the focus is in it; the close button does the same.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <aside
      ref={panel}
      aria-label="Flow"
      className="fixed inset-y-0 right-0 z-30 w-full overflow-y-auto overscroll-contain border-l border-line bg-surface px-4 py-4 sm:max-w-[26rem] sm:px-5 sm:max-lg:shadow-[0_0_40px_rgb(0_0_0/0.25)] lg:static lg:z-auto lg:w-[24rem] lg:flex-none 2xl:w-[26rem]"
      onKeyDown={(event) => {
        // React events also bubble from the portal of a menu that was opened here; its Escape closes the menu alone.
        const inside = event.target instanceof Node && event.currentTarget.contains(event.target)
        if (inside && event.key === 'Escape') navigate({ open: null })
      }}
    >
      <div className="sticky -top-4 z-10 -mt-2 mb-2 flex items-center gap-2 bg-surface py-1 text-xs text-muted lg:static">
        {row === undefined ? null : <Kicker row={row} />}
        <button
          type="button"
          aria-label="Close"
          className="-mr-2 ml-auto grid size-7 place-items-center rounded-md hover:bg-sunken hover:text-ink"
          onClick={() => navigate({ open: null })}
        >
          <Icon name="close" />
        </button>
      </div>
      {row === undefined ? <NotHeld answered={answer !== null} /> : <Details row={row} />}
    </aside>
  )
}

function Kicker({ row }: { row: Row }) {
  return (
    <p title={`${formatTime(row.firstSeen)} to ${formatTime(row.lastSeen)}`}>
      <Chip look="filled">recorded</Chip> {ENDS[row.key.reporter] ?? 'by an unnamed end'}
      {row.lastSeen === 0 ? '' : ` · ${formatClock(row.firstSeen)} – ${formatClock(row.lastSeen)}`}
    </p>
  )
}

function Details({ row }: { row: Row }) {
  const [, navigate] = useView()
  const { link } = useLink()
  const conversation = useConversation(row)
  return (
    <>
      <Explanation row={row} />
      <BothEnds row={row} conversation={conversation} />
      <div className="flex flex-wrap gap-2">
        <CopyButton label="Copy as Markdown" text={() => ticketFor(row, link())} />
        <Button
          title="Filter for this source, destination, protocol and port"
          onClick={() => navigate({ screen: 'flows', filter: conversationQuery(row.key) })}
        >
          Only this
        </Button>
      </div>
      <TraceTree flowKey={row.key} />
      {conversation === undefined ? null : (
        // The key closes all comparisons when another row is opened.
        <ChangeOverTime key={row.id} row={row} conversation={conversation} />
      )}
      <RecordFacts row={row} />
      <LastHour row={row} />
      <CannotTell row={row} />
      <RawRecord row={row} />
    </>
  )
}

/** Markdown of the flow for a ticket, with a link that opens it here. */
function ticketFor(row: Row, link: string): string {
  const { firstSeen, lastSeen } = row
  return ticketMarkdown(row, { counters: row, firstSeen, lastSeen, link })
}

function NotHeld({ answered }: { answered: boolean }) {
  if (!answered) return <p className="text-muted">Looking for this flow…</p>
  return (
    <>
      <h2 className="text-lg font-semibold">This flow is not held</h2>
      <p className="mt-1 text-muted">
        The link names a flow that has not been received here, or that was evicted. It appears by itself when
        it comes in.
      </p>
    </>
  )
}
