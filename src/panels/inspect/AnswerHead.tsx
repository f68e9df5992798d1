import { type RefObject, useMemo } from 'react'

import { dayBefore, formatClocks, formatTime } from '../../lib/format.ts'
import { useHeldSeconds } from '../../state/client/held-seconds.ts'
import type { Row } from '../../state/client/rows.ts'
import { useLink } from '../../state/view/link.ts'
import type { BothEnds } from '../../trace/compare/both-ends.ts'
import { headlineOf } from '../../trace/explain/headline.ts'
import { withWorkloads } from '../../trace/words/phrases.ts'
import type { Explanation } from '../../trace/explain/explain.ts'
import { plainText, type Statement } from '../../trace/words/statement.ts'
import { Icon } from '../../ui/Icon.tsx'
import { RichText } from '../../ui/RichText.tsx'
import { PHONE, useMediaQuery } from '../../ui/use-media-query.ts'
import { CertaintyTag } from './statement/CertaintyTag.tsx'
import { ICON_BUTTON, IconCopyButton } from './IconCopyButton.tsx'
import { PhoneBar, type Place } from './PhoneBar.tsx'

const ENDS: Readonly<Record<string, string>> = { Src: 'at the source', Dst: 'at the destination' }

function endOf({ key }: Row, ends: BothEnds | null): string {
  const isAtBoth = ends !== null && ends.source.records.length > 0 && ends.destination.records.length > 0
  return isAtBoth ? 'at both ends' : (ENDS[key.reporter] ?? 'by an unnamed end')
}

interface AnswerBarProps {
  /** Null while there is no answer: then the bar has its close button alone. */
  readonly row: Row | null
  readonly ends: BothEnds | null
  readonly explanation: Explanation | null
  /** What would allow it, for the copied text. */
  readonly remedy?: readonly Statement[]
  /** Null for a row that is not in the list. */
  readonly place: Place | null
  readonly onClose: () => void
}

/** Where and when the row was recorded, and the buttons for the whole answer; on a phone the way back to the list. */
export function AnswerBar({ row, ends, explanation, remedy, place, onClose }: AnswerBarProps) {
  const isPhone = useMediaQuery(PHONE)
  const text =
    explanation === null
      ? null
      : () => plainText([explanation.headline, ...explanation.paragraph, ...(remedy ?? [])])
  if (!isPhone) return <PanelBar row={row} ends={ends} text={text} onClose={onClose} />
  return (
    <>
      <PhoneBar place={place} text={text} onClose={onClose} />
      {row === null ? null : (
        <p className="pt-1 pb-0.5 text-2xs text-muted">
          <Recorded row={row} ends={ends} />
        </p>
      )}
    </>
  )
}

function Recorded({ row, ends }: { row: Row; ends: BothEnds | null }) {
  const held = useHeldSeconds()
  return (
    <>
      <CertaintyTag certainty="recorded" /> {endOf(row, ends)}
      {row.lastSeen === 0 ? '' : `, ${whenOf(row, held)}`}
    </>
  )
}

/** From when to when, with the day where the records held are of several; `held` is their length in seconds. */
function whenOf({ firstSeen, lastSeen }: Row, held: number): string {
  const day = lastSeen - firstSeen < 86_400 ? dayBefore(firstSeen, held) : ''
  return `${day}${formatClocks(firstSeen, lastSeen)}`
}

function PanelBar({
  row,
  ends,
  text,
  onClose,
}: Pick<AnswerBarProps, 'row' | 'ends' | 'onClose'> & { text: (() => string) | null }) {
  const { link } = useLink()
  return (
    <div className="sticky top-0 z-10 -mx-1 flex items-center gap-1 bg-surface px-1 pt-1 pb-0.5 text-2xs text-muted">
      {row === null ? null : (
        <p className="min-w-0 truncate" title={`${formatTime(row.firstSeen)} to ${formatTime(row.lastSeen)}`}>
          <Recorded row={row} ends={ends} />
        </p>
      )}
      <span className="ml-auto flex gap-0.5">
        {text === null ? null : (
          <>
            <IconCopyButton name="Copy as text" icon="copy" text={text} />
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
      data-part-focus=""
      className="mt-0.5 rounded-[4px] text-[1.0625rem] leading-[1.38] font-medium tracking-tight break-words outline-offset-0"
    >
      <RichText parts={parts} />
    </h2>
  )
}
