/** Parses the arguments of `flowtrace record`. */
import type { ParseArgsConfig } from 'node:util'
import type { Expression } from '../../src/filter/tree/expression.ts'
import { unreachable } from '../../src/lib/assert.ts'
import { visibleText } from '../../src/lib/visible-text.ts'
import { readConfiguration } from '../config/configuration.ts'
import type { FlagValues } from '../config/layers.ts'
import type { ClusterSettings, ServedSource } from '../config/served-source.ts'
import { bytes } from '../config/value-kind.ts'
import { canWriteZstd, compressionOf, zstdRefusal } from '../lib/compressors.ts'
import type { LogOptions } from '../lib/pino-log.ts'
import { UsageError } from '../lib/usage-error.ts'
import { parseFilter } from './filter-flag.ts'
import { parseFlags } from './parse-flags.ts'
import { parseRedaction, REDACTION_FLAGS, REDACTION_HELP, type RedactionOptions } from './redaction-flags.ts'

/** What can be recorded. */
export type RecordedSource =
  | Extract<ServedSource, { kind: 'demo' | 'kubectl' }>
  | { readonly kind: 'goldmane'; readonly cluster: ClusterSettings }

export interface RecordCommand {
  readonly command: 'record'
  readonly source: RecordedSource
  /** Null stands for standard output. */
  readonly path: string | null
  readonly filter: Expression
  /** As it was given, for the file; null without one. */
  readonly filterText: string | null
  /** Milliseconds; null for until it is stopped. */
  readonly duration: number | null
  /** Bytes of a file. */
  readonly maxBytes: number
  /** Files that are kept; 1 unless given: the first file is the last one. */
  readonly maxFiles: number
  readonly redaction: RedactionOptions | null
  readonly log: LogOptions
}

export const RECORD_HELP = `Usage: flowtrace record SOURCE --out FILE [options]

Records the flows of a Goldmane into a capture, beginning with the hour that Goldmane
still holds: a line of JSON for each record, which the page and every command here open,
and jq reads. After a lost connection it goes on where it was and asks for what it
missed; what nobody has any more is written down as a gap. Ctrl-C ends it.

SOURCE is one of:
  --goldmane URL        https://HOST:7443, or http:// on the loopback
  --kubectl             the Goldmane of your kubectl's current context
  --config FILE         the clusters of this file; --cluster NAME chooses one of several
  --demo [STEP]         the demo cluster, as flowtrace serve has it

With --goldmane: --name, --ca, --cert, --key and --server-name, and with --kubectl:
--context and --namespace, as flowtrace serve has them (flowtrace --help).

  --out FILE            where to; - is standard output. FILE.gz and FILE.zst are
                        compressed, .zst with Node 22.15 or newer. A file that has
                        something in it is not written over
  --filter QUERY        only records that match, as in 'dst.ns = backend and action = deny';
                        'bytes > 1MB' asks each record by itself, and 'seen < 10m' how
                        old it is when it comes
  --for TIME            end after this time: 30s, 10m, 2h, 1d
  --max-size SIZE       end before a file grows over this size, such as 100MB
  --rotate N            at that size go on in FILE.1, FILE.2 and so on; the newest N files
                        are kept, older ones are removed
${REDACTION_HELP}
  --memory SIZE         the most that Goldmane's last hour may take (256MB)
  --log-level LEVEL     info, warn (default) or error

Examples:
  flowtrace record --kubectl --out flows.ndjson.gz --for 10m
  flowtrace record --kubectl --out ring.ndjson --max-size 100MB --rotate 5
  flowtrace record --demo --out - | jq -c .flow.Key

A summary is written to standard error. The status is 0 after a recording, also one that
was stopped; 1 when Goldmane was never reached or FILE can no longer be written; 2 when the
command line makes no sense.
`

const OPTIONS = {
  goldmane: { type: 'string' },
  kubectl: { type: 'boolean' },
  config: { type: 'string' },
  demo: { type: 'string' },
  name: { type: 'string' },
  ca: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  'server-name': { type: 'string' },
  context: { type: 'string' },
  namespace: { type: 'string' },
  memory: { type: 'string' },
  'log-level': { type: 'string' },
  cluster: { type: 'string' },
  out: { type: 'string' },
  filter: { type: 'string' },
  for: { type: 'string' },
  'max-size': { type: 'string' },
  rotate: { type: 'string' },
  ...REDACTION_FLAGS,
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options']

/** The command in `argv`, the arguments after `record`. Reads the file of --config. Throws {@link UsageError}. */
export function parseRecord(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
): RecordCommand | { readonly command: 'record help' } {
  const { values, positionals } = parseFlags(argv, OPTIONS, { flags: ['demo'] })
  const {
    help,
    cluster,
    out,
    filter,
    for: duration,
    'max-size': maxSize,
    rotate,
    redact,
    'salt-file': saltFile,
    names,
    ...settings
  } = values
  if (help === true) return { command: 'record help' }
  const [extra] = positionals
  if (extra !== undefined) throw new UsageError(`record takes options only, not ${JSON.stringify(extra)}`)
  if (out === undefined || out === '')
    throw new UsageError('record wants --out FILE, or - for standard output')
  checkFormat(out)
  if (rotate !== undefined && maxSize === undefined) throw new UsageError('--rotate needs --max-size')
  if (rotate !== undefined && out === '-') throw new UsageError('--rotate needs a file')
  const redaction = parseRedaction({ redact, 'salt-file': saltFile, names })
  const flags: FlagValues = { 'log-level': 'warn', ...settings }
  const { source, values: configured } = readConfiguration(flags, environment)
  return {
    command: 'record',
    source: recordedSource(source, cluster, configured.demo !== false),
    path: out === '-' ? null : out,
    filter: parseFilter(filter),
    filterText: filter ?? null,
    duration: duration === undefined ? null : parseDuration(duration),
    maxBytes: maxSize === undefined ? Infinity : parseSize(maxSize),
    maxFiles: rotate === undefined ? 1 : parseFiles(rotate),
    redaction,
    log: { format: 'text', level: configured['log-level'] },
  }
}

/** Throws for a name that promises another format than a recording has. */
function checkFormat(out: string): void {
  if (/\.parquet$/i.test(out))
    throw new UsageError(
      `record cannot write Parquet: what tells its columns apart stands at the end of the file, so that a recording that is killed could not be read. Record flows.ndjson.gz, then: flowtrace convert flows.ndjson.gz ${visibleText(out)}`,
    )
  const other = /\.(pb|binpb)(\.gz|\.zst)?$/i.exec(out)?.[0]
  if (other !== undefined)
    throw new UsageError(`record writes NDJSON; flowtrace convert makes ${other} of it afterwards`)
  if (compressionOf(out) === 'zstd' && !canWriteZstd()) throw new UsageError(zstdRefusal())
}

function recordedSource(source: ServedSource, name: string | undefined, isDemo: boolean): RecordedSource {
  switch (source.kind) {
    case 'demo':
      if (isDemo) return source
      throw new UsageError('record wants a source: --goldmane URL, --kubectl, --config FILE or --demo')
    case 'kubectl':
      return source
    case 'goldmane':
      return { kind: 'goldmane', cluster: chosenCluster(source.clusters, name) }
    case 'capture':
      throw new UsageError('record takes a live source, not a capture')
    default:
      return unreachable(source, 'source')
  }
}

function chosenCluster(
  clusters: readonly [ClusterSettings, ...ClusterSettings[]],
  name: string | undefined,
): ClusterSettings {
  const names = clusters.map((cluster) => cluster.name).join(', ')
  if (name === undefined) {
    if (clusters.length === 1) return clusters[0]
    throw new UsageError(`--cluster NAME has to choose one of ${names}`)
  }
  const chosen = clusters.find((cluster) => cluster.name === name)
  if (chosen === undefined)
    throw new UsageError(`There is no cluster ${JSON.stringify(name)}; there are: ${names}`)
  return chosen
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
/** Longer than setTimeout can wait in one piece is asked for by nobody. */
const MAX_DURATION_MS = 24 * 86_400_000

/** Milliseconds. */
function parseDuration(text: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,7})(s|m|h|d)$/.exec(text) ?? []
  const duration = Number(amount) * (UNIT_MS[unit] ?? Number.NaN)
  if (duration > 0 && duration <= MAX_DURATION_MS) return duration
  throw new UsageError(`--for wants a time up to 24d, such as 30s, 10m or 2h, not ${JSON.stringify(text)}`)
}

/** The least is more than one batch of lines. */
const SIZE = bytes(1024 ** 2, 1024 ** 4)

function parseSize(text: string): number {
  const size = SIZE.schema.safeParse(text)
  if (size.success) return size.data
  throw new UsageError(`--max-size wants ${SIZE.wants}, not ${JSON.stringify(text)}`)
}

const MAX_FILES = 10_000

function parseFiles(text: string): number {
  const files = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (files >= 2 && files <= MAX_FILES) return files
  throw new UsageError(`--rotate wants a number of files from 2 to ${MAX_FILES}, not ${JSON.stringify(text)}`)
}
