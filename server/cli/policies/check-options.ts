/** Parses the arguments of `flowtrace check`. */
import { type ChangeKind, CHANGE_KINDS } from '../../../src/policy/run/verdict-changes.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { parseFlags } from '../parse-flags.ts'
import { COMMON_FLAGS, type HelpCommand, oneOf, policiesOf, refusePositionals } from './policy-flags.ts'

const FORMATS = ['text', 'json', 'junit', 'sarif', 'markdown'] as const
export type CheckFormat = (typeof FORMATS)[number]

export interface CheckCommand {
  readonly command: 'check'
  readonly policies: readonly string[]
  /** Files and folders; empty for standard input. */
  readonly captures: readonly string[]
  /** The policies of before; null compares with the recorded verdicts. */
  readonly against: readonly string[] | null
  /** Whether staged policies are taken as enforced. */
  readonly staged: boolean
  readonly failOn: ReadonlySet<ChangeKind>
  readonly format: CheckFormat
}

const CHECK_HELP = `Usage: flowtrace check --policies DIR --capture FILE [options]

Says which flows of a capture have another verdict under these policies, and by which
rule, with their connections and bytes: for each end that reported them.

  --policies PATH       a file or a folder of manifests (.yaml, .yml, .json), with the
                        namespaces, pods and network sets that are known; may be repeated
  --capture FILE        a capture in any format that the page opens, or a folder of them;
                        - is standard input; may be repeated
  --against PATH        the policies that were in force, as for --policies. Without it
                        verdicts are compared with the recorded ones. With it, recorded
                        traces also tell what the records do not, such as addresses
  --staged              takes the staged policies of --policies as enforced, to see what they
                        would change; not with --against
  --fail-on KINDS       allow-to-deny, deny-to-allow, unknown, with commas between them:
                        what makes the status 1; by default nothing does
  --format FORMAT       text (default), json, junit, sarif or markdown

A change is unknown where it depends on what the record does not tell, which is named.

Example:
  flowtrace check --policies policies/ --against main/policies/ --capture day.ndjson.gz \\
    --fail-on allow-to-deny

The status is 2 when the command line makes no sense, when a manifest or a part of it is
refused, and when FILE holds no flows or cannot be read to its end.
`

export function parseCheck(argv: readonly string[]): CheckCommand | HelpCommand {
  const paths = { type: 'string', multiple: true } as const
  const { values, positionals } = parseFlags(argv, {
    ...COMMON_FLAGS,
    capture: paths,
    against: paths,
    staged: { type: 'boolean' },
    'fail-on': paths,
  })
  if (values.help === true) return { command: 'policy command help', text: CHECK_HELP }
  refusePositionals('check', positionals)
  if (values.staged === true && values.against !== undefined)
    throw new UsageError('check takes --staged to compare with the recorded verdicts, not with --against')
  return {
    command: 'check',
    policies: policiesOf('check', values.policies),
    captures: capturesOf(values.capture),
    against: values.against === undefined ? null : policiesOf('check', values.against, 'against'),
    staged: values.staged === true,
    failOn: new Set((values['fail-on'] ?? []).flatMap(kindsOf)),
    format: oneOf('format', FORMATS, values.format ?? 'text'),
  }
}

function capturesOf(values: readonly string[] | undefined): readonly string[] {
  if (values === undefined || values.includes('')) throw new UsageError('check wants --capture, a FILE or -')
  if (!values.includes('-')) return values
  if (values.length > 1) throw new UsageError('check reads standard input alone, not beside files')
  return []
}

function kindsOf(text: string): readonly ChangeKind[] {
  return text.split(',').map((kind) => oneOf('fail-on', CHANGE_KINDS, kind.trim()))
}
