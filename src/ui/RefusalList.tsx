import { formatCount, formatPlural } from '../lib/format.ts'
import { visibleText } from '../lib/visible-text.ts'
import { CopyButton } from './CopyButton.tsx'

/** A piece of a capture that could not be read, as `Refusal` (src/capture/format/refusal.ts). */
export interface RefusedPiece {
  readonly file?: string
  /** 1-based, as the column; null where the format has none. */
  readonly line: number | null
  readonly column: number | null
  readonly reason: string
  readonly excerpt: string
}

/** "Line 2, column 14"; empty where the format has no lines. */
function placeOf({ line, column }: RefusedPiece): string {
  if (line === null) return ''
  return `Line ${formatCount(line)}${column === null ? '' : `, column ${formatCount(column)}`}`
}

function fileOf({ file }: RefusedPiece): string {
  return file === undefined ? '' : `${visibleText(file)}: `
}

function moreWords(pieces: readonly RefusedPiece[], count: number): string | null {
  return count > pieces.length
    ? `and ${formatPlural(count - pieces.length, 'more', 'more')}, not listed.`
    : null
}

/** The list as plain text, for a ticket: a line for each piece, with what stood there below it. */
function textOf(pieces: readonly RefusedPiece[], count: number): string {
  const lines = pieces.map((piece) => {
    const place = placeOf(piece)
    const excerpt = piece.excerpt === '' ? '' : `\n    ${visibleText(piece.excerpt)}`
    return `${fileOf(piece)}${place === '' ? '' : `${place}: `}${visibleText(piece.reason)}${excerpt}`
  })
  const more = moreWords(pieces, count)
  return [...lines, ...(more === null ? [] : [more])].join('\n')
}

/** What could not be read, with places and reasons. `count` is how many there were, of which `pieces` are the first. */
export function RefusalList({
  pieces,
  count,
  className = '',
}: {
  pieces: readonly RefusedPiece[]
  count: number
  /** The height at which the list scrolls. */
  className?: string
}) {
  const more = moreWords(pieces, count)
  if (pieces.length === 0) return null
  return (
    <div className="flex min-h-0 w-full flex-col gap-2 text-xs">
      {/* It takes the focus, so that it scrolls by keys. */}
      <ol
        aria-label="Reasons"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className={`min-h-0 overflow-y-auto rounded-[7px] border border-line bg-surface ${className}`}
      >
        {pieces.map((piece, index) => (
          // The list is only appended to, so an index identifies an entry.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index} className="border-line-soft px-3 py-2 not-first:border-t">
            <p className="break-words">
              {fileOf(piece)}
              {piece.line === null ? null : <span className="font-medium">{placeOf(piece)}: </span>}
              {visibleText(piece.reason)}
            </p>
            {piece.excerpt === '' ? null : (
              <code className="block truncate text-2xs text-muted" title={visibleText(piece.excerpt)}>
                {visibleText(piece.excerpt)}
              </code>
            )}
          </li>
        ))}
      </ol>
      <div className="flex items-center gap-3">
        <CopyButton label="Copy as text" text={() => textOf(pieces, count)} />
        {more === null ? null : <p className="text-muted">{more}</p>}
      </div>
    </div>
  )
}
