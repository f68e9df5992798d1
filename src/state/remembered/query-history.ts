/** The history of the query bar: the queries that were applied, remembered in this browser. */
import { MAX_QUERY_CHARS } from '../../filter/language/token-reader.ts'
import { isText } from '../../lib/is-text.ts'
import { readJson, Remembered } from './remembered.ts'

/** The most queries that are kept. The oldest are dropped. */
export const HISTORY_LIMIT = 50

/** The queries in a stored text. Entries that are not queries are left out. */
export function parseHistory(text: string | null): readonly string[] {
  const stored = readJson(text)
  if (!Array.isArray(stored)) return []
  return stored.filter((entry: unknown) => isText(entry, MAX_QUERY_CHARS)).slice(-HISTORY_LIMIT)
}

/** The history with a query as its newest. A query that was in it moves to the end. */
export function withNewest(history: readonly string[], text: string): readonly string[] {
  return text === '' ? history : [...history.filter((each) => each !== text), text].slice(-HISTORY_LIMIT)
}

const history = new Remembered('flowtrace.query-history', parseHistory)

/** Oldest first. */
export function queryHistory(): readonly string[] {
  return history.get()
}

export function rememberQuery(text: string): void {
  history.update((queries) => withNewest(queries, text))
}
