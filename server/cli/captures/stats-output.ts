/** Renders what a capture holds as text and as JSON. Neither has control characters. */
import type { CaptureStats, Count } from '../../../src/capture/capture-stats.ts'
import { type CaptureHeader, headerJson, utcTime } from '../../../src/capture/format/capture-header.ts'
import { displayNamespace } from '../../../src/flows/spelling.ts'
import { formatCount, formatPlural } from '../../../src/lib/format.ts'
import { visibleJson, visibleText } from '../../../src/lib/visible-text.ts'

/** The text lists so many of each kind; the JSON has all. */
const MAX_LISTED = 10
const LABEL_WIDTH = 12

export function statsText(name: string, stats: CaptureStats): string {
  const { format, headers, read, matched, from, to, refused, unknownValues, reasons } = stats
  const records =
    matched === read ? formatCount(read) : `${formatCount(matched)} of ${formatCount(read)} match the filter`
  const lines = [
    `${name}: ${format ?? 'no records'}`,
    ...headers.slice(0, MAX_LISTED).flatMap(headerLines),
    ...(headers.length > MAX_LISTED
      ? [row('', `${formatCount(headers.length - MAX_LISTED)} more headers`)]
      : []),
    row('Records', records),
    row('Times', from === null && to === null ? 'not recorded' : timesText(from, to)),
    row(
      'Verdicts',
      countsText(stats.verdicts, (value) => value),
    ),
    row(
      'Reporters',
      countsText(stats.reporters, (value) => value),
    ),
    row('Namespaces', countsText(stats.namespaces, displayNamespace, stats.otherNamespaces)),
    row('Refused', formatCount(refused)),
    ...reasons.slice(0, MAX_LISTED).map(({ reason, count, firstLine, firstFile }) => {
      const file = firstFile === null ? '' : ` of ${firstFile}`
      const place =
        firstLine === null ? fileAlone(firstFile) : `, first in line ${formatCount(firstLine)}${file}`
      return row('', `${reason} (${formatCount(count)}×${place})`)
    }),
    ...(reasons.length > MAX_LISTED
      ? [row('', `${formatCount(reasons.length - MAX_LISTED)} more reasons`)]
      : []),
    ...(unknownValues === 0
      ? []
      : [row('Unknown', formatPlural(unknownValues, 'value of a newer Calico', 'values of a newer Calico'))]),
  ]
  return `${lines.map((line) => visibleText(line)).join('\n')}\n`
}

export function statsJson(name: string, stats: CaptureStats): string {
  const { format, headers, read, matched, from, to, refused, unknownValues: unknown } = stats
  const { verdicts, reporters, namespaces, otherNamespaces, reasons } = stats
  const value = {
    name,
    format,
    headers: headers.map(headerJson),
    read,
    matched,
    from: utcTime(from),
    to: utcTime(to),
    verdicts: Object.fromEntries(verdicts.map(entryOf)),
    reporters: Object.fromEntries(reporters.map(entryOf)),
    namespaces: Object.fromEntries(namespaces.map(entryOf)),
    otherNamespaces,
    refused,
    reasons,
    unknown,
  }
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`
}

function entryOf({ value, records }: Count): [string, number] {
  return [value, records]
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(LABEL_WIDTH)}${text}`
}

/** One line for each thing that a header says. */
function headerLines({
  tool,
  source,
  cluster,
  server,
  window,
  filter,
  gaps,
}: CaptureHeader): readonly string[] {
  const from = [
    source === null ? null : [source.kind, source.name].filter(Boolean).join(', '),
    cluster,
    server,
  ]
    .filter((part) => part !== null)
    .join(' · ')
  const lines: [string, string | null][] = [
    ['Source', from === '' ? null : from],
    ['Written by', tool],
    ['Window', window === null ? null : timesText(window.from, window.to)],
    ['Filter', filter],
    ['Gaps', gaps === null ? null : gapsText(gaps)],
  ]
  return lines.flatMap(([label, text]) => (text === null ? [] : [row(label, text)]))
}

function timesText(from: number | null, to: number | null): string {
  return `${utcTime(from) ?? 'not recorded'} to ${utcTime(to) ?? 'not recorded'}`
}

function gapsText(gaps: NonNullable<CaptureHeader['gaps']>): string {
  if (gaps.length === 0) return 'none'
  const listed = gaps.slice(0, MAX_LISTED).map(({ from, to, reason }) => {
    return `${timesText(from, to)}${reason === null ? '' : ` (${reason})`}`
  })
  const more = gaps.length - listed.length
  return `${formatCount(gaps.length)}: ${listed.join('; ')}${more === 0 ? '' : `; ${formatCount(more)} more`}`
}

function countsText(counts: readonly Count[], shown: (value: string) => string, others = 0): string {
  if (counts.length === 0) return 'none'
  const listed = counts
    .slice(0, MAX_LISTED)
    .map(({ value, records }) => `${shown(value) || 'not recorded'} ${formatCount(records)}`)
  const more = counts.length - listed.length
  const rest = [
    ...(more === 0 ? [] : [`${formatCount(more)} more`]),
    ...(others === 0 ? [] : [`${formatPlural(others, 'record')} in others`]),
  ]
  return [...listed, ...rest].join(', ')
}

function fileAlone(file: string | null): string {
  return file === null ? '' : `, first in ${file}`
}
