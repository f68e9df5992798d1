/** Writes the first rows of the table as a Markdown block for a ticket: a headline, what it is of, the table. */
import { print } from '../filter/language/print.ts'
import type { Expression } from '../filter/tree/expression.ts'
import { type RowShape, rowsInWords } from '../flows/row-shape.ts'
import { formatCount, isoTime } from '../lib/format.ts'
import { codeSpan, escapeMarkdown } from '../trace/markdown.ts'
import { type ExportColumnId, type ExportRow, shownCellOf } from './row-columns.ts'

/** A ticket is read by people: more rows than these are counted. */
export const MAX_MARKDOWN_ROWS = 100

/** What the block says before its table. */
export interface TableFacts {
  /** The name of the source. */
  readonly source: string
  readonly filter: Expression
  /** The time that the rows cover, in Unix seconds; null where no record has a time. */
  readonly span: { readonly from: number; readonly to: number } | null
  /** The address of the view; null where there is none to give. */
  readonly link: string | null
  readonly shape: RowShape
  readonly columns: readonly ExportColumnId[]
  /** How many rows there are in all. */
  readonly total: number
}

function cellText(value: string | number | null): string {
  if (value === null) return 'not recorded'
  return typeof value === 'number' ? formatCount(value) : escapeMarkdown(value)
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function tableLines(
  rows: readonly ExportRow[],
  columns: readonly ExportColumnId[],
  shape: RowShape,
): string[] {
  const cells = columns.map((id) => shownCellOf(id, shape))
  const heads = line(cells.map(({ title }) => escapeMarkdown(title)))
  const rule = `|${cells.map(() => '---|').join('')}`
  return [heads, rule, ...rows.map((row) => line(cells.map((cell) => cellText(cell.of(row)))))]
}

function factLines({ source, filter, span, link }: TableFacts): string[] {
  const query = print(filter)
  return [
    `- Source: ${escapeMarkdown(source)}`,
    `- Filter: ${query === '' ? 'none' : codeSpan(query)}`,
    ...(span === null ? [] : [`- Time: ${isoTime(span.from) ?? ''} to ${isoTime(span.to) ?? ''}`]),
    ...(link === null ? [] : [`- View: <${link.replaceAll(/[\s<>]/g, encodeURIComponent)}>`]),
  ]
}

/**
 * The Markdown of the first rows, at most {@link MAX_MARKDOWN_ROWS} of which are listed, and how many more there are. Names
 * are escaped, so that none becomes markup. Ends with a newline.
 */
export function markdownTable(rows: readonly ExportRow[], facts: TableFacts): string {
  const { shape, columns, total } = facts
  const listed = rows.slice(0, MAX_MARKDOWN_ROWS)
  const more = total - listed.length
  const blocks = [
    [`### ${rowsInWords(total, shape)}`],
    factLines(facts),
    listed.length === 0 ? [] : tableLines(listed, columns, shape),
    more > 0 ? [`and ${formatCount(more)} more, which are not listed here.`] : [],
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}
