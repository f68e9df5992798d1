import { type RefObject, useMemo, useRef, useState } from 'react'

import { formatClock, formatCount, formatTime } from '../../lib/format.ts'
import type { Row } from '../../state/client/rows.ts'
import { commands, useApplicable } from '../../state/commands/commands.ts'
import { useLink } from '../../state/view/link.ts'
import type { BothEnds } from '../../trace/compare/both-ends.ts'
import { headlineOf } from '../../trace/explain/headline.ts'
import { withWorkloads } from '../../trace/words/phrases.ts'
import type { Explanation } from '../../trace/explain/explain.ts'
import { plainText } from '../../trace/words/statement.ts'
import { Icon } from '../../ui/Icon.tsx'
import { copyText } from '../../ui/copy-text.ts'
import { RichText } from '../../ui/RichText.tsx'
import { PHONE, useMediaQuery } from '../../ui/use-media-query.ts'
import { ValueMenu } from '../../ui/ValueMenu.tsx'
import { CertaintyTag } from './CertaintyTag.tsx'
import { ICON_BUTTON, IconCopyButton } from './IconCopyButton.tsx'

const ENDS: Readonly<Record<string, string>> = { Src: 'at the source', Dst: 'at the destination' }

function endOf({ key }: Row, ends: BothEnds | null): string {
  const isAtBoth = ends !== null && ends.source.records.length > 0 && ends.destination.records.length > 0
  return isAtBoth ? 'at both ends' : (ENDS[key.reporter] ?? 'by an unnamed end')
}

/** Where in the list the row is: its index from 0, and how many rows there are. */
export interface Place {
  readonly index: number
  readonly total: number
}

interface AnswerBarProps {
  /** Null while there is no answer: then the bar has its close button alone. */
  readonly row: Row | null
  readonly ends: BothEnds | null
  readonly explanation: Explanation | null
  /** Null for a row that is not in the list. */
  readonly place: Place | null
  readonly onClose: () => void
}

/** Where and when the row was recorded, and the buttons for the whole answer; on a phone the way back to the list. */
export function AnswerBar(props: AnswerBarProps) {
  return useMediaQuery(PHONE) ? (
    <>
      <PhoneBar {...props} />
      {props.row === null ? null : (
        <p className="pt-1 pb-0.5 text-2xs text-muted">
          <Recorded row={props.row} ends={props.ends} />
        </p>
      )}
    </>
  ) : (
    <PanelBar {...props} />
  )
}

function Recorded({ row, ends }: { row: Row; ends: BothEnds | null }) {
  return (
    <>
      <CertaintyTag certainty="recorded" /> {endOf(row, ends)}
      {row.lastSeen === 0 ? '' : `, ${formatClock(row.firstSeen)} – ${formatClock(row.lastSeen)}`}
    </>
  )
}

/** The explanation for the clipboard. */
function textOf({ headline, paragraph }: Explanation): string {
  return plainText([headline, ...paragraph])
}

function PanelBar({ row, ends, explanation, onClose }: AnswerBarProps) {
  const { link } = useLink()
  return (
    <div className="sticky top-0 z-10 -mx-1 flex items-center gap-1 bg-surface px-1 pt-1 pb-0.5 text-2xs text-muted">
      {row === null ? null : (
        <p className="min-w-0 truncate" title={`${formatTime(row.firstSeen)} to ${formatTime(row.lastSeen)}`}>
          <Recorded row={row} ends={ends} />
        </p>
      )}
      <span className="ml-auto flex gap-0.5">
        {explanation === null ? null : (
          <>
            <IconCopyButton name="Copy as text" icon="copy" text={() => textOf(explanation)} />
            <IconCopyButton name="Copy link" icon="link" text={link} />
          </>
        )}
        <button type="button" aria-label="Close" title="Close" className={ICON_BUTTON} onClick={onClose}>
          <Icon name="close" />
        </button>
      </span>
    </div>
  )
}

function PhoneBar({ row, explanation, place, onClose }: AnswerBarProps) {
  const { link } = useLink()
  return (
    <div className="sticky top-0 z-10 -mx-4 flex h-13 items-center gap-2 bg-surface px-4">
      <button
        type="button"
        aria-label="Back to Flows"
        className="-ml-2 inline-flex h-11 items-center gap-2 rounded-[8px] px-2 text-muted hover:text-ink"
        onClick={onClose}
      >
        <Icon name="left" /> Flows
      </button>
      <span className="ml-auto text-muted">
        {place === null ? '' : `${formatCount(place.index + 1)} of ${formatCount(place.total)}`}
      </span>
      {row === null || explanation === null ? null : (
        <>
          <IconCopyButton name="Copy link" icon="link" text={link} look={PHONE_BUTTON} />
          <MoreActions text={() => textOf(explanation)} />
        </>
      )}
    </div>
  )
}

const PHONE_BUTTON =
  'grid size-9 flex-none place-items-center rounded-[8px] border border-line text-muted hover:bg-sunken hover:text-ink'

/** What has no button of its own on a phone. `text` is the explanation. */
function MoreActions({ text }: { text: () => string }) {
  const button = useRef<HTMLButtonElement>(null)
  const [anchor, setAnchor] = useState<HTMLButtonElement | null>(null)
  const applicable = useApplicable()
  const copy = async () => commands.say((await copyText(text())) ? 'Copied' : 'Could not copy')
  const steps = [
    { id: 'denial.next', title: 'Next of the same denial' },
    { id: 'denial.previous', title: 'Previous of the same denial' },
  ] as const
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label="More"
        title="More"
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        className={PHONE_BUTTON}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <Icon name="more" />
      </button>
      {anchor === null ? null : (
        <ValueMenu
          anchor={anchor}
          returnTo={button}
          name="More"
          onClose={() => setAnchor(null)}
          sections={[
            {
              title: '',
              entries: [
                { title: 'Copy as text', onSelect: () => void copy() },
                ...steps.map(({ id, title }) => ({
                  title,
                  disabled: !applicable.has(id),
                  onSelect: () => commands.run(id),
                })),
              ],
            },
          ]}
        />
      )}
    </>
  )
}

/**
 * The verdict in a sentence, with the workloads' names: the full ones are with the labels, and in every copy. It takes
 * the focus when the reader goes into the answer.
 */
export function Headline({
  row: { key },
  heading,
}: {
  row: Row
  heading: RefObject<HTMLHeadingElement | null>
}) {
  const { parts } = useMemo(() => headlineOf(withWorkloads(key)), [key])
  return (
    <h2
      ref={heading}
      tabIndex={-1}
      className="rounded-[4px] text-[1.0625rem] leading-[1.38] font-medium tracking-tight break-words outline-offset-4"
    >
      <RichText parts={parts} />
    </h2>
  )
}
