/** Parses the arguments of the commands that read and write captures: convert, merge, head, stats. */
import type { ParseArgsConfig } from 'node:util'
import { WRITTEN_FORMATS, type WrittenFormat } from '../../../src/capture/capture-writer.ts'
import type { Expression } from '../../../src/filter/tree/expression.ts'
import { canWriteZstd, type Compression, compressionOf, zstdRefusal } from '../../lib/compressors.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { parseFilter } from '../filter-flag.ts'
import { parseFlags } from '../parse-flags.ts'
import { parseRedaction, REDACTION_FLAGS, type RedactionOptions } from '../redaction-flags.ts'
import { type CaptureInput, captureInput } from './capture-input.ts'
import type { CaptureOutput } from './capture-output.ts'
import { CONVERT_HELP, HEAD_HELP, MERGE_HELP, STATS_HELP } from './file-command-help.ts'

export interface WriteCommand {
  readonly command: 'convert' | 'merge'
  /** One or more: several are merged. */
  readonly inputs: readonly CaptureInput[]
  readonly output: CaptureOutput
  readonly format: WrittenFormat
  readonly filter: Expression
  readonly redaction: RedactionOptions | null
}

export interface HeadCommand {
  readonly command: 'head'
  /** One or more: several are merged. */
  readonly inputs: readonly CaptureInput[]
  readonly records: number
  readonly filter: Expression
  readonly redaction: RedactionOptions | null
}

export interface StatsCommand {
  readonly command: 'stats'
  /** One or more. */
  readonly inputs: readonly CaptureInput[]
  readonly isJson: boolean
  readonly filter: Expression
}

export type FileCommand = WriteCommand | HeadCommand | StatsCommand

interface HelpCommand {
  readonly command: 'file command help'
  readonly text: string
}

const DEFAULT_RECORDS = 10

/** How each format is recognised by the name of a file. */
const ENDINGS: Readonly<Record<WrittenFormat, RegExp>> = {
  ndjson: /\.(ndjson|jsonl)(\.gz|\.zst)?$/i,
  protobuf: /\.(pb|binpb)(\.gz|\.zst)?$/i,
  parquet: /\.parquet$/i,
}

const COMMON = {
  filter: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options']

const PARSERS = { convert: parseConvert, merge: parseMerge, head: parseHead, stats: parseStats } as const
export const FILE_COMMANDS = ['convert', 'merge', 'head', 'stats'] as const

export function isFileCommand(name: string | undefined): name is (typeof FILE_COMMANDS)[number] {
  return FILE_COMMANDS.some((command) => command === name)
}

/** The command in `argv`, the arguments after its name. Throws {@link UsageError}. */
export function parseFileCommand(
  name: (typeof FILE_COMMANDS)[number],
  argv: readonly string[],
): FileCommand | HelpCommand {
  return PARSERS[name](argv)
}

function parseConvert(argv: readonly string[]): WriteCommand | HelpCommand {
  return parseWrite('convert', 'captures IN…', argv)
}

function parseMerge(argv: readonly string[]): WriteCommand | HelpCommand {
  return parseWrite('merge', 'captures FILE…', argv)
}

function parseWrite(
  command: WriteCommand['command'],
  wanted: string,
  argv: readonly string[],
): WriteCommand | HelpCommand {
  const { values: flags, positionals } = parseFlags(argv, {
    ...COMMON,
    ...REDACTION_FLAGS,
    to: { type: 'string' },
  })
  if (flags.help === true) return help(command === 'convert' ? CONVERT_HELP : MERGE_HELP)
  const files = positionals.slice(0, -1)
  const to = positionals.at(-1)
  if (isMissing(to) || files.length === 0 || files.some(isMissing))
    throw new UsageError(`${command} wants ${wanted} and a file OUT; - is standard input or output`)
  return {
    command,
    inputs: inputsOf(command, files),
    ...outputOf(to, flags.to),
    filter: parseFilter(flags.filter),
    redaction: parseRedaction(flags),
  }
}

function parseHead(argv: readonly string[]): HeadCommand | HelpCommand {
  const { values: flags, positionals } = parseFlags(argv, {
    ...COMMON,
    ...REDACTION_FLAGS,
    records: { type: 'string', short: 'n' },
  })
  if (flags.help === true) return help(HEAD_HELP)
  const records = flags.records ?? String(DEFAULT_RECORDS)
  if (!/^[1-9]\d{0,8}$/.test(records))
    throw new UsageError(`--records wants a number from 1 on, not ${JSON.stringify(records)}`)
  return {
    command: 'head',
    inputs: inputsOf('head', positionals),
    records: Number(records),
    filter: parseFilter(flags.filter),
    redaction: parseRedaction(flags),
  }
}

function parseStats(argv: readonly string[]): StatsCommand | HelpCommand {
  const { values: flags, positionals } = parseFlags(argv, { ...COMMON, json: { type: 'boolean' } })
  if (flags.help === true) return help(STATS_HELP)
  return {
    command: 'stats',
    inputs: inputsOf('stats', positionals),
    isJson: flags.json === true,
    filter: parseFilter(flags.filter),
  }
}

function help(text: string): HelpCommand {
  return { command: 'file command help', text }
}

function isMissing(path: string | undefined): path is undefined {
  return path === undefined || path === ''
}

/** The captures of a command. Throws {@link UsageError}. */
export function inputsOf(command: string, paths: readonly string[]): readonly CaptureInput[] {
  if (paths.length === 0 || paths.some(isMissing))
    throw new UsageError(`${command} wants captures FILE…, or - for standard input`)
  if (paths.filter((path) => path === '-').length > 1)
    throw new UsageError(`${command} reads standard input once`)
  return paths.map((path) => captureInput(path === '-' ? null : path))
}

/** The output and its format, by `flag`, or else by the name of the file. Throws {@link UsageError}. */
export function outputOf(
  path: string,
  to: string | undefined,
  flag = '--to',
): Pick<WriteCommand, 'output' | 'format'> {
  const asked = to === undefined ? undefined : askedFormat(to, flag)
  const format = asked?.format ?? namedFormat(path, flag)
  const named = path === '-' ? 'none' : compressionOf(path)
  const compression = asked === undefined || asked.compression === 'none' ? named : asked.compression
  if (format === 'parquet' && compression !== 'none')
    throw new UsageError('Parquet is compressed inside: its file has neither .gz nor .zst')
  if (compression === 'zstd' && !canWriteZstd()) throw new UsageError(zstdRefusal())
  return { format, output: { path: path === '-' ? null : path, compression } }
}

function namedFormat(path: string, flag: string): WrittenFormat {
  if (path === '-') return 'ndjson'
  const format = WRITTEN_FORMATS.find((known) => ENDINGS[known].test(path))
  if (format === undefined)
    throw new UsageError(`The name ${JSON.stringify(path)} does not tell the format; ${flag} does`)
  return format
}

function askedFormat(
  to: string,
  flag: string,
): { readonly format: WrittenFormat; readonly compression: Compression } {
  const format = WRITTEN_FORMATS.find((known) => to.replace(/\.(gz|zst)$/, '') === known)
  if (format === undefined)
    throw new UsageError(
      `${flag} wants ndjson or protobuf, each also with .gz or .zst, or parquet, not ${JSON.stringify(to)}`,
    )
  return { format, compression: compressionOf(to) }
}
