import type { ReactNode } from 'react'

import type { Statement } from '../../trace/words/statement.ts'
import { Paragraph } from './statement/Paragraph.tsx'

/** What would allow the flow, or keep it, and what to do with the answer. */
export function Remedy({
  statements,
  rest,
  children,
}: {
  statements: readonly Statement[]
  /** What stands there while not all is known. */
  rest: ReactNode
  /** The buttons; null where they stand elsewhere. */
  children: ReactNode
}) {
  return (
    <section
      aria-label="What would allow it"
      className="mt-2 rounded-[10px] border border-line bg-page px-3 py-1.5 phone:border-transparent phone:bg-transparent phone:px-0 phone:py-0"
    >
      <h3 className="sr-only">What would allow it</h3>
      {statements.length === 0 ? null : <Paragraph statements={statements} className="mb-1 wrap-anywhere" />}
      {rest}
      {children === null ? null : <div className="flex flex-wrap gap-2">{children}</div>}
    </section>
  )
}
