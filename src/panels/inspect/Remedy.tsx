import { type ReactNode, useMemo } from 'react'

import type { Row } from '../../state/client/rows.ts'
import type { BothEnds } from '../../trace/compare/both-ends.ts'
import { neededRules } from '../../trace/compare/needed-rules.ts'
import { Paragraph } from './Paragraph.tsx'

/** What would allow the flow, or keep it, and what to do with the answer. */
export function Remedy({
  row,
  ends,
  entering,
  children,
}: {
  row: Row
  /** Null until the other end's records were looked for. */
  ends: BothEnds | null
  /** Of {@link useEntering}; undefined until they were looked for. */
  entering: readonly Row[] | undefined
  children: ReactNode
}) {
  const needed = useMemo(
    () => (ends === null || entering === undefined ? null : neededRules(row, ends, entering)),
    [row, ends, entering],
  )
  return (
    <section
      aria-label="What would allow it"
      className="mt-2 rounded-[10px] border border-line bg-page px-3 py-2"
    >
      <h3 className="sr-only">What would allow it</h3>
      {needed === null || needed.statements.length === 0 ? null : (
        <Paragraph statements={needed.statements} className="mb-1.5 wrap-anywhere" />
      )}
      <div className="flex flex-wrap gap-2">{children}</div>
    </section>
  )
}
