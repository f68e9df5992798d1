/**
 * The header of our own captures: a JSON line that says where the records come from. docs/format.md is its contract. A
 * capture may hold several, because captures are concatenated, and because a recorder learns of a gap only later.
 */
import { formatCount, isoTime } from '../../lib/format.ts'
import { FieldError, isObject, type Json } from './json-fields.ts'
import { unixSecondsOf } from './json-time.ts'

/** The member by which a line is known to be a header. Its value is the version of the format. */
const VERSION_MEMBER = 'flowtraceCapture'
/** The version that is written, and the newest one that is read. */
const VERSION = 1

/** A time in which nothing was recorded, in Unix seconds: [from, to). */
export interface CaptureGap {
  readonly from: number
  readonly to: number
  /** Why, in words; null where that was not recorded. */
  readonly reason: string | null
}

/** What a header says. Null stands for "not recorded". */
export interface CaptureHeader {
  /** The program that wrote the file, with its version: `flowtrace 0.2.0`. */
  readonly tool: string | null
  /** Where the records come from: `live`, `history`, `capture`, `demo`, or another word of a later version. */
  readonly source: { readonly kind: string; readonly name: string | null } | null
  readonly cluster: string | null
  /** The address of the Goldmane or the gateway that served the records. */
  readonly server: string | null
  /** The time that was recorded, in Unix seconds: [from, to). An end that is null is open. */
  readonly window: { readonly from: number | null; readonly to: number | null } | null
  /** The query that the records passed; null when none is known to have been applied. */
  readonly filter: string | null
  /** An empty list says that there are none; null that nobody looked. */
  readonly gaps: readonly CaptureGap[] | null
  /** Seconds, where each record sums all of its key and labels in so long a time; null for records as they came. */
  readonly step: number | null
  /** Why a part of what was asked for is missing, in words; null where nothing is known to be. */
  readonly incomplete: string | null
  /** Members that this version does not know, from a later one. They are written back. */
  readonly others: Json
}

/** A header that says nothing. */
export const EMPTY_HEADER: CaptureHeader = {
  tool: null,
  source: null,
  cluster: null,
  server: null,
  window: null,
  filter: null,
  gaps: null,
  step: null,
  incomplete: null,
  others: {},
}

/** A header with more is refused, so that a broken recorder cannot fill the memory of a page. */
export const MAX_GAPS = 10_000

const MEMBERS: ReadonlySet<string> = new Set([VERSION_MEMBER, ...Object.keys(EMPTY_HEADER)])

export function isHeader(record: Json): boolean {
  return Object.hasOwn(record, VERSION_MEMBER)
}

/** The header in a record that {@link isHeader}. Throws a FieldError, also for a version that is newer than ours. */
export function headerOf(record: Json): CaptureHeader {
  const version = record[VERSION_MEMBER]
  if (version !== VERSION)
    throw new FieldError(VERSION_MEMBER, version, `version ${VERSION}, which is read here`)
  return {
    tool: textOrNull(record.tool, 'tool'),
    source: sourceOf(record.source),
    cluster: textOrNull(record.cluster, 'cluster'),
    server: textOrNull(record.server, 'server'),
    window: windowOf(record.window),
    filter: textOrNull(record.filter, 'filter'),
    gaps: gapsOf(record.gaps),
    step: stepOf(record.step),
    incomplete: textOrNull(record.incomplete, 'incomplete'),
    others: Object.fromEntries(Object.entries(record).filter(([name]) => !MEMBERS.has(name))),
  }
}

/** The header as a JSON object with the members in the order of docs/format.md. What is null is left out. */
export function headerJson(header: CaptureHeader): Json {
  const { tool, source, cluster, server, window, filter, gaps, step, incomplete, others } = header
  const times = window === null ? {} : { from: utcTime(window.from), to: utcTime(window.to) }
  const all = {
    [VERSION_MEMBER]: VERSION,
    tool,
    source: source === null ? null : withoutNulls(source),
    cluster,
    server,
    window: window === null ? null : withoutNulls(times),
    filter,
    gaps:
      gaps === null
        ? null
        : gaps.map(({ from, to, reason }) => withoutNulls({ from: utcTime(from), to: utcTime(to), reason })),
    step,
    incomplete,
    ...others,
  }
  return withoutNulls(all)
}

function withoutNulls(record: Json): Json {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null))
}

/** As {@link isoTime}; null stays null. */
export function utcTime(seconds: number | null): string | null {
  return seconds === null ? null : isoTime(seconds)
}

function textOrNull(value: unknown, field: string): string | null {
  if (value === undefined || value === null) return null
  if (typeof value !== 'string') throw new FieldError(field, value, 'a text')
  return value
}

function stepOf(value: unknown): number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value
  throw new FieldError('step', value, 'a whole number of seconds')
}

function sourceOf(value: unknown): CaptureHeader['source'] {
  if (value === undefined || value === null) return null
  if (!isObject(value)) throw new FieldError('source', value, 'an object')
  const kind = textOrNull(value.kind, 'source.kind')
  if (kind === null) throw new FieldError('source.kind', value.kind, 'a text')
  return { kind, name: textOrNull(value.name, 'source.name') }
}

function timeOrNull(value: unknown, field: string): number | null {
  return value === undefined || value === null ? null : unixSecondsOf(value, field)
}

function windowOf(value: unknown): CaptureHeader['window'] {
  if (value === undefined || value === null) return null
  if (!isObject(value)) throw new FieldError('window', value, 'an object')
  return { from: timeOrNull(value.from, 'window.from'), to: timeOrNull(value.to, 'window.to') }
}

function gapsOf(value: unknown): CaptureHeader['gaps'] {
  if (value === undefined || value === null) return null
  if (!Array.isArray(value)) throw new FieldError('gaps', value, 'a list')
  if (value.length > MAX_GAPS) throw new FieldError('gaps', value, `at most ${formatCount(MAX_GAPS)} gaps`)
  return value.map((gap: unknown, i) => {
    const field = `gaps[${i}]`
    if (!isObject(gap)) throw new FieldError(field, gap, 'an object')
    const from = timeOrNull(gap.from, `${field}.from`)
    const to = timeOrNull(gap.to, `${field}.to`)
    if (from === null || to === null || to < from) throw new FieldError(field, gap, 'a time from … to …')
    return { from, to, reason: textOrNull(gap.reason, `${field}.reason`) }
  })
}
