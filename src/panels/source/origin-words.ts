/** Where the records of a capture come from, as its headers say it (docs/format.md). */
import type { CaptureHeader } from '../../capture/format/capture-header.ts'
import { recordedGaps } from '../../capture/format/joined-headers.ts'
import { formatPlural, formatTime } from '../../lib/format.ts'

export interface OriginWords {
  /** For the bar: "· of prod · 2 gaps"; empty when there is only more to say in `whole`. */
  readonly short: string
  /** All that the headers say, a line for each thing. */
  readonly whole: string
}

/** Lists are cut off behind so many. */
const MAX_LISTED = 10

/** Null when no header says where the records come from, when, and what is missing. */
export function originWords(headers: readonly CaptureHeader[]): OriginWords | null {
  const lines = headers.slice(0, MAX_LISTED).flatMap(linesOf)
  if (lines.length === 0) return null
  const names = [...new Set(headers.map(nameOf).filter((name) => name !== null))]
  const [name] = names
  const more = names.length > 1 ? ` and ${names.length - 1} more` : ''
  const gaps = recordedGaps(headers).length
  const short = [
    ...(name === undefined ? [] : [`of ${name}${more}`]),
    ...(headers.some(({ filter }) => filter !== null) ? ['filtered'] : []),
    ...(gaps === 0 ? [] : [formatPlural(gaps, 'gap')]),
  ]
  return { short: short.length === 0 ? '' : `· ${short.join(' · ')}`, whole: lines.join('\n') }
}

function nameOf({ cluster, source, server }: CaptureHeader): string | null {
  return cluster ?? source?.name ?? server
}

function linesOf({ tool, source, cluster, server, window, filter, gaps }: CaptureHeader): readonly string[] {
  const from = [source?.kind, source?.name, cluster, server].filter((part) => typeof part === 'string')
  return [
    ...(from.length === 0 ? [] : [`Source: ${from.join(', ')}`]),
    ...(window === null ? [] : [`Recorded: ${rangeWords(window)}`]),
    ...(filter === null ? [] : [`Filter: ${filter}`]),
    ...(gaps === null ? [] : [gapsWords(gaps)]),
    ...(tool === null ? [] : [`Written by ${tool}`]),
  ]
}

function gapsWords(gaps: NonNullable<CaptureHeader['gaps']>): string {
  if (gaps.length === 0) return 'No gaps'
  const listed = gaps
    .slice(0, MAX_LISTED)
    .map((gap) => `${rangeWords(gap)}${gap.reason === null ? '' : ` (${gap.reason})`}`)
  const more = gaps.length > MAX_LISTED ? `, and ${gaps.length - MAX_LISTED} more` : ''
  return `${formatPlural(gaps.length, 'gap')}: ${listed.join(', ')}${more}`
}

function rangeWords({ from, to }: NonNullable<CaptureHeader['window']>): string {
  const [start, end] = [from, to].map((time) => (time === null ? 'not recorded' : formatTime(time)))
  return `${start} – ${end}`
}
