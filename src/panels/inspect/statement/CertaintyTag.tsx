import { unreachable } from '../../../lib/assert.ts'
import { type Certainty, certaintyWords } from '../../../trace/words/statement.ts'
import { HATCHED } from '../../../ui/hatched.ts'

/** The kind of a statement as a tag: plain, dashed and hatched, each with its word. */
export function CertaintyTag({ certainty }: { certainty: Certainty }) {
  switch (certainty) {
    case 'recorded':
      return <Tag look="border border-transparent bg-sunken text-muted">{certaintyWords(certainty)}</Tag>
    case 'inferred':
      return <Tag look="border border-dashed border-edge text-muted">{certaintyWords(certainty)}</Tag>
    case 'unknown':
      return (
        <Tag look="border border-line text-muted" ground={HATCHED}>
          {certaintyWords(certainty)}
        </Tag>
      )
    default:
      return unreachable(certainty, 'certainty')
  }
}

function Tag({ look, ground, children }: { look: string; ground?: typeof HATCHED; children: string }) {
  return (
    <span className={`inline-block rounded-[4px] px-1 text-2xs whitespace-nowrap ${look}`} style={ground}>
      {children}
    </span>
  )
}
