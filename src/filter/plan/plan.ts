/**
 * Which part of a query Goldmane can answer. Its Filter ORs the values inside a field and ANDs the fields; it knows no
 * negation, no labels, no ranges and no service (goldmane/pkg/types/filters.go). The plan's filter lets through all
 * flows that match the query, and maybe more; the remainder, asked of those, gives the same answer as the query.
 *
 * All policy matches are one list of alternatives, so of two questions for policies only one can be asked.
 */
import { create } from '@bufbuild/protobuf'

import { unreachable } from '../../lib/assert.ts'
import { type Filter, FilterSchema } from '../../gen/goldmane/api_pb.ts'
import { clausesOf, withAll } from '../tree/clauses.ts'
import type { Expression } from '../tree/expression.ts'
import { comparisonLimit, type Limit, limit, UNLIMITED } from './limit.ts'
import { normalise } from '../tree/normalise.ts'

export interface Plan {
  /** All flows that match the query pass it. Empty lists do not limit. */
  readonly filter: Filter
  /** Nothing remains: the filter lets through just the flows that match. */
  readonly exact: boolean
  /** To be asked of what the filter lets through. */
  readonly remainder: Expression
  /** The clauses of the query that the filter says in full, and those of the remainder that it narrows without deciding. */
  readonly decided: readonly Expression[]
  readonly narrowed: readonly Expression[]
}

function joined<T>(x: readonly T[], y: readonly T[]): T[] {
  return x.length === 0 || y.length === 0 ? [] : [...x, ...y]
}

function firstOf<T>(x: readonly T[], y: readonly T[]): T[] {
  return [...(x.length === 0 ? y : x)]
}

/** What passes either filter: only a field that both limit stays limited. */
function either(a: Filter, b: Filter): Filter {
  return create(FilterSchema, {
    sourceNames: joined(a.sourceNames, b.sourceNames),
    sourceNamespaces: joined(a.sourceNamespaces, b.sourceNamespaces),
    destNames: joined(a.destNames, b.destNames),
    destNamespaces: joined(a.destNamespaces, b.destNamespaces),
    protocols: joined(a.protocols, b.protocols),
    destPorts: joined(a.destPorts, b.destPorts),
    actions: joined(a.actions, b.actions),
    policies: joined(a.policies, b.policies),
    reporter: a.reporter === b.reporter ? a.reporter : 0,
    pendingActions: joined(a.pendingActions, b.pendingActions),
  })
}

/** What passes both filters, and maybe more: of a field that both limit, the first one's list stays. */
function both(a: Filter, b: Filter): Filter {
  return create(FilterSchema, {
    sourceNames: firstOf(a.sourceNames, b.sourceNames),
    sourceNamespaces: firstOf(a.sourceNamespaces, b.sourceNamespaces),
    destNames: firstOf(a.destNames, b.destNames),
    destNamespaces: firstOf(a.destNamespaces, b.destNamespaces),
    protocols: firstOf(a.protocols, b.protocols),
    destPorts: firstOf(a.destPorts, b.destPorts),
    actions: firstOf(a.actions, b.actions),
    policies: firstOf(a.policies, b.policies),
    reporter: a.reporter === 0 ? b.reporter : a.reporter,
    pendingActions: firstOf(a.pendingActions, b.pendingActions),
  })
}

/** The names of the fields that a filter limits. */
function limited(filter: Filter): readonly string[] {
  return FilterSchema.fields
    .filter(({ localName }) => {
      const value: unknown = Reflect.get(filter, localName)
      return Array.isArray(value) ? value.length > 0 : value !== 0
    })
    .map(({ localName }) => localName)
}

function allLimits(terms: readonly Expression[]): Limit {
  return limit(terms.map((term) => limitOf(term).filter).reduce(both, UNLIMITED.filter), false)
}

function anyLimit(terms: readonly Expression[]): Limit {
  const [first = UNLIMITED, ...rest] = terms.map(limitOf)
  const filter = rest.map((each) => each.filter).reduce(either, first.filter)
  // `src.ns = a or src.ns = b` is one list; with more than one field the alternatives are lost.
  const sameField = new Set([first, ...rest].flatMap((each) => limited(each.filter))).size === 1
  return {
    filter,
    exact: sameField && limited(filter).length === 1 && [first, ...rest].every(({ exact }) => exact),
  }
}

function negated(term: Expression): Expression {
  return normalise({ kind: 'not', term })
}

function limitOf(expression: Expression): Limit {
  switch (expression.kind) {
    case 'compare':
      return comparisonLimit(expression)
    case 'and':
      return allLimits(expression.terms)
    case 'or':
      return anyLimit(expression.terms)
    case 'not': {
      const { term } = expression
      if (term.kind === 'and') return anyLimit(term.terms.map(negated))
      return term.kind === 'or' ? allLimits(term.terms.map(negated)) : UNLIMITED
    }
    case 'all':
    case 'word':
      return UNLIMITED
    default:
      return unreachable(expression, 'expression')
  }
}

/** What to ask Goldmane, and what is left to ask of its answer. */
export function planFor(expression: Expression): Plan {
  const clauses = clausesOf(expression).map((clause) => ({ clause, limit: limitOf(clause) }))
  let filter = UNLIMITED.filter
  const remainder = new Set(clauses.map(({ clause }) => clause))
  const decided: Expression[] = []
  const narrowed: Expression[] = []
  // The clauses that can be said in full go first, so that no weaker one takes their field.
  for (const { clause, limit: each } of clauses.filter((entry) => entry.limit.exact)) {
    const taken = limited(filter)
    if (limited(each.filter).some((name) => taken.includes(name))) continue
    filter = both(filter, each.filter)
    remainder.delete(clause)
    decided.push(clause)
  }
  for (const { clause, limit: each } of clauses.filter((entry) => remainder.has(entry.clause))) {
    const taken = limited(filter)
    if (limited(each.filter).some((name) => !taken.includes(name))) narrowed.push(clause)
    filter = both(filter, each.filter)
  }
  return { filter, exact: remainder.size === 0, remainder: withAll([...remainder]), decided, narrowed }
}
