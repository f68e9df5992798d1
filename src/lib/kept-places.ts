/** Lists whose items keep their places while the data behind them changes, so that nothing moves under the pointer. */

/** The keys in their order, with those of `next` that are not among them at the end; the same array when there are none. */
export function withNewKeys(order: readonly string[], next: readonly string[]): readonly string[] {
  const known = new Set(order)
  const added = [...new Set(next)].filter((key) => !known.has(key))
  return added.length === 0 ? order : [...order, ...added]
}
