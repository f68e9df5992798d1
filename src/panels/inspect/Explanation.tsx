import { useMemo } from 'react'

import type { Row } from '../../state/client/rows.ts'
import { explain } from '../../trace/explain/explain.ts'
import { RichText } from '../../ui/RichText.tsx'
import { Paragraph } from './Paragraph.tsx'

/** The flow in sentences: the verdict, the deciding policy, and the effect of the staged policies. */
export function Explanation({ row }: { row: Row }) {
  const { headline, paragraph, pendingParagraph } = useMemo(() => explain(row), [row])
  return (
    <>
      <h2 className="text-lg leading-snug font-medium tracking-tight break-words">
        <RichText parts={headline.parts} />
      </h2>
      <Paragraph statements={paragraph} />
      <Paragraph statements={pendingParagraph} />
    </>
  )
}
