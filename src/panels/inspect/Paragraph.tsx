import type { Statement } from '../../trace/words/statement.ts'
import { Chip } from '../../ui/Chip.tsx'
import { RichText } from '../../ui/RichText.tsx'

/** A paragraph of statements. Those that are inferred or unknown carry a tag; recorded ones do not. */
export function Paragraph({ statements }: { statements: readonly Statement[] }) {
  if (statements.length === 0) return null
  return (
    <p className="mt-2 text-muted">
      {statements.map(({ certainty, parts }, index) => (
        // Only the position identifies a statement.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={index}>
          {index === 0 ? '' : ' '}
          <RichText parts={parts} />
          {certainty === 'recorded' ? null : (
            <>
              {' '}
              <Chip look={certainty === 'inferred' ? 'dashed' : 'filled'}>{certainty}</Chip>
            </>
          )}
        </span>
      ))}
    </p>
  )
}
