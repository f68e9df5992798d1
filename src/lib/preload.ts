/**
 * Lazy loading with preload. Chunks that the first paint does not need are declared beside their use, imported on first
 * use, and preloaded once the page is loaded, so that it works without a server afterwards.
 */

import { type Clock, systemClock } from './clock.ts'

type Load = () => Promise<unknown>

const declared = new Set<Load>()
/** Those of {@link laterChunk}. */
const later = new Set<Load>()

/** Declares a chunk for preloading and returns its loader, for `lazy()` or a direct call. */
export function lazyChunk<T>(load: () => Promise<T>): () => Promise<T> {
  declared.add(load)
  return load
}

let held: Promise<void> = Promise.resolve()

/** For a minute: a server that restarts is back by then; with another version on it the chunk is gone for good. */
const TRIES = 30
const RETRY_MS = 2000

/** Lets the chunks of {@link laterChunk} wait, so that the first rows need not share the connections and the thread. */
export function holdChunks(until: Promise<void>): void {
  held = until
}

/**
 * Declares a chunk that is not loaded before what {@link holdChunks} waits for. The rows are on the screen already, so
 * that a server that is lost just then must not cost them: the chunk is tried again some times before it fails.
 */
export function laterChunk<T>(load: () => Promise<T>, clock: Clock = systemClock): () => Promise<T> {
  const loadLater = lazyChunk(async () => {
    await held
    for (let left = TRIES - 1; ; left--) {
      try {
        return await load()
      } catch (error) {
        if (left === 0) throw error
        await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve))
      }
    }
  })
  later.add(loadLater)
  return loadLater
}

/**
 * Loads every chunk declared so far, and those that they declare in turn: first those of {@link laterChunk}, which have a
 * place on the screen, and the others when `idle` resolves after that. Resolves to whether all were loaded. One that
 * failed is loaded anew on its first use, which reports the error.
 */
export async function preloadChunks(idle: () => Promise<void> = async () => {}): Promise<boolean> {
  const loaded = new Set<Load>()
  let complete = true
  for (;;) {
    const missing = [...declared].filter((load) => !loaded.has(load))
    if (missing.length === 0) return complete
    const shown = missing.filter((load) => later.has(load))
    const next = shown.length > 0 ? shown : missing
    if (shown.length === 0) await idle()
    for (const load of next) loaded.add(load)
    const results = await Promise.allSettled(next.map((load) => load()))
    complete &&= results.every(({ status }) => status === 'fulfilled')
  }
}
