/** The list of the names that were replaced, which stays with the user: with it a colleague's answer can be read. */
import { visibleJson } from '../lib/visible-text.ts'
import type { ReplacedName } from './stand-ins.ts'

/** A line of JSON for each name: `{"kind":"namespace","name":"shop","standIn":"ns-4t0qk2m"}`. */
export function namesListText(names: readonly ReplacedName[]): string {
  return names
    .map(
      ({ kind, original, standIn }) => `${visibleJson(JSON.stringify({ kind, name: original, standIn }))}\n`,
    )
    .join('')
}
