/**
 * The README.md of a bundle, for somebody who has never heard of Flowtrace and may read it in a ticket or an editor:
 * what happened, what the sender writes, what was looked at, and what to do with the files.
 */
import { formatBytes, formatPlural, isoTime } from '../lib/format.ts'
import { replaceHidden, visibleText } from '../lib/visible-text.ts'
import { codeSpan, escapeMarkdown, partsMarkdown, ticketMarkdown } from '../trace/markdown.ts'
import { headlineOf } from '../trace/explain/headline.ts'
import type { SeenKey } from '../trace/compare/seen-key.ts'
import type { Statement } from '../trace/words/statement.ts'
import { withWorkloads } from '../trace/words/phrases.ts'
import type { Counters, LabelledKey } from '../flows/flow.ts'
import { CAPTURE_FILE, type ExtraFile, README_FILE, ROWS_FILE, VIEW_FILE } from './bundle-files.ts'

/** The row that was open, with what the answer to it says. */
export interface BundleAnswer {
  readonly row: LabelledKey & Counters & Omit<SeenKey, 'key'>
  /** What would allow it, or keep it (trace/compare/needed-rules.ts). */
  readonly remedy: readonly Statement[]
  /** Whether its records are among those of the capture: a row may be open that the filter leaves out. */
  readonly isInCapture: boolean
}

export interface ReadmeFacts {
  readonly tool: string
  readonly source: string
  /** The time that the records cover, in Unix seconds; null where no record has a time. */
  readonly span: { readonly from: number; readonly to: number } | null
  readonly records: number
  readonly captureBytes: number
  readonly notes: string
  /** Null while no row is open. */
  readonly answer: BundleAnswer | null
  /** The rows as a Markdown block, with what they are of (export/markdown-table.ts). */
  readonly table: string
  /** The name of the bundle's own file. */
  readonly fileName: string
  readonly extras: readonly ExtraFile[]
  /** Files of policies that were loaded and are not in the bundle, because names are redacted. */
  readonly policiesLeftOut: number
}

/** So many of the extra files are named: there may be thousands of policies. */
const MAX_LISTED_EXTRAS = 50

/** The text, with a newline at the end. */
export function bundleReadme(facts: ReadmeFacts): string {
  const blocks = [
    ...answerBlocks(facts),
    ...notesBlocks(facts.notes),
    `## What was looked at`,
    facts.table.replace(/^### (.*)/, 'The screen showed $1:').trimEnd(),
    `## How to open it`,
    openingBlock(facts),
    `## Files`,
    filesBlock(facts),
  ]
  return `${blocks.filter(Boolean).join('\n\n')}\n`
}

/** `2026-11-27T21:45:00Z to 2026-11-27T22:45:00Z`; empty without times. */
function timesOf({ span }: ReadmeFacts): string {
  return span === null ? '' : `, ${isoTime(span.from) ?? ''} to ${isoTime(span.to) ?? ''}`
}

function answerBlocks(facts: ReadmeFacts): readonly string[] {
  const { answer, source, tool } = facts
  const about = `An incident bundle of Flowtrace, a viewer of Calico’s flow logs: ${escapeMarkdown(source)}${timesOf(facts)}. Made by ${escapeMarkdown(tool)}.`
  if (answer === null) return [`# Network flows of ${escapeMarkdown(source)}`, about]
  const { row, remedy, isInCapture } = answer
  const { firstSeen, lastSeen } = row
  const ticket = ticketMarkdown(row, { counters: row, firstSeen, lastSeen, remedy })
  return [
    `# ${partsMarkdown(headlineOf(withWorkloads(row.key)).parts)}`,
    about,
    // Its first line is the headline, with the whole names, which stand in the lines below, too.
    ticket.slice(ticket.indexOf('\n')).trim(),
    isInCapture
      ? ''
      : `The records of this flow are not among those of the view, so that ${codeSpan(CAPTURE_FILE)} does not have them.`,
  ]
}

/** As a quotation, so that a heading in the notes is none of the document. */
function notesBlocks(notes: string): readonly string[] {
  if (notes.trim() === '') return []
  const lines = notes
    .trim()
    .split(/\r\n|\n|\r/)
    .map((line) => `> ${visibleLine(line)}`.trimEnd())
  return ['## Notes', lines.join('\n')]
}

/** A line of the sender's own Markdown. Tabs are layout; other control characters are made visible. */
function visibleLine(line: string): string {
  return replaceHidden(line, (hex) => (hex === '9' ? '\t' : `⟨U+${hex.padStart(4, '0')}⟩`))
}

function openingBlock({ fileName, answer }: ReadmeFacts): string {
  const shellName = `'${visibleText(fileName).replaceAll("'", String.raw`'\''`)}'`
  return [
    'Drop the zip on a page of Flowtrace, or choose it there by *Open a file*. The same query, time and rows come up' +
      `${answer?.isInCapture === true ? ', with the same row open' : ''}. It needs no access to the cluster and no ` +
      'network, and nothing is uploaded.',
    '',
    'Without a browser:',
    '',
    '```sh',
    `flowtrace explain ${shellName}`,
    `unzip -p ${shellName} ${CAPTURE_FILE} | gzip -dc | jq .`,
    '```',
  ].join('\n')
}

function filesBlock({ records, captureBytes, extras, policiesLeftOut }: ReadmeFacts): string {
  const files: readonly (readonly [name: string, about: string])[] = [
    [README_FILE, 'this text'],
    [VIEW_FILE, 'what the screen showed: query, time, columns, open row, notes'],
    [
      CAPTURE_FILE,
      `${formatPlural(records, 'record')} that the rows sum, ${formatBytes(captureBytes)}: one JSON object a line, in the field names of Calico’s Goldmane`,
    ],
    [ROWS_FILE, 'the rows, with all columns'],
    ...extras.slice(0, MAX_LISTED_EXTRAS).map(({ name, about }) => [name, about] as const),
  ]
  const lines = files.map(([name, about]) => `- ${codeSpan(name)}: ${escapeMarkdown(about)}`)
  if (extras.length > MAX_LISTED_EXTRAS)
    lines.push(`- and ${formatPlural(extras.length - MAX_LISTED_EXTRAS, 'more file')}`)
  if (policiesLeftOut > 0) {
    const were = policiesLeftOut === 1 ? 'was' : 'were'
    lines.push(
      '',
      `${formatPlural(policiesLeftOut, 'file')} of policies ${were} loaded and left out, because names are redacted here.`,
    )
  }
  return lines.join('\n')
}
