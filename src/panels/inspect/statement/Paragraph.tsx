import type { Statement } from '../../../trace/words/statement.ts'
import { HATCHED } from '../../../ui/hatched.ts'
import { RichText } from '../../../ui/RichText.tsx'
import { CertaintyTag } from './CertaintyTag.tsx'

/** A paragraph of statements. Inferred ones carry a tag; unknown ones, which say so in words, a hatched mark. */
export function Paragraph({
  statements,
  className = 'mt-2 text-muted',
}: {
  statements: readonly Statement[]
  className?: string
}) {
  if (statements.length === 0) return null
  return (
    <p className={className}>
      {statements.map(({ certainty, parts }, index) => (
        // Only the position identifies a statement.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={index} className={certainty === 'unknown' ? 'text-muted' : ''}>
          {index === 0 ? '' : ' '}
          {certainty === 'unknown' ? (
            <span
              aria-hidden="true"
              className="mr-1 inline-block h-2.5 w-3.5 rounded-[2px] border border-line"
              style={HATCHED}
              data-certainty="unknown"
            />
          ) : null}
          <RichText parts={parts} />
          {certainty === 'inferred' ? (
            <>
              {' '}
              <CertaintyTag certainty="inferred" />
            </>
          ) : null}
        </span>
      ))}
    </p>
  )
}
