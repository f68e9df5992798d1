/**
 * Splits a query into the part that Goldmane can answer and the rest. Goldmane's Filter ORs the values inside a field and ANDs the fields; it knows no
 * negation, no labels, no ranges and no service (goldmane/pkg/types/filters.go). The plan's filter is an upper bound:
 * it passes all flows that match the query, and maybe more. The remainder, applied to those, gives the query's answer.
 *
 * All policy matches are one list of alternatives, so only one of two clauses about policies goes to Goldmane.
 */
import { create } from '@bufbuild/protobuf'

import { unreachable } from '../../lib/assert.ts'
import { type Filter, FilterSchema } from '../../gen/goldmane/api_pb.ts'
import { clausesOf, withAll } from '../tree/clauses.ts'
import type { Expression } from '../tree/expression.ts'
import { filterForComparison, type GoldmaneFilter, goldmaneFilter, UNFILTERED } from './goldmane-filter.ts'
import { normalise } from '../tree/normalise.ts'

export interface Plan {
  /** Passes all flows that match the query. An empty list passes everything. */
  readonly filter: Filter
  /** Whether nothing remains, because the filter passes exactly the flows that match. */
  readonly exact: boolean
  /** The query that the flows that pass the filter are to be tested with. */
  readonly remainder: Expression
  /** The clauses that the filter answers in full. */
  readonly decided: readonly Expression[]
  /** The clauses of the remainder that the filter narrows without deciding them. */
  readonly narrowed: readonly Expression[]
}

/** The alternatives of both lists; empty, which passes everything, when either is. */
function alternatives<T>(x: readonly T[], y: readonly T[]): T[] {
  return x.length === 0 || y.length === 0 ? [] : [...x, ...y]
}

function firstNonEmpty<T>(x: readonly T[], y: readonly T[]): T[] {
  return [...(x.length === 0 ? y : x)]
}

/** Two filters merged field by field, with `merge` for the lists of alternatives. */
function mergeFilters(
  a: Filter,
  b: Filter,
  merge: <T>(x: readonly T[], y: readonly T[]) => T[],
  reporter: Filter['reporter'],
): Filter {
  return create(FilterSchema, {
    sourceNames: merge(a.sourceNames, b.sourceNames),
    sourceNamespaces: merge(a.sourceNamespaces, b.sourceNamespaces),
    destNames: merge(a.destNames, b.destNames),
    destNamespaces: merge(a.destNamespaces, b.destNamespaces),
    protocols: merge(a.protocols, b.protocols),
    destPorts: merge(a.destPorts, b.destPorts),
    actions: merge(a.actions, b.actions),
    policies: merge(a.policies, b.policies),
    reporter,
    pendingActions: merge(a.pendingActions, b.pendingActions),
  })
}

/** An upper bound of what passes one filter or the other: only the fields that both limit stay limited. */
function eitherFilter(a: Filter, b: Filter): Filter {
  return mergeFilters(a, b, alternatives, a.reporter === b.reporter ? a.reporter : 0)
}

/** An upper bound of what passes both filters: of a field that both limit, the first one's list is kept. */
function bothFilters(a: Filter, b: Filter): Filter {
  return mergeFilters(a, b, firstNonEmpty, a.reporter === 0 ? b.reporter : a.reporter)
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
  // `src.ns = a or src.ns = b` is one list. With more than one field, the combinations are lost.
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

/** The filter for Goldmane, and the query that is left to test its answer with. */
export function planFor(expression: Expression): Plan {
  const clauses = clausesOf(expression).map((clause) => ({ clause, limit: filterFor(clause) }))
  let filter = UNFILTERED.filter
  const remainder = new Set(clauses.map(({ clause }) => clause))
  const decided: Expression[] = []
  const narrowed: Expression[] = []
  // Exact clauses go first, so that none loses its field to one that only narrows.
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
