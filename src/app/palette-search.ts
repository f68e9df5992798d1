/** What the command palette finds besides commands: values of fields, saved queries, and the query that its text is. */
import { exclude, only } from '../filter/tree/clauses.ts'
import type { Expression } from '../filter/tree/expression.ts'
import { parse } from '../filter/language/parse-query.ts'
import { print, typedValue } from '../filter/language/print.ts'
import { fieldOf, type FieldId } from '../flows/field.ts'
import { unreachable } from '../lib/assert.ts'
import { formatCount } from '../lib/format.ts'
import { visibleText } from '../lib/visible-text.ts'
import type { Facet } from '../state/client/facets.ts'
import type { SavedQuery } from '../state/remembered/saved-queries.ts'
import { shownValue } from '../state/view/filter-actions.ts'
import { fuzzyFind } from './fuzzy-search.ts'

/** A change of the filter that the palette offers. */
export interface QueryEntry {
  readonly kind: 'query'
  readonly id: string
  readonly title: string
  /** The number of its records, or the query that it applies. */
  readonly detail: string
  readonly filter: Expression
}

export interface QueryGroup {
  readonly title: string
  readonly entries: readonly QueryEntry[]
}

/** The fields whose values are found, under the names of their groups. */
export const SEARCHED_FIELDS = [
  ['ns', 'Namespaces'],
  ['name', 'Workloads'],
  ['policy', 'Policies'],
  ['service', 'Services'],
] as const satisfies readonly (readonly [FieldId, string])[]

/** Values of one field that are offered at most. */
export const MAX_VALUES = 5

/** Whether a value becomes the only one of its field, or is filtered out, and the text to look for. */
export interface PaletteSearch {
  readonly does: 'only' | 'without'
  readonly text: string
}

/** Reads the palette's text: `backend`, `only backend`, `without backend`. */
export function readSearch(typed: string): PaletteSearch {
  const [, word = '', text] = /^(only|without|not)\s+(.*)$/i.exec(typed.trim()) ?? []
  if (text === undefined) return { does: 'only', text: typed.trim() }
  return { does: word.toLowerCase() === 'only' ? 'only' : 'without', text: text.trim() }
}

/**
 * The values of a field that contain the text: those held, most frequent first, then those that only Goldmane names.
 * `facet` has the values held that contain the text, `hints` all values of Goldmane's hour.
 */
export function valueEntries(
  { does, text }: PaletteSearch,
  filter: Expression,
  facet: Facet,
  hints: readonly string[],
): readonly QueryEntry[] {
  const { field } = facet
  const wanted = text.toLowerCase()
  const held = new Set(facet.values.map(({ value }) => value))
  const elsewhere = hints.filter(
    (value) => value !== '' && !held.has(value) && typedValue(field, value).toLowerCase().includes(wanted),
  )
  const found = [
    ...facet.values.map(({ value, records }) => ({ value, detail: `${formatCount(records)} records` })),
    ...[...new Set(elsewhere)].map((value) => ({ value, detail: 'in the last hour, not held' })),
  ]
  return found.slice(0, MAX_VALUES).map(({ value, detail }) => ({
    kind: 'query',
    id: `${does}:${field}:${value}`,
    title: `${does === 'only' ? 'Only' : 'Without'} ${fieldOf(field).title.toLowerCase()} ${shownValue({ field, value })}`,
    detail,
    filter: does === 'only' ? only(filter, field, value) : exclude(filter, field, value),
  }))
}

/** The saved queries whose name matches, best match first. One that cannot be read any more is left out. */
export function savedEntries({ text }: PaletteSearch, saved: readonly SavedQuery[]): readonly QueryEntry[] {
  return fuzzyFind(text, saved, ({ name }) => name).flatMap((query) => {
    const parsed = parse(query.text)
    return parsed.ok
      ? [
          {
            kind: 'query',
            id: `saved:${query.name}`,
            title: visibleText(query.name),
            detail: visibleText(query.text),
            filter: parsed.expression,
          },
        ]
      : []
  })
}

/** The query that the text is, or that is meant by it; nothing for mere words. */
export function typedQuery(typed: string): readonly QueryEntry[] {
  const expression = queryMeant(typed)
  if (expression === null || expression.kind === 'all' || hasWord(expression)) return []
  const text = print(expression)
  return [{ kind: 'query', id: 'typed', title: 'Apply the query', detail: text, filter: expression }]
}

function queryMeant(typed: string): Expression | null {
  const parsed = parse(typed)
  if (parsed.ok) return parsed.expression
  const [error, ...others] = parsed.errors
  if (error?.suggestion === undefined || others.length > 0 || error.unfinished === true) return null
  const meant = parse(typed.slice(0, error.from) + error.suggestion + typed.slice(error.to))
  return meant.ok ? meant.expression : null
}

function hasWord(expression: Expression): boolean {
  switch (expression.kind) {
    case 'word':
      return true
    case 'and':
    case 'or':
      return expression.terms.some(hasWord)
    case 'not':
      return hasWord(expression.term)
    case 'compare':
    case 'all':
      return false
    default:
      return unreachable(expression, 'expression')
  }
}
