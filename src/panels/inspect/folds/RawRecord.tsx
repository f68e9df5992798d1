import { useMemo } from 'react'

import { writeFlow } from '../../../capture/write.ts'
import { formatPlural } from '../../../lib/format.ts'
import { visibleJson } from '../../../lib/visible-text.ts'
import type { Row } from '../../../state/client/rows.ts'
import { CopyButton } from '../../../ui/CopyButton.tsx'

/** The record in Goldmane's JSON, with a button to copy it. */
export function RawRecord({ row }: { row: Row }) {
  const text = useMemo(
    () =>
      visibleJson(
        JSON.stringify(
          JSON.parse(writeFlow({ ...row, startTime: row.firstSeen, endTime: row.lastSeen })),
          null,
          2,
        ),
      ),
    [row],
  )
  return (
    <>
      <div className="flex items-center justify-between gap-2">
        <span className="text-muted">
          {row.records === 1
            ? 'As Goldmane writes it'
            : `Counters summed over ${formatPlural(row.records, 'record')}`}
        </span>
        <CopyButton label="Copy" text={() => text} />
      </div>
      <pre
        // A long record scrolls, so it must be focusable for the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        // `pre` has no role that could carry the name.
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="region"
        aria-label="JSON of the record"
        className="mt-2 max-h-80 overflow-auto rounded-[7px] border border-line bg-page p-3 font-mono text-2xs"
      >
        {text}
      </pre>
    </>
  )
}
