/** A name keeps so many characters of its end. */
const END_CHARS = 8

/** Whole characters before that end, so that no gap follows the ellipsis, and half a pixel more against rounding. */
const HEAD_WIDTH = 'max-w-[calc(round(down,100%-8ch,1ch)+0.5px)]'

/**
 * A value on one line, whose middle gives way where there is no room: `10-ingre…ntroller`. The browser cuts what stands
 * before the end, so that nothing is measured and the whole value can be found and copied.
 */
export function MiddleCut({ text }: { text: string }) {
  const chars = Array.from(text)
  // A short value has no middle.
  const hasEnd = chars.length > 1.5 * END_CHARS
  const at = hasEnd ? chars.length - END_CHARS : chars.length
  return (
    <code className="flex tracking-normal">
      <span className={`truncate whitespace-pre ${hasEnd ? HEAD_WIDTH : ''}`}>
        {chars.slice(0, at).join('')}
      </span>
      <span className="flex-none whitespace-pre">{chars.slice(at).join('')}</span>
    </code>
  )
}
