/** Parses the arguments of `flowtrace explain`. */
import type { ParseArgsConfig } from 'node:util'
import type { Expression } from '../../src/filter/tree/expression.ts'
import { parseFilter } from './filter-flag.ts'
import { parseFlags } from './parse-flags.ts'
import { UsageError } from '../lib/usage-error.ts'

const FORMATS = ['text', 'json', 'markdown'] as const
export type ExplainFormat = (typeof FORMATS)[number]

export interface ExplainCommand {
  readonly command: 'explain'
  /** Files and folders. Empty for standard input. */
  readonly paths: readonly string[]
  readonly filter: Expression
  readonly format: ExplainFormat
  /** Whether a denial that matches the filter makes the exit status 1. */
  readonly failOnDeny: boolean
}

export const EXPLAIN_HELP = `Usage: flowtrace explain FILE... [options]

Says which policy decided, for each way of being allowed or denied in a capture,
denials first. FILE is a capture in any format that the page opens; - is standard
input. Several files are merged in order of time; of a folder all files in it are read.
From a checkout: npm start --silent -- explain FILE

  --filter QUERY        only flows that match, as in 'dst.ns = backend and action = deny';
                        bytes, packets and conns are sums over the records of a line of
                        the output, as in the tab By port; seen counts back from the
                        newest record
  --format FORMAT       text (default), json or markdown
  --fail-on-deny        end with status 1 when a flow that matches was denied

What cannot be read is reported on standard error with its place. The status is 2 when
the command line makes no sense, FILE holds no flows or cannot be read to its end.
`

const OPTIONS = {
  filter: { type: 'string' },
  format: { type: 'string' },
  'fail-on-deny': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options']

/** The command in `argv`, the arguments after `explain`. Throws {@link UsageError}. */
export function parseExplain(argv: readonly string[]): ExplainCommand | { readonly command: 'explain help' } {
  const { values: flags, positionals } = parseFlags(argv, OPTIONS)
  if (flags.help === true) return { command: 'explain help' }
  const [path, another] = positionals
  if (path === undefined || positionals.includes('')) {
    throw new UsageError('explain wants a capture FILE, or - for standard input')
  }
  if (another !== undefined && positionals.includes('-')) {
    throw new UsageError('explain reads standard input alone, not beside files')
  }
  return {
    command: 'explain',
    paths: path === '-' ? [] : positionals,
    filter: parseFilter(flags.filter),
    format: parseFormat(flags.format),
    failOnDeny: flags['fail-on-deny'] === true,
  }
}

function parseFormat(text = 'text'): ExplainFormat {
  const format = FORMATS.find((known) => known === text)
  if (format === undefined) {
    throw new UsageError(`--format wants text, json or markdown, not ${JSON.stringify(text)}`)
  }
  return format
}
