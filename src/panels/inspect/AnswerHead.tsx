import { type RefObject, useMemo } from 'react'

import { formatClock, formatTime } from '../../lib/format.ts'
import type { Row } from '../../state/client/rows.ts'
import { useLink } from '../../state/view/link.ts'
import type { BothEnds } from '../../trace/compare/both-ends.ts'
import { headlineOf } from '../../trace/explain/headline.ts'
import { withWorkloads } from '../../trace/words/phrases.ts'
import type { Explanation } from '../../trace/explain/explain.ts'
import { plainText } from '../../trace/words/statement.ts'
import { Icon } from '../../ui/Icon.tsx'
import { RichText } from '../../ui/RichText.tsx'
import { CertaintyTag } from './CertaintyTag.tsx'
import { ICON_BUTTON, IconCopyButton } from './IconCopyButton.tsx'

const ENDS: Readonly<Record<string, string>> = { Src: 'at the source', Dst: 'at the destination' }

function endOf({ key }: Row, ends: BothEnds | null): string {
  const isAtBoth = ends !== null && ends.source.records.length > 0 && ends.destination.records.length > 0
  return isAtBoth ? 'at both ends' : (ENDS[key.reporter] ?? 'by an unnamed end')
}

/** Where and when the row was recorded, and the buttons for the whole answer. */
export function AnswerBar({
  row,
  ends,
  explanation,
  onClose,
}: {
  /** Null while there is no answer: then the bar has its close button alone. */
  row: Row | null
  ends: BothEnds | null
  explanation: Explanation | null
  onClose: () => void
}) {
  const { link } = useLink()
  return (
    <div className="sticky top-0 z-10 -mx-1 flex items-center gap-1 bg-surface px-1 pt-1 pb-0.5 text-2xs text-muted">
      {row === null ? null : (
        <p className="min-w-0 truncate" title={`${formatTime(row.firstSeen)} to ${formatTime(row.lastSeen)}`}>
          <CertaintyTag certainty="recorded" /> {endOf(row, ends)}
          {row.lastSeen === 0 ? '' : `, ${formatClock(row.firstSeen)} – ${formatClock(row.lastSeen)}`}
        </p>
      )}
      <span className="ml-auto flex gap-0.5">
        {explanation === null ? null : (
          <>
            <IconCopyButton
              name="Copy as text"
              icon="copy"
              text={() => plainText([explanation.headline, ...explanation.paragraph])}
            />
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
      className="mt-0.5 rounded-[4px] text-[1.0625rem] leading-[1.38] font-medium tracking-tight break-words outline-offset-0"
    >
      <RichText parts={parts} />
    </h2>
  )
}
