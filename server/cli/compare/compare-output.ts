/** Prints a comparison: as text of 80 columns, as Markdown, and as JSON. */
import { comparisonMarkdown, endsText, portsText } from '../../../src/compare/comparison-markdown.ts'
import {
  type ComparedGroup,
  type Comparison,
  isNewlyDenied,
  SECTIONS,
} from '../../../src/compare/comparison.ts'
import { changeLines, sideVerdict } from '../../../src/compare/change-words.ts'
import {
  countText,
  differenceText,
  footingOf,
  headlineOf,
  SECTION_WORDS,
  shownCount,
} from '../../../src/compare/comparison-words.ts'
import { unreachable } from '../../../src/lib/assert.ts'
import { formatCount, formatPlural, isoTime } from '../../../src/lib/format.ts'
import type { ReadSides } from './capture-sides.ts'
import { comparisonJson } from './compare-json.ts'
import { comparisonNotes } from './compare-notes.ts'
import type { CompareFormat } from './compare-options.ts'
import type { ComparedSide } from './compared-side.ts'
import { wrapped } from './wrapped-text.ts'

/** What is printed: the comparison, and what was read for it. */
export interface ComparedOutput {
  readonly comparison: Comparison
  readonly read: ReadSides
  /** The filter as it was given; null without one. */
  readonly query: string | null
  /** Whether the text is for a terminal that shows colours. */
  readonly isColoured: boolean
}

const BOLD = '1'
const RED = '31'
const YELLOW = '33'

/** A line in a colour; as it is where there are none. Only whole lines, or words of ours in them, are coloured. */
function painted(line: string, colour: string, { isColoured }: Pick<ComparedOutput, 'isColoured'>): string {
  return isColoured ? `\u{1B}[${colour}m${line}\u{1B}[0m` : line
}

/** Nobody reads more of a section; JSON has all. */
const MAX_LISTED_GROUPS = 200

/** The output in pieces, so that backpressure bounds the memory. */
export function* renderComparison(format: CompareFormat, output: ComparedOutput): Generator<string> {
  const { comparison, read, query } = output
  switch (format) {
    case 'text':
      yield* textPieces(output)
      return
    case 'markdown':
      yield comparisonMarkdown(comparison, {
        sources: { a: read.a.name, b: read.b.name },
        query: query ?? '',
        link: null,
        notes: comparisonNotes(read, comparison),
      })
      return
    case 'json':
      yield* comparisonJson(output)
      return
    default:
      unreachable(format, 'format')
  }
}

function* textPieces(output: ComparedOutput): Generator<string> {
  const { comparison, read, query } = output
  const isBad = comparison.groups.some((group) => isNewlyDenied(group))
  const lines = [
    ...sideLines('A', read.a),
    ...sideLines('B', read.b),
    ...(query === null ? [] : wrapped(`Filter: ${query}`, { more: '  ' })),
    ...comparisonNotes(read, comparison)
      .flatMap((note) => wrapped(`Note: ${note}`, { more: '  ' }))
      .map((line) => painted(line, YELLOW, output)),
    '',
    ...wrapped(
      headlineOf(comparison)
        .map(({ text }) => text)
        .join(''),
    ).map((line) => painted(line, isBad ? `${BOLD};${RED}` : BOLD, output)),
    ...wrapped(footingOf(comparison)),
  ]
  yield `${lines.join('\n')}\n`
  for (const section of SECTIONS) {
    const groups = comparison.groups.filter((group) => group.section === section)
    if (groups.length > 0) yield* sectionPieces(output, groups)
  }
}

function* sectionPieces(output: ComparedOutput, groups: readonly ComparedGroup[]): Generator<string> {
  const [first] = groups
  if (first === undefined) return
  const { name, hint } = SECTION_WORDS[first.section]
  const head = wrapped(`${name}, ${formatPlural(groups.length, 'group')}: ${hint}`)
  yield `\n${head.map((line) => painted(line, BOLD, output)).join('\n')}\n`
  for (const group of groups.slice(0, MAX_LISTED_GROUPS)) yield groupText(output, group)
  const more = groups.length - MAX_LISTED_GROUPS
  if (more > 0) yield `  … and ${formatCount(more)} more, which --format json has\n`
}

function sideLines(label: 'A' | 'B', { name, covered, matched, read }: ComparedSide): readonly string[] {
  const times = covered === null ? 'times not recorded' : `${isoTime(covered.from)} to ${isoTime(covered.to)}`
  const records =
    matched === read
      ? formatPlural(read, 'record')
      : `${formatCount(matched)} of ${formatPlural(read, 'record')}`
  return wrapped(`${label}: ${name}, ${times}, ${records}`, { more: '   ' })
}

function groupText(output: ComparedOutput, group: ComparedGroup): string {
  const { comparison } = output
  const a = shownCount(comparison, group, 'a')
  const b = shownCount(comparison, group, 'b')
  const difference = differenceText(a, b)
  const counts =
    a === null || b === null
      ? `${countText(a ?? b)} (${difference})`
      : `${countText(a)} → ${countText(b)} (${difference})`
  const lines = [
    ...wrapped(`${endsText(group)}  ${portsText(group.ports)}${group.isScan ? '  scan?' : ''}`, {
      first: '  ',
      more: '      ',
    }),
    // This line has no name of a record in it.
    ...wrapped(`${verdictText(group)}, ${counts}`, { first: '    ', more: '    ' }).map((line) =>
      line.replaceAll(/Denied( leaving| entering)?/g, (word) => painted(word, RED, output)),
    ),
    ...changeLines(group).flatMap((line) =>
      wrapped(line.map(({ text }) => text).join(''), { first: '    ', more: '      ' }),
    ),
  ]
  return `${lines.join('\n')}\n`
}

/** `Allowed → Denied leaving`; of a group with one verdict that alone. */
function verdictText({ a, b, beside }: ComparedGroup): string {
  const [before, after] = [a ?? beside, b ?? beside].map((side) => (side === null ? null : sideVerdict(side)))
  if (before === null || after === null || before === after) return before ?? after ?? 'not known'
  return `${before} → ${after}`
}
