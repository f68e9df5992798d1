import type { TabStorage } from '../remembered/remembered.ts'

interface Listener {
  readonly tab: TabStorage
  readonly key: string
  readonly callback: () => void
}

/** A browser with several tabs over one storage: for tests. */
export class FakeBrowser {
  readonly #stored = new Map<string, string>()
  readonly #listeners = new Set<Listener>()
  /** Whether the storage refuses to store anything more. */
  isFull = false

  /** The storage as a new tab sees it. Like a browser it tells the other tabs of a write, and not the writer. */
  openTab(): TabStorage {
    const tab: TabStorage = {
      read: (key) => this.#stored.get(key) ?? null,
      write: (key, text) => {
        if (this.isFull) return false
        this.#stored.set(key, text)
        for (const listener of this.#listeners)
          if (listener.key === key && listener.tab !== tab) listener.callback()
        return true
      },
      onWriteElsewhere: (key, callback) => {
        const listener = { tab, key, callback }
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
    }
    return tab
  }

  /** How many subscriptions to writes of other tabs there are. */
  get listeners(): number {
    return this.#listeners.size
  }
}
