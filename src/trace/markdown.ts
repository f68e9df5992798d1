/** An explained flow as a Markdown block for a ticket. Names from the record are escaped, so that none becomes markup. */
import type { Counters, LabelledKey } from '../flows/flow.ts'
import { unreachable } from '../lib/assert.ts'
import { formatPlural, isoTime } from '../lib/format.ts'
import { visibleText } from '../lib/visible-text.ts'
import { clockTime } from './compare/trace-changes.ts'
import { explain } from './explain/explain.ts'
import { type LadderHit, type Rung, TIERS_NOT_SHOWN, traceLadder } from './ladder/ladder.ts'
import { withNamespace } from './words/policy-label.ts'
import { connectionWords } from './words/verdict-words.ts'
import { certaintyPrefix, type Part, type Parts, type Statement } from './words/statement.ts'

/** What a ticket says besides the explanation. */
export interface TicketDetails {
  readonly counters?: Counters
  /** Unix seconds; 0 in formats without times, and then left out. */
  readonly firstSeen?: number
  readonly lastSeen?: number
  /** What would allow the flow, or keep it (compare/needed-rules.ts). */
  readonly remedy?: readonly Statement[]
  /** The URL of the flow's view. */
  readonly link?: string
  /** Formats a time in Unix seconds; ISO 8601 in UTC by default. */
  readonly clock?: (seconds: number) => string
}

/** Text that Markdown takes literally, in a table too. Control characters, line breaks among them, are made visible. */
export function escapeMarkdown(text: string): string {
  return visibleText(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_{}[\]<>#|~&!]/g, String.raw`\$&`)
}

/** The text as a code span, fenced with more backticks than the text has in a row. */
export function codeSpan(text: string): string {
  const flat = visibleText(text).replaceAll(/\s+/g, ' ')
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map((ticks) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  const pad = flat.startsWith('`') || flat.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${flat}${pad}${fence}`
}

function partMarkdown({ text, role }: Part): string {
  if (role === 'code') return codeSpan(text)
  return role === 'plain' ? escapeMarkdown(text) : `**${escapeMarkdown(text)}**`
}

/** The parts of a sentence as Markdown. */
export function partsMarkdown(parts: Parts): string {
  return parts.map(partMarkdown).join('')
}

function statementsMarkdown(statements: readonly Statement[]): string {
  return statements
    .map(({ certainty, parts }) => {
      const prefix = certaintyPrefix(certainty).trim()
      return `${prefix === '' ? '' : `*${prefix}* `}${partsMarkdown(parts)}`
    })
    .join(' ')
}

function hitCell(hit: LadderHit | null): string {
  return hit === null ? '' : escapeMarkdown(hit.text)
}

/** The comparison of a rung, for the last column of the table. */
function comparisonWords({ comparison, differences }: Rung): string {
  switch (comparison) {
    case 'differs':
      return `other ${differences.join(', ')}`
    case 'only left':
      return 'only enforced'
    case 'only right':
      return 'only if staged'
    case 'same':
    case 'not compared':
      return comparison
    default:
      return unreachable(comparison, 'comparison')
  }
}

function traceTable({ key }: LabelledKey): readonly string[] {
  const { tiers } = traceLadder(key)
  const rows = tiers.flatMap(({ title, rungs }) =>
    rungs.map(
      (rung) =>
        `| ${escapeMarkdown(title)} | ${hitCell(rung.left)} | ${hitCell(rung.right)} | ${comparisonWords(rung)} |`,
    ),
  )
  if (rows.length === 0) return []
  return ['| Tier | Enforced | If staged | |', '|---|---|---|---|', ...rows, '', TIERS_NOT_SHOWN]
}

function dateAndTime(seconds: number): string {
  return isoTime(seconds) ?? clockTime(seconds)
}

function timeLines({ firstSeen = 0, lastSeen = 0, clock = dateAndTime }: TicketDetails): readonly string[] {
  if (firstSeen <= 0 || lastSeen <= 0) return []
  return [`- Seen: ${escapeMarkdown(clock(firstSeen))} to ${escapeMarkdown(clock(lastSeen))}`]
}

/** `6 packets (600 bytes) in`, as far as it is recorded; empty where neither is. */
function volumeWords(packets: number | null, bytes: number | null, way: 'in' | 'out'): string {
  if (packets === null) return bytes === null ? '' : `${formatPlural(bytes, 'byte')} ${way}`
  const size = bytes === null ? '' : ` (${formatPlural(bytes, 'byte')})`
  return `${formatPlural(packets, 'packet')}${size} ${way}`
}

function trafficWords({ packetsIn, packetsOut, bytesIn, bytesOut }: Counters): string {
  const volumes = [volumeWords(packetsIn, bytesIn, 'in'), volumeWords(packetsOut, bytesOut, 'out')]
  return volumes.filter(Boolean).join(', ') || 'not recorded'
}

function counterLines({ key }: LabelledKey, details: TicketDetails): readonly string[] {
  const { counters } = details
  if (counters === undefined) return []
  return [
    `- Connections: ${connectionWords(key.action, counters)}`,
    `- Traffic as the reporting end counts it: ${trafficWords(counters)}`,
  ]
}

function labelLine(end: string, labels: readonly string[]): string {
  return `- ${end} labels: ${labels.length === 0 ? 'none that all its pods share' : labels.map(codeSpan).join(', ')}`
}

function serviceLines({ key }: LabelledKey): readonly string[] {
  const { destServiceName, destServiceNamespace, destServicePort } = key
  if (destServiceName === '' || destServiceName === '-') return []
  const port = destServicePort > 0 ? ` port ${destServicePort}` : ''
  return [`- Service: ${codeSpan(withNamespace(destServiceNamespace, destServiceName))}${port}`]
}

/** The Markdown of a flow: sentences, table of the traces, facts and link. Ends with a newline. */
export function ticketMarkdown(subject: LabelledKey, details: TicketDetails = {}): string {
  const { headline, paragraph, pendingParagraph, cannotTell } = explain(subject)
  const { remedy = [] } = details
  const blocks = [
    [`### ${statementsMarkdown([headline])}`],
    [statementsMarkdown(paragraph)],
    [statementsMarkdown(pendingParagraph)],
    remedy.length === 0 ? [] : [statementsMarkdown(remedy)],
    traceTable(subject),
    [
      ...timeLines(details),
      ...counterLines(subject, details),
      ...serviceLines(subject),
      labelLine('Source', subject.sourceLabels),
      labelLine('Destination', subject.destLabels),
      `- The record cannot tell: ${escapeMarkdown(cannotTell.map(({ what }) => what).join('; '))}`,
    ],
    details.link === undefined ? [] : [`<${details.link.replaceAll(/[\s<>]/g, encodeURIComponent)}>`],
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}
