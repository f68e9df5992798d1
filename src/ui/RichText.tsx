import { unreachable } from '../lib/assert.ts'

/**
 * A part of a sentence: `code` is a name from a record, `verdict` the word for an action, `strong` is emphasised.
 */
export interface TextPart {
  readonly text: string
  readonly role: 'plain' | 'code' | 'verdict' | 'strong'
}

const VERDICT_COLOURS: readonly (readonly [RegExp, string])[] = [
  [/^den/i, 'text-deny'],
  [/^allow/i, 'text-allow'],
]

/** A sentence with its names and verdicts styled. Style adds no meaning: the text alone says the same. */
export function RichText({ parts }: { parts: readonly TextPart[] }) {
  return parts.map((part, index) => {
    switch (part.role) {
      case 'plain':
        return part.text
      case 'code':
        return (
          // The parts of a sentence have no identity but their place in it.
          // oxlint-disable-next-line react/no-array-index-key
          <code key={index} className="text-[0.92em] break-words">
            {part.text}
          </code>
        )
      case 'verdict':
        return (
          <b
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            className={`font-semibold ${VERDICT_COLOURS.find(([word]) => word.test(part.text))?.[1] ?? ''}`}
          >
            {part.text}
          </b>
        )
      case 'strong':
        return (
          // oxlint-disable-next-line react/no-array-index-key
          <b key={index} className="font-semibold">
            {part.text}
          </b>
        )
      default:
        return unreachable(part.role, 'role')
    }
  })
}
