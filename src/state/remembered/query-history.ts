/** The queries that were applied in the query bar, remembered in this browser. */
import * as z from 'zod/mini'

import { MAX_LENGTH } from '../../filter/language/reader.ts'
import { readJson, remembered } from './remembered.ts'

/** Queries kept; the oldest go first. */
export const HISTORY_LIMIT = 50

const query = z.string().check(z.minLength(1), z.maxLength(MAX_LENGTH))

/** Reads what was stored, whatever it is: entries that are no query are left out. */
export function parseHistory(text: string | null): readonly string[] {
  const stored = readJson(text)
  if (!Array.isArray(stored)) return []
  return stored.flatMap((entry: unknown) => query.safeParse(entry).data ?? []).slice(-HISTORY_LIMIT)
}

/** The history with a query as its newest; a query that was there moves to the end. */
export function withNewest(history: readonly string[], text: string): readonly string[] {
  return text === '' ? history : [...history.filter((each) => each !== text), text].slice(-HISTORY_LIMIT)
}

const store = remembered('flowtrace.query-history', parseHistory)

/** Oldest first. */
export function queryHistory(): readonly string[] {
  return store.get()
}

export function rememberQuery(text: string): void {
  store.set(withNewest(store.get(), text))
}
