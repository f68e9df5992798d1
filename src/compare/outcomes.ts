/**
 * What became of a conversation on each side: allowed, denied leaving, denied entering, or several of these.
 *
 * Both ends report a conversation that was allowed, and it counts once: by its destination where both sides have that
 * report, otherwise by its source. What the source let out and the destination refused was not allowed.
 */
import type { Reporter } from '../flows/flow.ts'
import { isFinal } from '../flows/hit.ts'
import type { Conversation, Way } from './side-tally.ts'

export interface Outcome {
  /** `Allow`, or `Deny` with the end that denied. */
  readonly name: string
  readonly verdict: 'Allow' | 'Deny'
  readonly reporter: Reporter
  /** All ways that decided so, of both reporters. */
  readonly ways: readonly Way[]
  /** The ways that are counted. */
  readonly counted: readonly Way[]
}

function waysOf(conversation: Conversation | undefined, action: string): readonly Way[] {
  return [...(conversation?.ways.values() ?? [])].filter(({ key }) => key.action === action)
}

function denialsOf(conversation: Conversation | undefined): readonly Outcome[] {
  const denying = waysOf(conversation, 'Deny')
  return [...reportersOf(denying)].map((reporter) => {
    const ways = denying.filter(({ key }) => key.reporter === reporter)
    return { name: `Deny ${reporter}`, verdict: 'Deny', reporter, ways, counted: ways }
  })
}

/** The ways by which a conversation was allowed; none where the destination refused all that the source let out. */
function allowingWays(conversation: Conversation | undefined): readonly Way[] {
  const ways = waysOf(conversation, 'Allow')
  const isRefused = waysOf(conversation, 'Deny').some(({ key }) => key.reporter === 'Dst')
  return isRefused && ways.every(({ key }) => key.reporter === 'Src') ? [] : ways
}

function reportersOf(ways: readonly Way[]): ReadonlySet<Reporter> {
  return new Set(ways.map(({ key }) => key.reporter))
}

function allowanceOf(ways: readonly Way[], others: readonly Way[]): readonly Outcome[] {
  if (ways.length === 0) return []
  const own = reportersOf(ways)
  const other = others.length === 0 ? own : reportersOf(others)
  const preferred = (['Dst', 'Src'] as const).filter((each) => own.has(each))
  const reporter = preferred.find((each) => other.has(each)) ?? preferred[0] ?? 'ReporterUnspecified'
  const ofReporter = ways.filter(({ key }) => key.reporter === reporter)
  const counted = ofReporter.length === 0 ? ways : ofReporter
  return [{ name: 'Allow', verdict: 'Allow', reporter, ways, counted }]
}

/** The outcomes on both sides of a conversation, of which one may not have it. */
export function outcomesOf(
  a: Conversation | undefined,
  b: Conversation | undefined,
): { readonly a: readonly Outcome[]; readonly b: readonly Outcome[] } {
  const [allowedInA, allowedInB] = [allowingWays(a), allowingWays(b)]
  return {
    a: [...allowanceOf(allowedInA, allowedInB), ...denialsOf(a)],
    b: [...allowanceOf(allowedInB, allowedInA), ...denialsOf(b)],
  }
}

/** How many records of a conversation have no verdict of Allow or Deny. */
export function recordsWithoutVerdict(conversation: Conversation): number {
  let sum = 0
  for (const { key, records } of conversation.ways.values()) if (!isFinal(key.action)) sum += records
  return sum
}

/** How many records an outcome counts. */
export function recordsIn({ counted }: Outcome): number {
  return counted.reduce((sum, { records }) => sum + records, 0)
}

/** The identity of how an outcome was decided, by all of its ways. */
export function decisionsIn({ ways }: Outcome): string {
  return JSON.stringify(ways.map(({ key, decision }) => `${key.reporter} ${decision}`).sort())
}

/**
 * Whether two outcomes with one verdict were decided by different rules: at one end that reported both, no rule of A decides
 * in B. A trace that was not recorded says nothing.
 */
export function isDecidedAnew(a: Outcome, b: Outcome): boolean {
  for (const reporter of reportersOf(a.ways)) {
    const [before, after] = [a, b].map(({ ways }) =>
      ways.filter(({ key }) => key.reporter === reporter).map(({ decision }) => decision),
    )
    if (before!.length === 0 || after!.length === 0 || before!.includes('') || after!.includes('')) continue
    if (!before!.some((decision) => after!.includes(decision))) return true
  }
  return false
}
