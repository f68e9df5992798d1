/**
 * Cuts a file of YAML or JSON into its documents before any of them is parsed, so that one that is broken does not touch
 * the others. YAML allows `---` at the beginning of a line nowhere but between documents.
 */

export interface DocumentText {
  /** Of the document's first character in the file. */
  readonly start: number
  readonly text: string
}

/** A document's marker, and what a JSON stream has between two objects. */
const BOUNDARY = /^(?:---|\.\.\.)(?=[ \t\r\n]|$)|^\}[ \t\r]*\n(?=\{)/gm
/** The beginning of a line that is no comment, no blank line and no directive such as `%YAML 1.2`. */
const CONTENT = /^(?!%)[ \t]*[^ \t\r\n#]/m
const BYTE_ORDER_MARK = '\uFEFF'

/** The documents that have content, in order. */
export function documentsOf(file: string): readonly DocumentText[] {
  const documents: DocumentText[] = []
  let start = file.startsWith(BYTE_ORDER_MARK) ? 1 : 0
  const add = (end: number) => {
    const text = file.slice(start, end)
    if (CONTENT.test(text)) documents.push({ start, text })
  }
  for (const { 0: marker, index } of file.matchAll(BOUNDARY)) {
    const isJson = marker.startsWith('}')
    add(isJson ? index + 1 : index)
    start = index + marker.length
  }
  add(file.length)
  return documents
}
