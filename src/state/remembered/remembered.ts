/** Values that this browser remembers in localStorage, shared by all components of a tab and by all tabs. */
import { Subscribers } from '../../lib/observable.ts'

/** A tab's access to the storage that all tabs share. */
export interface TabStorage {
  /** Null where nothing is stored, and where the storage cannot be read. */
  read(key: string): string | null
  /** False when it could not be stored, because the storage is full or closed. */
  write(key: string, text: string): boolean
  /** Calls back when another tab has written the key, until the returned function is called. */
  onWriteElsewhere(key: string, callback: () => void): () => void
}

const tabStorage: TabStorage = {
  read(key) {
    try {
      return localStorage.getItem(key)
    } catch {
      // A browser may refuse any access, as in a private window: it is as if nothing was stored.
      return null
    }
  },
  write(key, text) {
    try {
      localStorage.setItem(key, text)
      return true
    } catch {
      return false
    }
  },
  onWriteElsewhere(key, callback) {
    const onStorage = (event: StorageEvent): void => {
      // A null key means that another tab cleared everything.
      if (event.key === key || event.key === null) callback()
    }
    window.addEventListener('storage', onStorage)
    return () => window.removeEventListener('storage', onStorage)
  },
}

export class Remembered<T> {
  readonly #key: string
  readonly #parse: (text: string | null) => T
  readonly #storage: TabStorage
  readonly #subscribers: Subscribers
  /** The value with the stored text that it was parsed from, or that could not be replaced by it. */
  #cache: { readonly text: string | null; readonly value: T } | null = null
  /** Calls back when the value changes, in this tab or in another one. */
  readonly subscribe: (callback: () => void) => () => void
  /** Calls the subscribers back, for whoever shows another value in place of this one. */
  readonly notify = (): void => this.#subscribers.notify()

  /** `parse` gets whatever is stored, another program's text too, and must not throw. */
  constructor(key: string, parse: (text: string | null) => T, storage: TabStorage = tabStorage) {
    this.#key = key
    this.#parse = parse
    this.#storage = storage
    this.#subscribers = new Subscribers(() => storage.onWriteElsewhere(key, () => this.#subscribers.notify()))
    this.subscribe = this.#subscribers.subscribe
  }

  /**
   * The value that is stored now, whichever tab wrote it. It is the same value until another text is stored. The text is
   * compared at each call, because `storage` events come late, and never to a page in the back-forward cache.
   */
  readonly get = (): T => {
    const text = this.#storage.read(this.#key)
    let cache = this.#cache
    if (cache === null || cache.text !== text) {
      cache = { text, value: this.#parse(text) }
      this.#cache = cache
    }
    return cache.value
  }

  /** Replaces the value. */
  readonly set = (value: T): void => {
    const text = JSON.stringify(value)
    const isStored = this.#storage.write(this.#key, text)
    // What could not be stored holds for this visit, until another tab stores something.
    this.#cache = { text: isStored ? text : this.#storage.read(this.#key), value }
    this.#subscribers.notify()
  }

  /** Replaces the value by one that is made from what is stored now, so that nothing of another tab is lost. */
  readonly update = (change: (now: T) => T): void => this.set(change(this.get()))
}

/** JSON as a value; undefined where the text is not JSON, or null. */
export function readJson(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
