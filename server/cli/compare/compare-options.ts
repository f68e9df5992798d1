/** Parses the arguments of `flowtrace compare`. */
import type { ParseArgsConfig } from 'node:util'
import { asksFor } from '../../../src/filter/tree/asks-for.ts'
import type { Expression } from '../../../src/filter/tree/expression.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { parseFilter } from '../filter-flag.ts'
import { type HistoryPlace, parsePlace, PLACE_FLAGS } from '../history/place-flags.ts'
import { parseFlags } from '../parse-flags.ts'
import { oneOf } from '../policies/policy-flags.ts'
import { parseLength, parseMoment, parseWindow, type TimeWindow } from './time-window.ts'

const FORMATS = ['text', 'json', 'markdown'] as const
export type CompareFormat = (typeof FORMATS)[number]

/** A capture, or several that are read as one, and the part of it that is compared. */
export interface CaptureSide {
  /** Files and folders; empty for standard input. */
  readonly paths: readonly string[]
  /** Null for all of it. */
  readonly window: TimeWindow | null
}

/** What A and B are taken from. */
export type ComparedInput =
  | { readonly kind: 'captures'; readonly a: CaptureSide; readonly b: CaptureSide }
  | {
      readonly kind: 'one capture'
      readonly paths: readonly string[]
      readonly a: TimeWindow
      readonly b: TimeWindow
    }
  | {
      readonly kind: 'history'
      readonly place: HistoryPlace
      /** Null where the history has one alone. */
      readonly cluster: string | null
      readonly a: TimeWindow
      readonly b: TimeWindow
      /** Unix seconds. */
      readonly now: number
    }

export interface CompareCommand {
  readonly command: 'compare'
  readonly input: ComparedInput
  readonly filter: Expression
  /** As it was given; null without one. */
  readonly filterText: string | null
  readonly format: CompareFormat
  /** What makes the exit status 1. */
  readonly failOn: ReadonlySet<FailOn>
}

export const FAIL_ON = [
  'new-denials',
  'flipped',
  'denials-gone',
  'gone-quiet',
  'new-talkers',
  'more-or-less',
  'any',
] as const
export type FailOn = (typeof FAIL_ON)[number]

const OPTIONS = {
  a: { type: 'string' },
  b: { type: 'string' },
  around: { type: 'string' },
  for: { type: 'string' },
  ...PLACE_FLAGS,
  cluster: { type: 'string' },
  filter: { type: 'string' },
  format: { type: 'string' },
  'fail-on': { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options']
type Flags = ReturnType<typeof parseFlags<typeof OPTIONS>>['values']

/** Long enough for most jobs to run, short enough to be within what Goldmane holds. */
const DEFAULT_LENGTH = 30 * 60

/** The command in `argv`, the arguments after `compare`. `now`: Unix seconds. Throws {@link UsageError}. */
export function parseCompare(
  argv: readonly string[],
  now = Math.floor(Date.now() / 1000),
): CompareCommand | { readonly command: 'compare help' } {
  const { values: flags, positionals } = parseFlags(argv, OPTIONS)
  if (flags.help === true) return { command: 'compare help' }
  return {
    command: 'compare',
    input: inputOf(flags, positionals, now),
    filter: filterOf(flags.filter),
    filterText: flags.filter ?? null,
    format: oneOf('format', FORMATS, flags.format ?? 'text'),
    failOn: new Set((flags['fail-on'] ?? []).flatMap(failOnOf)),
  }
}

function inputOf(flags: Flags, positionals: readonly string[], now: number): ComparedInput {
  const { cluster } = flags
  const place = parsePlace(flags)
  if (place !== null) {
    const [first] = positionals
    if (first !== undefined)
      throw new UsageError(`compare takes captures or --history, not both: ${JSON.stringify(first)}`)
    if (place.location === '') throw new UsageError('--history wants a folder or a URL')
    const windows = windowsOf(flags, now)
    if (windows === null)
      throw new UsageError('compare --history wants two windows: --a and --b, or --around')
    return { kind: 'history', place, cluster: cluster ?? null, ...windows, now }
  }
  if (cluster !== undefined) throw new UsageError('--cluster needs --history')
  const windows = windowsOf(flags, null)
  if (windows !== null) return { kind: 'one capture', paths: filesOf(positionals), ...windows }
  return sidesOf(positionals)
}

/** The windows of --a and --b, or of --around; null without them. */
function windowsOf(
  { a, b, around, for: length }: Flags,
  now: number | null,
): { readonly a: TimeWindow; readonly b: TimeWindow } | null {
  if (around !== undefined) {
    if (a !== undefined || b !== undefined) throw new UsageError('compare takes --around or --a and --b')
    const moment = parseMoment('--around', around, now)
    const seconds = length === undefined ? DEFAULT_LENGTH : parseLength('--for', length)
    return { a: { from: moment - seconds, to: moment }, b: { from: moment, to: moment + seconds } }
  }
  if (length !== undefined) throw new UsageError('--for needs --around')
  if (a === undefined && b === undefined) return null
  if (a === undefined || b === undefined)
    throw new UsageError(`--${a === undefined ? 'b' : 'a'} needs --${a === undefined ? 'a' : 'b'}`)
  return { a: parseWindow('--a', a, now), b: parseWindow('--b', b, now) }
}

/** The files that both windows are of; empty for standard input. */
function filesOf(positionals: readonly string[]): readonly string[] {
  if (positionals.length === 0 || positionals.includes(''))
    throw new UsageError('compare wants a capture FILE, or - for standard input')
  if (!positionals.includes('-')) return positionals
  if (positionals.length > 1) throw new UsageError('compare reads standard input alone, not beside files')
  return []
}

function sidesOf(positionals: readonly string[]): ComparedInput {
  const [first, second, ...more] = positionals
  if (first === undefined || second === undefined || more.length > 0)
    throw new UsageError('compare wants two captures A and B, or one with --around, or with --a and --b')
  const a = sideOf('A', first)
  const b = sideOf('B', second)
  if (a.paths.length === 0 && b.paths.length === 0)
    throw new UsageError('compare reads standard input once; --a and --b are two windows of it')
  return { kind: 'captures', a, b }
}

/** `FILE`, `-`, or either with `@FROM..TO` behind it. */
function sideOf(name: string, text: string): CaptureSide {
  const at = text.lastIndexOf('@')
  const hasWindow = at > 0 && text.includes('..', at)
  const path = hasWindow ? text.slice(0, at) : text
  if (path === '') throw new UsageError(`compare wants a capture for ${name}`)
  return {
    paths: path === '-' ? [] : [path],
    window: hasWindow ? parseWindow(name, text.slice(at + 1), null) : null,
  }
}

function filterOf(text: string | undefined): Expression {
  const filter = parseFilter(text)
  if (asksFor(filter, 'age'))
    throw new UsageError('--filter of compare cannot ask for seen: the windows say which records are meant')
  return filter
}

function failOnOf(text: string): readonly FailOn[] {
  return text.split(',').map((word) => oneOf('fail-on', FAIL_ON, word.trim()))
}
