/**
 * A scope is a query that is asked of each 15 s record as it arrives: what does not match is neither held nor, where
 * Goldmane can tell, sent. A filter is asked of what is held, again and again; a scope once.
 */
import { asksFor } from './tree/asks-for.ts'
import { type Parsed, parse } from './language/parse.ts'

/** Text to a scope. As `parse`; age is refused, because whatever has just arrived is new. */
export function parseScope(text: string): Parsed {
  const parsed = parse(text)
  if (!parsed.ok || !asksFor(parsed.expression, 'age')) return parsed
  const message =
    'A scope cannot ask for seen, because whatever has just arrived is new: ask for it in the filter.'
  return { ok: false, errors: [{ from: 0, to: text.length, message }], partial: parsed.expression }
}
