/** Queries with a name, remembered in this browser. */
import { useSyncExternalStore } from 'react'
import * as z from 'zod/mini'

import { MAX_QUERY_CHARS } from '../../filter/language/token-reader.ts'
import { readJson, Remembered } from './remembered.ts'

/** The most queries that can be saved. The next one is refused. */
export const SAVED_LIMIT = 100
/** Characters of a name. */
export const NAME_LIMIT = 80

const savedQuery = z.object({
  name: z.string().check(z.minLength(1), z.maxLength(NAME_LIMIT)),
  text: z.string().check(z.minLength(1), z.maxLength(MAX_QUERY_CHARS)),
})

export type SavedQuery = Readonly<z.infer<typeof savedQuery>>

/** The list with a query, which replaces the one of the same name. Sorted by name. */
export function withSaved(list: readonly SavedQuery[], query: SavedQuery): readonly SavedQuery[] {
  return [...withoutSaved(list, query.name), query].toSorted((a, b) => a.name.localeCompare(b.name))
}

export function withoutSaved(list: readonly SavedQuery[], name: string): readonly SavedQuery[] {
  return list.filter((each) => each.name !== name)
}

/** The queries in a stored text, each name once. Entries that are not saved queries are left out. */
export function parseSaved(text: string | null): readonly SavedQuery[] {
  const stored = readJson(text)
  if (!Array.isArray(stored)) return []
  return stored
    .slice(0, SAVED_LIMIT)
    .flatMap((entry: unknown) => savedQuery.safeParse(entry).data ?? [])
    .reduce(withSaved, [])
}

const savedQueries = new Remembered('flowtrace.saved-queries', parseSaved)

/** Saves a query; false when the list is full. */
export function saveQuery(query: SavedQuery): boolean {
  const next = withSaved(savedQueries.get(), query)
  if (next.length > SAVED_LIMIT) return false
  savedQueries.set(next)
  return true
}

export function deleteQuery(name: string): void {
  savedQueries.update((list) => withoutSaved(list, name))
}

export function useSavedQueries(): readonly SavedQuery[] {
  return useSyncExternalStore(savedQueries.subscribe, savedQueries.get)
}
