/** A comparison as a Markdown block for a ticket. Names are escaped, so that none becomes markup. */
import { displayPath, displayPort } from '../flows/spelling.ts'
import { formatPlural, isoTime } from '../lib/format.ts'
import { codeSpan, escapeMarkdown } from '../trace/markdown.ts'
import type { Span } from './active-slots.ts'
import {
  type ComparedGroup,
  type Comparison,
  decidedOn,
  type GroupPort,
  type Section,
  SECTIONS,
} from './comparison.ts'
import { PART_GROUPS } from './listed-groups.ts'
import { changeWords, sideVerdict } from './change-words.ts'
import {
  countText,
  footingOf,
  type HeadlinePart,
  headlineOf,
  SECTION_WORDS,
  shownCount,
} from './comparison-words.ts'

/** A ticket is read by people: of a section more groups than these are counted. The page has as many at once. */
const MAX_MARKDOWN_GROUPS = PART_GROUPS
/** Ports that a cell lists. */
const MAX_LISTED_PORTS = 4

/** What the block says besides the comparison. */
export interface ComparisonFacts {
  /** The names of both sources. */
  readonly sources: { readonly a: string; readonly b: string }
  /** The query, as it is written; empty without one. */
  readonly query: string
  /** The address of the view; null where there is none to give. */
  readonly link: string | null
  /** What is missing of the records, and the like: sentences without a full stop. */
  readonly notes?: readonly string[]
  /** What is said of all groups, where the comparison has the first ones of each section alone. */
  readonly whole?: {
    readonly headline: readonly HeadlinePart[]
    readonly footing: string
    readonly sizes: Readonly<Record<Section, number>>
  }
}

/** `tcp 80, tcp 443 and 23 more`, most used first. */
export function portsText(ports: readonly GroupPort[], most = MAX_LISTED_PORTS): string {
  const shown = ports.slice(0, most).map(({ proto, port }) => displayPort({ proto, destPort: port }))
  const more = ports.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** `frontend/web → backend/api`, as it is shown. */
export function endsText({ ends }: ComparedGroup): string {
  const { sourceNamespace, sourceName, destNamespace, destName } = ends
  return `${displayPath(sourceNamespace, sourceName)} → ${displayPath(destNamespace, destName)}`
}

/** `2026-11-27T21:15:00Z to 2026-11-27T21:45:00Z`; of records without times nothing. */
function rangeText({ from, to }: Span): string {
  return to <= from ? '' : `${isoTime(from) ?? ''} to ${isoTime(to) ?? ''}`
}

function rowOf(comparison: Comparison, group: ComparedGroup): string {
  const [before, after] = (['a', 'b'] as const).map((name) => {
    const side = decidedOn(group, name)
    return side === null ? '–' : sideVerdict(side)
  })
  const cells = [
    `${before} → ${after}`,
    endsText(group),
    portsText(group.ports),
    countText(shownCount(comparison, group, 'a')),
    countText(shownCount(comparison, group, 'b')),
    changeWords(group) + (group.isScan ? ' (scan?)' : ''),
  ]
  return `| ${cells.map(escapeMarkdown).join(' | ')} |`
}

/** The Markdown of a comparison. Ends with a newline. */
export function comparisonMarkdown(comparison: Comparison, facts: ComparisonFacts): string {
  const { a, b, groups } = comparison
  const side = (name: string, source: string, { range, records }: typeof a): string =>
    `- ${name}: ${[escapeMarkdown(source), rangeText(range), formatPlural(records, 'record')].filter(Boolean).join(', ')}`
  const headline = (facts.whole?.headline ?? headlineOf(comparison))
    .map(({ text, isDenial }) => (isDenial ? `**${escapeMarkdown(text)}**` : escapeMarkdown(text)))
    .join('')
  const blocks = [
    `### ${headline}`,
    [
      side('A', facts.sources.a, a),
      side('B', facts.sources.b, b),
      `- Filter: ${facts.query === '' ? 'none' : codeSpan(facts.query)}`,
      ...(facts.link === null ? [] : [`- View: <${facts.link.replaceAll(/[\s<>]/g, encodeURIComponent)}>`]),
      ...(facts.notes ?? []).map((note) => `- ${escapeMarkdown(note)}`),
    ].join('\n'),
    escapeMarkdown(facts.whole?.footing ?? footingOf(comparison)),
    ...SECTIONS.flatMap((section) => {
      const own = groups.filter((group) => group.section === section)
      if (own.length === 0) return []
      const { name, hint } = SECTION_WORDS[section]
      const listed = own.slice(0, MAX_MARKDOWN_GROUPS).map((group) => rowOf(comparison, group))
      const size = facts.whole?.sizes[section] ?? own.length
      const more = size - listed.length
      const heads =
        '| A → B | Source → destination | Ports | A | B | What changed |\n|---|---|---|---|---|---|'
      return [
        `**${name}**, ${formatPlural(size, 'group')}: ${escapeMarkdown(hint)}`,
        `${heads}\n${listed.join('\n')}`,
        ...(more > 0 ? [`and ${formatPlural(more, 'more group', 'more groups')}, not listed here.`] : []),
      ]
    }),
  ]
  return `${blocks.join('\n\n')}\n`
}
