import { type ChangeLine, changeLines, type ChangePart, changeWords } from '../../compare/change-words.ts'
import type { ComparedGroup } from '../../compare/comparison.ts'
import { unreachable } from '../../lib/assert.ts'
import { Chip } from '../../ui/Chip.tsx'
import { HATCHED } from '../../ui/hatched.ts'

/** What changed in a group: of what flipped what was, and below it what is now. */
export function ChangeCell({ group }: { group: ComparedGroup }) {
  const lines = changeLines(group)
  return (
    <span
      className="min-w-0 text-xs leading-4 text-muted max-lg:order-5 max-lg:col-span-3 lg:py-1"
      title={changeWords(group)}
    >
      {lines.map((line, i) => (
        // A line is that of before or of after, and has no other identity.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={i} className={`block ${i > 0 && lines.length > 1 ? 'text-ink' : ''}`}>
          <Line line={line} />
          {group.isScan && i === lines.length - 1 ? (
            <>
              {' '}
              <Chip>scan?</Chip>
            </>
          ) : null}
        </span>
      ))}
    </span>
  )
}

function Line({ line }: { line: ChangeLine }) {
  // oxlint-disable-next-line react/no-array-index-key -- parts of a sentence have no identity but their place in it
  return line.map((part, i) => <Part key={i} part={part} />)
}

/** What no record says looks different: dashed what is inferred, hatched what is not known. */
function Part({ part: { text, role } }: { part: ChangePart }) {
  switch (role) {
    case 'plain':
      return text
    case 'policy':
      return <b className="font-medium break-words text-ink">{text}</b>
    case 'inferred':
      return (
        <>
          {text} <Chip look="dashed">inferred</Chip>
        </>
      )
    case 'unknown':
      return (
        <span className="rounded-[3px] px-0.5" style={HATCHED}>
          {text}
        </span>
      )
    default:
      return unreachable(role, 'role')
  }
}
