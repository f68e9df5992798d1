/** Removes the entries that were put into a map first, until it has at most `size`. */
export function dropOldest(entries: Map<unknown, unknown>, size: number): void {
  for (const key of entries.keys()) {
    if (entries.size <= size) return
    entries.delete(key)
  }
}
