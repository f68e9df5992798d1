/** The order of a facet's values, which is set when the query changes elsewhere and kept otherwise. */
import type { Facet } from '../../state/client/facets.ts'

/**
 * The values of a facet in their order: first those of the answer, most frequent first, with the values `asked` by the
 * filter among the first `listed`. There are never fewer than before, up to `max`: values without records fill the list,
 * so that its height stays.
 */
export function orderOf(
  facet: Facet,
  asked: readonly string[],
  before: readonly string[],
  listed: number,
  max: number,
): readonly string[] {
  const counted = facet.values.map(({ value }) => value)
  const missing = asked.filter((value) => !counted.slice(0, listed).includes(value))
  const first = counted.slice(0, Math.max(0, listed - missing.length))
  return [...new Set([...first, ...missing, ...counted, ...before])].slice(0, max)
}

/** The order with values that came since at its end, as far as there is room. */
export function withNewValues(order: readonly string[], facet: Facet, max: number): readonly string[] {
  const known = new Set(order)
  const added = facet.values.flatMap(({ value }) => (known.has(value) ? [] : [value]))
  return added.length === 0 ? order : [...order, ...added].slice(0, max)
}
