/** Parses the arguments of `flowtrace history hits`. */
import type { Expression } from '../../../src/filter/tree/expression.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { parseMoment } from '../compare/time-window.ts'
import { parseFilter } from '../filter-flag.ts'
import { parseFlags } from '../parse-flags.ts'
import { isJson, oneOf, policiesOf } from '../policies/policy-flags.ts'
import { type HistoryPlace, parsePlace, PLACE_FLAGS } from './place-flags.ts'

const DAY_SECONDS = 24 * 3600
/** A month, after which a rule that was not hit is worth a look. */
const DEFAULT_DAYS = 30

/** Where the hits are: in a history that is read, or in what a gateway answered. */
export type HitsInput =
  | {
      readonly kind: 'history'
      readonly place: HistoryPlace
      /** Null where the history has one alone. */
      readonly cluster: string | null
      /** Unix seconds: [from, to). */
      readonly range: { readonly from: number; readonly to: number }
      readonly filter: Expression
    }
  /** Null stands for standard input. */
  | { readonly kind: 'answer'; readonly path: string | null }

export interface HitsCommand {
  readonly command: 'history hits'
  readonly input: HitsInput
  /** Files and folders of manifests. */
  readonly policies: readonly string[]
  readonly isJson: boolean
  readonly failOnNotHit: boolean
}

const OF_A_HISTORY = ['cluster', 'filter', 'from', 'to'] as const

/** `now`: Unix seconds. Null for a call for help. Throws {@link UsageError}. */
export function parseHitsCommand(argv: readonly string[], now: number): HitsCommand | null {
  const { values: flags, positionals } = parseFlags(argv, {
    ...PLACE_FLAGS,
    policies: { type: 'string', multiple: true },
    cluster: { type: 'string' },
    filter: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    format: { type: 'string' },
    'fail-on': { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  })
  if (flags.help === true) return null
  const command = {
    command: 'history hits',
    policies: policiesOf('history hits', flags.policies),
    isJson: isJson(flags.format),
    failOnNotHit:
      flags['fail-on'] !== undefined && oneOf('fail-on', ['not-hit'], flags['fail-on']) === 'not-hit',
  } as const
  const place = parsePlace(flags)
  const [answer, ...others] = positionals
  if (others.length > 0 || answer === '' || (place === null) === (answer === undefined))
    throw new UsageError('history hits wants --history, or one file ANSWER; - is standard input')
  if (place === null) {
    const left = OF_A_HISTORY.find((name) => flags[name] !== undefined)
    if (left !== undefined) throw new UsageError(`--${left} needs --history: it was asked of the gateway`)
    return { ...command, input: { kind: 'answer', path: answer === '-' ? null : (answer ?? null) } }
  }
  if (place.location === '')
    throw new UsageError('history hits wants --history DIR, or --history clickhouse://…')
  if (flags.cluster === '') throw new UsageError('--cluster wants a name')
  const to = flags.to === undefined ? now : parseMoment('--to', flags.to, now)
  const from =
    flags.from === undefined ? to - DEFAULT_DAYS * DAY_SECONDS : parseMoment('--from', flags.from, now)
  if (from >= to) throw new UsageError('--from wants a time before --to')
  const range = { from, to }
  const filter = parseFilter(flags.filter)
  return { ...command, input: { kind: 'history', place, cluster: flags.cluster ?? null, range, filter } }
}
