/**
 * A scope is a query that limits which records are received: each is tested once, when it arrives, and is not stored
 * unless it matches. Goldmane does not even send what its own Filter can rule out (plan/plan.ts). A filter in
 * contrast narrows what is shown of the stored records.
 */
import { asksFor } from './tree/asks-for.ts'
import { type Parsed, parse } from './language/parse-query.ts'

/** Parses a scope. As {@link parse}, but refuses `seen`: the age of a record that has just arrived is always 0. */
export function parseScope(text: string): Parsed {
  const parsed = parse(text)
  if (!parsed.ok || !asksFor(parsed.expression, 'age')) return parsed
  const message =
    'A scope cannot ask for seen, because whatever has just arrived is new: ask for it in the filter.'
  return { ok: false, errors: [{ from: 0, to: text.length, message }], partial: parsed.expression }
}
