import type { Statement } from '../../trace/words/statement.ts'
import { RichText } from '../../ui/RichText.tsx'
import { CertaintyTag } from './CertaintyTag.tsx'

/** A paragraph of statements. Those that are inferred or unknown carry a tag; recorded ones do not. */
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
          <RichText parts={parts} />
          {certainty === 'recorded' ? null : (
            <>
              {' '}
              <CertaintyTag certainty={certainty} />
            </>
          )}
        </span>
      ))}
    </p>
  )
}
