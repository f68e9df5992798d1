/**
 * The one-shot questions to the worker, each built by one function. A component asks one with `useAnswer()`, and an
 * event handler with `client.ask()`. Only this file knows what the messages look like.
 */
import type { Expression } from '../../filter/tree/expression.ts'
import type { ExportedView, Finding, Question } from '../../store/protocol.ts'
import type { FacetRequest } from './facets.ts'
import type { RowKind, Sort } from './rows.ts'
import type { RequestedRange } from './time-range.ts'

export type { Finding }

type QuestionAbout<About extends Question['about']> = Extract<Question, { readonly about: About }>

/** How many 15 s records match. A `time` of null is everything held, here and below. */
export function countOf(filter: Expression, time: RequestedRange | null): QuestionAbout<'count'> {
  return { about: 'count', filter, time }
}

/** How many rows of each shape match. */
export function rowTotalsOf(filter: Expression, time: RequestedRange | null): QuestionAbout<'totals'> {
  return { about: 'totals', filter, time }
}

/** How many records each clause of the filter takes away. */
export function clauseEffectsOf(filter: Expression, time: RequestedRange | null): QuestionAbout<'clauses'> {
  return { about: 'clauses', filter, time }
}

/** A field's values under the filter without that field's own clauses, most frequent first. */
export function facetOf(
  filter: Expression,
  time: RequestedRange | null,
  facet: FacetRequest,
): QuestionAbout<'facet'> {
  return { about: 'facet', filter, time, facet }
}

/** The flows of the conversation that the row with this id belongs to, last seen first, from both reporters. */
export function conversationOf(id: string): QuestionAbout<'conversation'> {
  return { about: 'conversation', id }
}

/** How many rows a view shows, and how many records they sum. */
export function exportSizesOf(view: ExportedView): QuestionAbout<'sizes'> {
  return { about: 'sizes', view }
}

/** What deserves attention among the groups that match. New is what has no record before `newSince` (Unix seconds). */
export function summaryOf(
  filter: Expression,
  time: RequestedRange | null,
  newSince: number | null,
): QuestionAbout<'summary'> {
  return { about: 'summary', filter, time, newSince }
}

/** The groups that the summary counts as `only`, those with the most connections first; at most `limit` as rows. */
export function groupsFound(
  only: Finding,
  { filter, time, newSince }: Pick<QuestionAbout<'summary'>, 'filter' | 'time' | 'newSince'>,
  limit: number,
): QuestionAbout<'rows'> {
  const sort = { column: 'attention', descending: true } as const
  return { about: 'rows', shape: 'groups', filter, time, sort, limit, newSince, only }
}

/** Which rows, and in which order. */
export interface RowSelection {
  readonly shape: RowKind
  readonly newSince?: number | null
  readonly filter: Expression
  readonly time: RequestedRange | null
  readonly sort: Sort
}

/** The first rows of an order, at most `limit`, and how many there are in all. */
export function topRowsOf(
  { shape, filter, time, sort, newSince = null }: RowSelection,
  limit: number,
): QuestionAbout<'rows'> {
  return { about: 'rows', shape, filter, time, sort, limit, newSince, only: null }
}
