/** Queries that were saved under a name, remembered in this browser. */
import { useSyncExternalStore } from 'react'
import * as z from 'zod/mini'

import { MAX_LENGTH } from '../../filter/language/reader.ts'
import { readJson, remembered } from './remembered.ts'

/** Queries kept; nothing is saved beyond, and the screen says so. */
export const SAVED_LIMIT = 100
export const NAME_LIMIT = 80

const savedQuery = z.object({
  name: z.string().check(z.minLength(1), z.maxLength(NAME_LIMIT)),
  text: z.string().check(z.minLength(1), z.maxLength(MAX_LENGTH)),
})

export type SavedQuery = Readonly<z.infer<typeof savedQuery>>

/** The list with a query under its name, which replaces the one of that name. By name, as they are shown. */
export function withSaved(list: readonly SavedQuery[], query: SavedQuery): readonly SavedQuery[] {
  return [...withoutSaved(list, query.name), query].toSorted((a, b) => a.name.localeCompare(b.name))
}

export function withoutSaved(list: readonly SavedQuery[], name: string): readonly SavedQuery[] {
  return list.filter((each) => each.name !== name)
}

/** Reads what was stored, whatever it is: entries that are no saved query are left out, each name is there once. */
export function parseSaved(text: string | null): readonly SavedQuery[] {
  const stored = readJson(text)
  if (!Array.isArray(stored)) return []
  return stored
    .slice(0, SAVED_LIMIT)
    .flatMap((entry: unknown) => savedQuery.safeParse(entry).data ?? [])
    .reduce(withSaved, [])
}

const store = remembered('flowtrace.saved-queries', parseSaved)

/** False when the list is full. */
export function saveQuery(query: SavedQuery): boolean {
  const next = withSaved(store.get(), query)
  if (next.length > SAVED_LIMIT) return false
  store.set(next)
  return true
}

export function deleteQuery(name: string): void {
  store.set(withoutSaved(store.get(), name))
}

export function useSavedQueries(): readonly SavedQuery[] {
  return useSyncExternalStore(store.subscribe, store.get)
}
