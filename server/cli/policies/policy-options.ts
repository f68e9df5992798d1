/** Parses the arguments of the commands that read policies: eval, lint and check. */
import { protocolNumber } from '../../../src/policy/evaluate/protocol-number.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { parseFlags } from '../parse-flags.ts'
import { type CheckCommand, parseCheck } from './check-options.ts'
import {
  COMMON_FLAGS,
  type HelpCommand,
  isJson,
  oneOf,
  policiesOf,
  refusePositionals,
  required,
} from './policy-flags.ts'

export interface EvalCommand {
  readonly command: 'eval'
  readonly policies: readonly string[]
  /** A pod as `namespace/name`, or an address. */
  readonly from: string
  readonly to: string
  readonly port: AskedPort
  /** Null for either. */
  readonly ipVersion: 4 | 6 | null
  readonly isJson: boolean
}

export interface AskedPort {
  /** As it was written, as `tcp/80`. */
  readonly text: string
  /** As flows name it, as `tcp`. */
  readonly proto: string
  /** By IANA's list. */
  readonly protocol: number
  /** 0 for a protocol without ports. */
  readonly port: number
  readonly icmp: { readonly type: number; readonly code: number } | null
}

export interface LintCommand {
  readonly command: 'lint'
  readonly policies: readonly string[]
  readonly isJson: boolean
  /** What makes the exit status 1. */
  readonly failOn: FailOn
}

const FAIL_ON = ['warning', 'note', 'never'] as const
type FailOn = (typeof FAIL_ON)[number]

export type PolicyCommand = EvalCommand | LintCommand | CheckCommand

const EVAL_HELP = `Usage: flowtrace eval --policies DIR --from POD --to POD --port PROTOCOL/PORT [options]

Prints which policy decides a connection, at both ends: the enforced trace, and the one
with staged policies enforced. Pods, namespaces, service accounts and network sets are
found among the manifests, as kubectl get -o yaml prints them. What is not known, such
as the address of a pod, is named where the answer depends on it.

  --policies PATH       a file or a folder of manifests (.yaml, .yml, .json); may be
                        repeated
  --from, --to POD      namespace/name, or an address, as in 8.8.8.8
  --port PORT           tcp/80, udp/53, sctp/9, icmp/8 (type), icmp/3/1 (type and code),
                        or a protocol's number alone, as in 47
  --ip-version 4|6      of pods that have addresses of both; without it what depends on the
                        family is unknown
  --format FORMAT       text (default) or json: hits as Goldmane's protojson has them

Examples:
  flowtrace eval --policies policies/ --from frontend/web --to backend/api --port tcp/80
  kubectl get pods,namespaces -A -o yaml > cluster/all.yaml
  flowtrace eval --policies policies/ --policies cluster/ --from shop/web --to 8.8.8.8 \
    --port udp/53 --format json

docs/policies.md says what is read, how verdicts are computed and what stays unknown.

The status is 0 for any verdict, and 2 when the command line makes no sense, a pod is not
found, or the manifests cannot be read.
`

const LINT_HELP = `Usage: flowtrace lint --policies DIR [options]

Names what is valid in policies and still bites: tiers that swallow traffic, lookups that
are denied, connections that only one end allows, rules that nothing reaches, and more,
each with its place, the reason and what to do. What cannot be read is named, too.

  --policies PATH       a file or a folder of manifests (.yaml, .yml, .json); may be
                        repeated
  --fail-on LEVEL       warning (default), note or never: what makes the status 1
  --format FORMAT       text (default) or json

A comment silences a rule within the lines of what was found, above them, or above the
whole object:
  # flowtrace: ignore tier-swallows

Examples:
  flowtrace lint --policies policies/
  flowtrace lint --policies a.yaml --policies b/ --fail-on note --format json

docs/policies.md has the rules, each with why and what to do.
The status is 2 when the command line makes no sense or the manifests cannot be read.
`

const PARSERS = { eval: parseEval, lint: parseLint, check: parseCheck } as const
export const POLICY_COMMANDS = ['eval', 'lint', 'check'] as const

export function isPolicyCommand(name: string | undefined): name is (typeof POLICY_COMMANDS)[number] {
  return POLICY_COMMANDS.some((command) => command === name)
}

/** The command in `argv`, the arguments after its name. Throws {@link UsageError}. */
export function parsePolicyCommand(
  name: (typeof POLICY_COMMANDS)[number],
  argv: readonly string[],
): PolicyCommand | HelpCommand {
  return PARSERS[name](argv)
}

function parseEval(argv: readonly string[]): EvalCommand | HelpCommand {
  const text = { type: 'string' } as const
  const { values, positionals } = parseFlags(argv, {
    ...COMMON_FLAGS,
    from: text,
    to: text,
    port: text,
    'ip-version': text,
  })
  if (values.help === true) return { command: 'policy command help', text: EVAL_HELP }
  refusePositionals('eval', positionals)
  return {
    command: 'eval',
    policies: policiesOf('eval', values.policies),
    from: required('eval', 'from', values.from),
    to: required('eval', 'to', values.to),
    port: parsePort(required('eval', 'port', values.port)),
    ipVersion: ipVersionOf(values['ip-version']),
    isJson: isJson(values.format),
  }
}

function parseLint(argv: readonly string[]): LintCommand | HelpCommand {
  const { values, positionals } = parseFlags(argv, { ...COMMON_FLAGS, 'fail-on': { type: 'string' } })
  if (values.help === true) return { command: 'policy command help', text: LINT_HELP }
  refusePositionals('lint', positionals)
  return {
    command: 'lint',
    policies: policiesOf('lint', values.policies),
    isJson: isJson(values.format),
    failOn: oneOf('fail-on', FAIL_ON, values['fail-on'] ?? 'warning'),
  }
}

function ipVersionOf(text: string | undefined): EvalCommand['ipVersion'] {
  if (text === undefined) return null
  return oneOf('ip-version', ['4', '6'] as const, text) === '4' ? 4 : 6
}

const ICMP = new Set([1, 58])
const WITH_PORTS = new Set([6, 17, 132, 136])
const MAX_PORT = 65_535
const MAX_BYTE = 255

function parsePort(text: string): AskedPort {
  const [proto = '', ...numbers] = text.toLowerCase().split('/')
  const protocol = protocolNumber(proto)
  const wrong = (why: string) =>
    new UsageError(`--port ${JSON.stringify(text)}: ${why}. It is as in tcp/80, udp/53 or icmp/8`)
  if (protocol === null) throw wrong(`${JSON.stringify(proto)} is no protocol`)
  const most = ICMP.has(protocol) ? MAX_BYTE : MAX_PORT
  if (numbers.some((number) => !/^\d{1,5}$/.test(number) || Number(number) > most))
    throw wrong(`a number from 0 to ${most} is expected after the protocol`)
  const [first, second] = numbers.map(Number)
  if (ICMP.has(protocol)) {
    if (numbers.length > 2) throw wrong('ICMP has a type and a code')
    const icmp = first === undefined ? null : { type: first, code: second ?? 0 }
    return { text, proto, protocol, port: 0, icmp }
  }
  if (numbers.length > 1) throw wrong('there is one port')
  if (WITH_PORTS.has(protocol) && first === undefined) throw wrong('the port is missing')
  if (!WITH_PORTS.has(protocol) && first !== undefined) throw wrong('this protocol has no ports')
  return { text, proto, protocol, port: first ?? 0, icmp: null }
}
