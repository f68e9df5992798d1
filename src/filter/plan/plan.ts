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
import { filterForComparison, type GoldmaneFilter, goldmaneFilter, UNFILTERED } from './goldmane-filter.ts'
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

function alternatives<T>(x: readonly T[], y: readonly T[]): T[] {
  return x.length === 0 || y.length === 0 ? [] : [...x, ...y]
}

function firstNonEmpty<T>(x: readonly T[], y: readonly T[]): T[] {
  return [...(x.length === 0 ? y : x)]
}

/** What passes either filter: only a field that both limit stays limited. */
function eitherFilter(a: Filter, b: Filter): Filter {
  return create(FilterSchema, {
    sourceNames: alternatives(a.sourceNames, b.sourceNames),
    sourceNamespaces: alternatives(a.sourceNamespaces, b.sourceNamespaces),
    destNames: alternatives(a.destNames, b.destNames),
    destNamespaces: alternatives(a.destNamespaces, b.destNamespaces),
    protocols: alternatives(a.protocols, b.protocols),
    destPorts: alternatives(a.destPorts, b.destPorts),
    actions: alternatives(a.actions, b.actions),
    policies: alternatives(a.policies, b.policies),
    reporter: a.reporter === b.reporter ? a.reporter : 0,
    pendingActions: alternatives(a.pendingActions, b.pendingActions),
  })
}

/** What passes both filters, and maybe more: of a field that both limit, the first one's list stays. */
function bothFilters(a: Filter, b: Filter): Filter {
  return create(FilterSchema, {
    sourceNames: firstNonEmpty(a.sourceNames, b.sourceNames),
    sourceNamespaces: firstNonEmpty(a.sourceNamespaces, b.sourceNamespaces),
    destNames: firstNonEmpty(a.destNames, b.destNames),
    destNamespaces: firstNonEmpty(a.destNamespaces, b.destNamespaces),
    protocols: firstNonEmpty(a.protocols, b.protocols),
    destPorts: firstNonEmpty(a.destPorts, b.destPorts),
    actions: firstNonEmpty(a.actions, b.actions),
    policies: firstNonEmpty(a.policies, b.policies),
    reporter: a.reporter === 0 ? b.reporter : a.reporter,
    pendingActions: firstNonEmpty(a.pendingActions, b.pendingActions),
  })
}

/** The names of the fields that a filter limits. */
function limitedFields(filter: Filter): readonly string[] {
  return FilterSchema.fields
    .filter(({ localName }) => {
      const value: unknown = Reflect.get(filter, localName)
      return Array.isArray(value) ? value.length > 0 : value !== 0
    })
    .map(({ localName }) => localName)
}

function filterForAll(terms: readonly Expression[]): GoldmaneFilter {
  return goldmaneFilter(
    terms.map((term) => filterFor(term).filter).reduce(bothFilters, UNFILTERED.filter),
    false,
  )
}

function filterForAny(terms: readonly Expression[]): GoldmaneFilter {
  const [first = UNFILTERED, ...rest] = terms.map(filterFor)
  const filter = rest.map((each) => each.filter).reduce(eitherFilter, first.filter)
  // `src.ns = a or src.ns = b` is one list; with more than one field the alternatives are lost.
  const sameField = new Set([first, ...rest].flatMap((each) => limitedFields(each.filter))).size === 1
  return {
    filter,
    exact: sameField && limitedFields(filter).length === 1 && [first, ...rest].every(({ exact }) => exact),
  }
}

function negated(term: Expression): Expression {
  return normalise({ kind: 'not', term })
}

function filterFor(expression: Expression): GoldmaneFilter {
  switch (expression.kind) {
    case 'compare':
      return filterForComparison(expression)
    case 'and':
      return filterForAll(expression.terms)
    case 'or':
      return filterForAny(expression.terms)
    case 'not': {
      const { term } = expression
      if (term.kind === 'and') return filterForAny(term.terms.map(negated))
      return term.kind === 'or' ? filterForAll(term.terms.map(negated)) : UNFILTERED
    }
    case 'all':
    case 'word':
      return UNFILTERED
    default:
      return unreachable(expression, 'expression')
  }
}

/** What to ask Goldmane, and what is left to ask of its answer. */
export function planFor(expression: Expression): Plan {
  const clauses = clausesOf(expression).map((clause) => ({ clause, limit: filterFor(clause) }))
  let filter = UNFILTERED.filter
  const remainder = new Set(clauses.map(({ clause }) => clause))
  const decided: Expression[] = []
  const narrowed: Expression[] = []
  // The clauses that can be said in full go first, so that no weaker one takes their field.
  for (const { clause, limit: each } of clauses.filter((entry) => entry.limit.exact)) {
    const taken = limitedFields(filter)
    if (limitedFields(each.filter).some((name) => taken.includes(name))) continue
    filter = bothFilters(filter, each.filter)
    remainder.delete(clause)
    decided.push(clause)
  }
  for (const { clause, limit: each } of clauses.filter((entry) => remainder.has(entry.clause))) {
    const taken = limitedFields(filter)
    if (limitedFields(each.filter).some((name) => !taken.includes(name))) narrowed.push(clause)
    filter = bothFilters(filter, each.filter)
  }
  return { filter, exact: remainder.size === 0, remainder: withAll([...remainder]), decided, narrowed }
}
