/** Lists whose items keep their places while the data behind them changes, so that nothing moves under the pointer. */

/** The keys in their order, with those of `next` that are not among them at the end; the same array when there are none. */
export function withNewKeys(order: readonly string[], next: readonly string[]): readonly string[] {
  const known = new Set(order)
  const added = [...new Set(next)].filter((key) => !known.has(key))
  return added.length === 0 ? order : [...order, ...added]
}

/**
 * The items in the order of their keys, as far as they are in it, then the others in their own order: an item keeps its
 * place among those that are still there.
 */
export function inKeptOrder<Item>(
  items: readonly Item[],
  order: readonly string[],
  keyOf: (item: Item) => string,
): readonly Item[] {
  const places = new Map(order.map((key, place) => [key, place]))
  const placeOf = (item: Item) => places.get(keyOf(item)) ?? order.length
  return items.toSorted((a, b) => placeOf(a) - placeOf(b))
}
