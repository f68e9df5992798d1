/**
 * Writes comma-separated values as RFC 4180 has them: lines end in CR LF, a field with a comma, a quote or a line break
 * stands in quotes, and a quote in it is doubled. UTF-8 without a byte order mark, which most programs would take for a
 * part of the first heading.
 */

/** A field: a number, a text, or null for what was not recorded, which is an empty field and no zero. */
export type CsvField = string | number | null

/**
 * A spreadsheet takes a text that begins so for a formula, also within quotes (owasp.org, "CSV Injection"). The quote is
 * among them so that the guard can be told from a text that begins with one.
 */
const FORMULA_START = /^[=+\-@\t\r\n'＝＋－＠]/

/** Needs quotes: the characters of RFC 4180, and spaces at the ends, which some readers drop. */
const NEEDS_QUOTES = /[",\r\n\t;]|^\s|\s$/

/**
 * The text with an apostrophe in front where a spreadsheet might take it for a formula. A reader gets the text back by
 * dropping one leading apostrophe. Numbers are not guarded: they cannot hold a formula.
 */
function guarded(text: string): string {
  return FORMULA_START.test(text) ? `'${text}` : text
}

function fieldText(field: CsvField): string {
  if (field === null) return ''
  if (typeof field === 'number') return Number.isFinite(field) ? String(field) : ''
  const text = guarded(field)
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** One line with its line end. A line of one empty field is in quotes, because an empty line is none to many readers. */
export function csvLine(fields: readonly CsvField[]): string {
  const line = fields.map(fieldText).join(',')
  return `${line === '' ? '""' : line}\r\n`
}
