import type { Place } from './place.ts'
import type { NamedText } from './read-manifests.ts'

const MAX_LINES = 80
const MAX_LINE_LENGTH = 400

/**
 * The lines of a place as they are written, without the blanks that all of them begin with. Long lines and long excerpts
 * end in an ellipsis. Null where the file is not among those given.
 */
export function textOf(place: Place, files: readonly NamedText[]): string | null {
  // Of two files with one name the later one was read last.
  const text = files.findLast((file) => file.name === place.file)?.text
  if (text === undefined) return null
  const all = text.split('\n', place.endLine).slice(place.line - 1)
  const lines = all.slice(0, MAX_LINES).map((line) => line.replace(/\r$/, '').replace(/^\uFEFF/, ''))
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/))
  const common = Math.min(...indents, Number.MAX_SAFE_INTEGER)
  const dedented = lines.map((line) => shortenLine(line.slice(Math.min(common, line.length))))
  if (all.length > MAX_LINES) dedented.push(`… ${all.length - MAX_LINES} more lines`)
  return dedented.join('\n')
}

function shortenLine(line: string): string {
  return line.length <= MAX_LINE_LENGTH ? line : `${line.slice(0, MAX_LINE_LENGTH)}…`
}
