/** Parses the command line and the environment into a command. */
import { readConfiguration, type Configuration } from '../config/configuration.ts'
import { printFlags } from '../config/print-configuration.ts'
import { SETTING_NAMES, SETTINGS } from '../config/settings.ts'
import { UsageError } from '../lib/usage-error.ts'
import { parseCompare } from './compare/compare-options.ts'
import { parseExplain } from './explain-options.ts'
import { FILE_COMMANDS, isFileCommand, parseFileCommand } from './captures/file-command-options.ts'
import { parseHistory } from './history/history-command-options.ts'
import { parseFlags } from './parse-flags.ts'
import { parseRecord } from './record-options.ts'
import { isPolicyCommand, parsePolicyCommand, POLICY_COMMANDS } from './policies/policy-options.ts'
import { parseReplay } from './replay-options.ts'

export interface ServeCommand extends Configuration {
  readonly command: 'serve'
}

export type Command =
  | ServeCommand
  | ReturnType<typeof parseExplain>
  | ReturnType<typeof parseCompare>
  | ReturnType<typeof parseFileCommand>
  | ReturnType<typeof parseHistory>
  | ReturnType<typeof parseRecord>
  | ReturnType<typeof parseReplay>
  | ReturnType<typeof parsePolicyCommand>
  | { readonly command: 'print configuration'; readonly configuration: Configuration }
  | { readonly command: 'help' }
  | { readonly command: 'version' }

export const HELP = `Usage: flowtrace [serve] [options]
       flowtrace explain FILE [options]
       flowtrace compare A B [options]
       flowtrace record SOURCE --out FILE [options]
       flowtrace replay FILE [options]
       flowtrace convert IN… OUT | merge FILE… OUT | head FILE… | stats FILE… [options]
       flowtrace history import FILE… | export OUT | hits --history DIR [options]
       flowtrace eval --policies DIR --from POD --to POD --port PROTOCOL/PORT
       flowtrace lint --policies DIR
       flowtrace check --policies DIR --capture FILE [options]

serve, which need not be named, serves the Flowtrace page, with the built-in demo
cluster unless told otherwise. explain says in the terminal which policy decided the
flows of a capture: explain --help. compare says what changed from one capture or time
to another: compare --help. record writes what a Goldmane has and gets into a capture:
record --help. replay serves a capture as a Goldmane: replay --help. convert, merge,
head and stats write captures in other formats and say what they hold: convert --help.
history puts captures into a history, writes some from it, and says which rules were not
hit: history --help. eval says
which policy decides a connection, and lint what bites in policies, from manifests
alone: eval --help, lint --help. check says which flows of a capture change their
verdict under policies: check --help. From a checkout:
npm start --silent -- explain FILE

${printFlags()}
  --print-config        print the settings in effect as such a file, and end
  --help, --version

Each option is also a variable, FLOWTRACE_ and its name, as in FLOWTRACE_BASE_PATH (but
FLOWTRACE_LISTEN_HOST and FLOWTRACE_LISTEN_PORT), and a setting of the file: see
docs/operations.md.
`

const COMMANDS = [
  'serve',
  'explain',
  'compare',
  'record',
  'replay',
  ...FILE_COMMANDS,
  'history',
  ...POLICY_COMMANDS,
]

const OPTIONS: Record<string, { type: 'string' | 'boolean'; multiple?: boolean; short?: string }> = {
  ...Object.fromEntries(
    SETTING_NAMES.filter((name) => !SETTINGS[name].kind.isStructure).map((name) => {
      const { isSwitch, isList } = SETTINGS[name].kind
      return [name, { type: isSwitch ? 'boolean' : 'string', multiple: isList }]
    }),
  ),
  'print-config': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
}

const OPTIONAL_VALUES = {
  flags: SETTING_NAMES.filter((name) => SETTINGS[name].kind.hasOptionalValue),
  otherWords: ['serve'],
}

/**
 * The command in `argv`, the arguments after the program's name. Reads the file of --config, and nothing else. Throws
 * {@link UsageError}.
 */
export function parseCommand(argv: readonly string[], environment: NodeJS.ProcessEnv = {}): Command {
  const [name, ...args] = argv
  if (name === 'explain') return parseExplain(args)
  if (name === 'compare') return parseCompare(args)
  if (isFileCommand(name)) return parseFileCommand(name, args)
  if (name === 'history') return parseHistory(args)
  if (isPolicyCommand(name)) return parsePolicyCommand(name, args)
  if (name === 'record') return parseRecord(args, environment)
  if (name === 'replay') return parseReplay(args)
  const { values: flags, positionals } = parseFlags(argv, OPTIONS, OPTIONAL_VALUES)
  if (flags['help'] === true) return { command: 'help' }
  if (flags['version'] === true) return { command: 'version' }
  const [command = 'serve', ...rest] = positionals
  if (command !== 'serve')
    throw new UsageError(`There is no command ${JSON.stringify(command)}; there are: ${COMMANDS.join(', ')}`)
  if (rest.length > 0) throw new UsageError(`serve takes options only, not ${JSON.stringify(rest[0])}`)
  const configuration = readConfiguration(flags, environment)
  if (flags['print-config'] === true) return { command: 'print configuration', configuration }
  return { command: 'serve', ...configuration }
}
