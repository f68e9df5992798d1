import { unreachable } from '../lib/assert.ts'

/** A piece of a sentence: a name from a record, the verdict, what else the eye should find, or plain words. */
export interface Part {
  readonly text: string
  readonly role: 'plain' | 'code' | 'verdict' | 'strong'
}

const VERDICTS: readonly (readonly [RegExp, string])[] = [
  [/^den/i, 'text-deny'],
  [/^allow/i, 'text-allow'],
]

/** A sentence with its names and verdicts set apart. The words alone say the same. */
export function RichText({ parts }: { parts: readonly Part[] }) {
  return parts.map((part, index) => {
    switch (part.role) {
      case 'plain':
        return part.text
      case 'code':
        return (
          // A sentence's parts have no other identity than their place.
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
            className={`font-semibold ${VERDICTS.find(([word]) => word.test(part.text))?.[1] ?? ''}`}
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
