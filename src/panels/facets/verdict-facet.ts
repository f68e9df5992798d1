/**
 * The facet of verdicts with their direction. A denial is reported by the end that refused it, so that a query has two
 * fields for what the facet shows as one.
 */
import { clausesOf, include, valuesOf, withAll, withoutField } from '../../filter/tree/clauses.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { sameExpression } from '../../filter/tree/normalise.ts'
import type { Action, Reporter } from '../../flows/flow.ts'
import { unreachable } from '../../lib/assert.ts'
import type { Facet } from '../../state/client/facets.ts'
import type { FacetAction } from './facet-groups.ts'

export type Verdict = 'leaving' | 'entering' | 'allowed'

/** In the order of the rail. */
export const VERDICTS: readonly {
  readonly verdict: Verdict
  readonly action: Action
  readonly reporter: Reporter
}[] = [
  { verdict: 'leaving', action: 'Deny', reporter: 'Src' },
  { verdict: 'entering', action: 'Deny', reporter: 'Dst' },
  { verdict: 'allowed', action: 'Allow', reporter: 'Src' },
]

const ALL_VERDICTS: readonly Verdict[] = VERDICTS.map(({ verdict }) => verdict)
const ALLOWED = include(ALL, 'action', 'Allow')
const DENIED = include(ALL, 'action', 'Deny')

function deniedAt(reporter: 'Src' | 'Dst'): Expression {
  return include(DENIED, 'reporter', reporter)
}

/** The condition for some of the verdicts; `ALL` for none and for all of them. */
function conditionFor(verdicts: ReadonlySet<Verdict>): Expression {
  const [leaving, entering, allowed] = ALL_VERDICTS.map((verdict) => verdicts.has(verdict))
  if (leaving === entering) return leaving === allowed ? ALL : leaving === true ? DENIED : ALLOWED
  const denied = deniedAt(leaving === true ? 'Src' : 'Dst')
  return allowed === true ? withAll([{ kind: 'or', terms: [ALLOWED, denied] }]) : denied
}

const MIXED = (['leaving', 'entering'] as const).map((direction) => {
  const verdicts: ReadonlySet<Verdict> = new Set([direction, 'allowed'] as const)
  return { verdicts, condition: conditionFor(verdicts) }
})

/** The verdicts that the filter asks for; none where it has no condition on them, or one that is not the facet's. */
export function verdictsAsked(filter: Expression): ReadonlySet<Verdict> {
  const clauses = clausesOf(filter)
  const mixed = MIXED.find(({ condition }) => clauses.some((clause) => sameExpression(clause, condition)))
  if (mixed !== undefined) return mixed.verdicts
  const action = valuesOf(filter, 'action')
  const asks = (word: Action) =>
    action.included.length > 0
      ? action.included.includes(word)
      : action.excluded.length > 0 && !action.excluded.includes(word)
  const reporter = asks('Allow') ? [] : valuesOf(filter, 'reporter').included
  return new Set(
    VERDICTS.filter(
      (each) =>
        asks(each.action) &&
        (each.verdict === 'allowed' || reporter.length === 0 || reporter.includes(each.reporter)),
    ).map(({ verdict }) => verdict),
  )
}

/** The filter without its conditions on the verdict: the facet counts what matches the rest. */
export function withoutVerdict(filter: Expression): Expression {
  const asked = verdictsAsked(filter)
  const rest = withAll(
    clausesOf(filter).filter((clause) => !MIXED.some(({ condition }) => sameExpression(clause, condition))),
  )
  // The end alone is a condition of its own; with a denial it says its direction.
  const isDirection = asked.size === 1 && !asked.has('allowed')
  return withoutField(isDirection ? withoutField(rest, 'reporter') : rest, 'action')
}

/** The filter after an action on a verdict. `without` asks for the others. */
export function filterForVerdict(filter: Expression, verdict: Verdict, action: FacetAction): Expression {
  const asked = verdictsAsked(filter)
  const rest = withoutVerdict(filter)
  return withAll([...clausesOf(rest), ...clausesOf(conditionFor(next()))])

  function next(): ReadonlySet<Verdict> {
    switch (action) {
      case 'include':
        return new Set(ALL_VERDICTS.filter((each) => asked.has(each) !== (each === verdict)))
      case 'exclude':
        return new Set((asked.size === 0 ? ALL_VERDICTS : [...asked]).filter((each) => each !== verdict))
      case 'only':
        return new Set([verdict])
      default:
        return unreachable(action, 'action')
    }
  }
}

export interface VerdictCounts extends Readonly<Record<Verdict, number>> {
  /** Records that do not say whether they were allowed, as those of other tools. */
  readonly without: number
}

/** How many records have each verdict, from the facets of the reporters and of the verdicts. */
export function verdictCounts(reporters: Facet, actions: Facet): VerdictCounts {
  const deniedBy = (reporter: string) => reporters.values.find(({ value }) => value === reporter)?.denied ?? 0
  const allowed = actions.values.find(({ value }) => value === 'Allow')?.records ?? 0
  const { records, denied } = actions
  return {
    leaving: deniedBy('Src'),
    entering: deniedBy('Dst'),
    allowed,
    without: Math.max(0, records - denied - allowed),
  }
}
