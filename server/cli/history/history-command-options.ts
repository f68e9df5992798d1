/** Parses the arguments of `flowtrace history`. */
import type { ParseArgsConfig } from 'node:util'
import type { WrittenFormat } from '../../../src/capture/capture-writer.ts'
import type { Expression } from '../../../src/filter/tree/expression.ts'
import { DEFAULT_DATABASE } from '../../history/clickhouse/clickhouse-address.ts'
import { printDdl } from '../../history/clickhouse/clickhouse-users.ts'
import { DEFAULT_DAYS, DEFAULT_HOUR_DAYS } from '../../history/history-options.ts'
import type { HistorySelection } from '../../history/history-store.ts'
import { UsageError } from '../../lib/usage-error.ts'
import type { CaptureInput } from '../captures/capture-input.ts'
import type { CaptureOutput } from '../captures/capture-output.ts'
import { inputsOf, outputOf } from '../captures/file-command-options.ts'
import { parseMoment } from '../compare/time-window.ts'
import { parseFilter } from '../filter-flag.ts'
import { parseFlags } from '../parse-flags.ts'
import { parseRedaction, REDACTION_FLAGS, type RedactionOptions } from '../redaction-flags.ts'
import { DDL_HELP, EXPORT_HELP, HISTORY_HELP, HITS_HELP, IMPORT_HELP } from './history-command-help.ts'
import { type HitsCommand, parseHitsCommand } from './hits-options.ts'
import { type HistoryPlace, parsePlace, PLACE_FLAGS } from './place-flags.ts'

export interface ImportCommand {
  readonly command: 'history import'
  readonly inputs: readonly CaptureInput[]
  readonly place: HistoryPlace
  /** Null for the one that the captures name. */
  readonly cluster: string | null
  readonly filter: Expression
}

export interface ExportCommand {
  readonly command: 'history export'
  readonly place: HistoryPlace
  /** Null where the history has one alone. */
  readonly cluster: string | null
  /** Unix seconds; null for all that there is. */
  readonly from: number | null
  readonly to: number | null
  readonly filter: Expression
  readonly grain: HistorySelection['grain']
  readonly format: WrittenFormat
  readonly output: CaptureOutput
  readonly redaction: RedactionOptions | null
}

export type HistoryCommand = ImportCommand | ExportCommand | HitsCommand

interface PrintedCommand {
  readonly command: 'history help' | 'history ddl'
  readonly text: string
}

const COMMON = {
  ...PLACE_FLAGS,
  cluster: { type: 'string' },
  filter: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options']

/** The command in `argv`, the arguments after `history`. `now`: Unix seconds. Throws {@link UsageError}. */
export function parseHistory(
  argv: readonly string[],
  now = Math.floor(Date.now() / 1000),
): HistoryCommand | PrintedCommand {
  const [name = '', ...args] = argv
  switch (name) {
    case 'import':
      return parseImport(args)
    case 'export':
      return parseExport(args, now)
    case 'hits':
      return parseHitsCommand(args, now) ?? help(HITS_HELP)
    case 'ddl':
      return parseDdl(args)
    case '--help':
    case '-h':
      return help(HISTORY_HELP)
    default:
      throw new UsageError(
        `history wants import, export, hits or ddl${name === '' ? '' : `, not ${JSON.stringify(name)}`}`,
      )
  }
}

function parseImport(argv: readonly string[]): ImportCommand | PrintedCommand {
  const { values: flags, positionals } = parseFlags(argv, COMMON)
  if (flags.help === true) return help(IMPORT_HELP)
  return {
    command: 'history import',
    inputs: inputsOf('history import', positionals),
    ...importedInto(flags),
    filter: parseFilter(flags.filter),
  }
}

function parseExport(argv: readonly string[], now: number): ExportCommand | PrintedCommand {
  const { values: flags, positionals } = parseFlags(argv, {
    ...COMMON,
    ...REDACTION_FLAGS,
    from: { type: 'string' },
    to: { type: 'string' },
    hourly: { type: 'boolean' },
    format: { type: 'string' },
  })
  if (flags.help === true) return help(EXPORT_HELP)
  const [out, ...others] = positionals
  if (out === undefined || out === '' || others.length > 0)
    throw new UsageError('history export wants one file OUT; - is standard output')
  const from = flags.from === undefined ? null : parseMoment('--from', flags.from, now)
  const to = flags.to === undefined ? null : parseMoment('--to', flags.to, now)
  if (from !== null && to !== null && from >= to) throw new UsageError('--from wants a time before --to')
  return {
    command: 'history export',
    ...storedIn('history export', flags),
    from,
    to,
    filter: parseFilter(flags.filter),
    grain: flags.hourly === true ? 'hour' : 'raw',
    ...outputOf(out, flags.format, '--format'),
    redaction: parseRedaction(flags),
  }
}

/** A history begins with an import, too. */
function importedInto(flags: Parameters<typeof storedIn>[1]): Pick<ImportCommand, 'place' | 'cluster'> {
  const { place, cluster } = storedIn('history import', flags)
  return { place: { ...place, mayBeNew: true }, cluster }
}

function parseDdl(argv: readonly string[]): PrintedCommand {
  const { values: flags, positionals } = parseFlags(argv, {
    database: { type: 'string' },
    cluster: { type: 'string' },
    replicated: { type: 'boolean' },
    days: { type: 'string' },
    'hour-days': { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  })
  if (flags.help === true) return help(DDL_HELP)
  if (positionals.length > 0) throw new UsageError('history ddl takes options only')
  const { database = DEFAULT_DATABASE, cluster, replicated = false } = flags
  if (database === '') throw new UsageError('--database wants a name')
  if (cluster === '') throw new UsageError('--cluster wants a name')
  if (replicated && cluster === undefined) throw new UsageError('--replicated needs --cluster NAME')
  const days = {
    raw: daysOf('--days', flags.days, DEFAULT_DAYS.clickhouse),
    hours: daysOf('--hour-days', flags['hour-days'], DEFAULT_HOUR_DAYS),
  }
  const text = printDdl({ database, cluster: cluster ?? null, replicated, days })
  return { command: 'history ddl', text }
}

function daysOf(flag: string, text: string | undefined, usual: number): number {
  if (text === undefined) return usual
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (days > 0) return days
  throw new UsageError(`${flag} wants a whole number of days, not ${JSON.stringify(text)}`)
}

function help(text: string): PrintedCommand {
  return { command: 'history help', text }
}

function storedIn(
  command: string,
  flags: Parameters<typeof parsePlace>[0] & { readonly cluster?: string | undefined },
): { readonly place: HistoryPlace; readonly cluster: string | null } {
  const { cluster } = flags
  const place = parsePlace(flags)
  if (place === null || place.location === '')
    throw new UsageError(`${command} wants --history DIR, or --history clickhouse://…`)
  if (cluster === '') throw new UsageError('--cluster wants a name')
  return { place, cluster: cluster ?? null }
}
