/** Prints what `flowtrace check` found for people: as lines, and as Markdown for a comment on a change. */
import { formatBytes, formatCount, formatPlural } from '../../../src/lib/format.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { CHANGE_KINDS } from '../../../src/policy/run/verdict-changes.ts'
import { escapeMarkdown } from '../../../src/trace/markdown.ts'
import { type ChangeSide, type CheckReport, nameOfChange, type ReportedChange } from './check-report.ts'

/** Nobody reads more; JSON has all. */
const MAX_LINES = 500
/** GitHub takes 65,536 characters of a comment. */
const MAX_TABLE_ROWS = 100

export function checkText(report: CheckReport): string {
  const { changes } = report
  const lines = changes.slice(0, MAX_LINES).flatMap((change) => [...changeLines(change), ''])
  const more = changes.length - MAX_LINES
  if (more > 0) lines.push(`… and ${formatCount(more)} more changes, which --format json has`, '')
  return `${[...lines, ...summaryLines(report)].join('\n')}\n`
}

function changeLines(change: ReportedChange): readonly string[] {
  const { kind, before, after, missing, difference } = change
  return [
    `${kind}: ${nameOfChange(change)}`,
    ...sideLines('before', before),
    ...sideLines('after', after),
    ...(missing.length === 0 ? [] : [`  not known: ${missing.join('; ')}`]),
    ...(difference === null
      ? []
      : [`  recorded under other policies than those of --against: ${difference}`]),
    `  ${sumsText(change)}`,
  ].map((line) => visibleText(line))
}

function sideLines(title: string, { verdict, deciders }: ChangeSide): readonly string[] {
  const head = `  ${title.padEnd(6)} `
  const texts = deciders.map(({ text, place }) =>
    place === null ? text : `${text}  (${place.file}:${place.line})`,
  )
  const [only, ...others] = texts
  if (only === undefined) return [`${head}${verdictWords(verdict)}`]
  if (others.length === 0) return [`${head}${only}`]
  return [`${head}${verdictWords(verdict)}: one of`, ...texts.map((text) => `    ${text}`)]
}

function verdictWords(verdict: ChangeSide['verdict']): string {
  return verdict === 'none' ? 'not recorded' : verdict
}

function sumsText({ connections, bytes, records }: ReportedChange): string {
  const parts = [
    ...(connections === null ? [] : [formatPlural(connections, 'connection')]),
    ...(bytes === null ? [] : [formatBytes(bytes)]),
    formatPlural(records, 'record'),
  ]
  return parts.join(', ')
}

function summaryLines({
  counts,
  flows,
  records,
  unreported,
  contradicted,
  leftOut,
}: CheckReport): readonly string[] {
  return [
    `${CHANGE_KINDS.map((kind) => `${formatCount(counts[kind])} ${kind}`).join(', ')}; of ${formatPlural(flows, 'flow')} in ${formatPlural(records, 'record')}.`,
    ...(unreported === 0 ? [] : [`${formatPlural(unreported, 'flow')} without a reporter, not checked.`]),
    ...(contradicted === 0
      ? []
      : [`${formatPlural(contradicted, 'flow')} recorded with another verdict than --against gives.`]),
    ...(leftOut === 0 ? [] : [`${formatPlural(leftOut, 'record')} beyond the limit of keys, not checked.`]),
  ]
}

export function checkMarkdown(report: CheckReport): string {
  const { changes } = report
  const rows = changes
    .slice(0, MAX_TABLE_ROWS)
    .map((change) => [
      change.kind,
      nameOfChange(change),
      sideCell(change.before),
      sideCell(change.after),
      [sumsText(change), ...notes(change)].join('; '),
    ])
  const more = changes.length - rows.length
  const table =
    rows.length === 0
      ? ['No flow of the capture changes its verdict.']
      : [
          tableLine(['change', 'flow', 'before', 'after', 'traffic']),
          '| --- | --- | --- | --- | --- |',
          ...rows.map(tableLine),
        ]
  return `${[
    '### Policy check',
    '',
    ...table,
    ...(more > 0 ? ['', `… and ${formatCount(more)} more changes.`] : []),
    '',
    ...summaryLines(report),
  ].join('\n')}\n`
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => escapeMarkdown(visibleText(cell))).join(' | ')} |`
}

function sideCell({ verdict, deciders }: ChangeSide): string {
  if (deciders.length === 0) return verdictWords(verdict)
  const texts = deciders.map(({ text, place }) =>
    place === null ? text : `${text} (${place.file}:${place.line})`,
  )
  return texts.length === 1 ? (texts[0] ?? '') : `${verdict}: ${texts.join(', or ')}`
}

function notes({ missing, difference }: ReportedChange): readonly string[] {
  return [
    ...(missing.length === 0 ? [] : [`not known: ${missing.join(', ')}`]),
    ...(difference === null ? [] : ['recorded under other policies']),
  ]
}
