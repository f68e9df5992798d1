/**
 * What the first paint can do without. Each part is declared where it is used and loaded when it is needed, or before,
 * once the page stands: from then on nothing needs the server any more.
 */

type Load = () => Promise<unknown>

const declared = new Set<Load>()

/** Declares a part that is loaded later; the loader itself, to be handed to whoever needs it. */
export function lazyChunk<T>(load: () => Promise<T>): () => Promise<T> {
  declared.add(load)
  return load
}

/**
 * Loads every part declared so far, and those that they declare in turn. Whether all of it came; what failed is loaded
 * again when it is needed, and fails there in sight.
 */
export async function preloadChunks(): Promise<boolean> {
  const loaded = new Set<Load>()
  let complete = true
  for (;;) {
    const missing = [...declared].filter((load) => !loaded.has(load))
    if (missing.length === 0) return complete
    for (const load of missing) loaded.add(load)
    const results = await Promise.allSettled(missing.map((load) => load()))
    complete &&= results.every(({ status }) => status === 'fulfilled')
  }
}
