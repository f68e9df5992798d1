/** A value that this browser remembers under a key, shared by all components and all tabs. */

export interface Remembered<T> {
  readonly get: () => T
  readonly set: (value: T) => void
  readonly subscribe: (listener: () => void) => () => void
}

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    // Storage is closed to us (private window): as if nothing was stored.
    return null
  }
}

/** `parse` reads whatever is stored, another program's text too, and never throws. */
export function remembered<T>(key: string, parse: (text: string | null) => T): Remembered<T> {
  const listeners = new Set<() => void>()
  let cached: { readonly value: T } | null = null

  const announce = (): void => {
    for (const listener of listeners) listener()
  }
  const onStorage = (event: StorageEvent): void => {
    // A null key means that another tab cleared everything.
    if (event.key !== key && event.key !== null) return
    cached = null
    announce()
  }
  return {
    get: () => {
      cached ??= { value: parse(stored(key)) }
      return cached.value
    },
    set: (value) => {
      cached = { value }
      try {
        localStorage.setItem(key, JSON.stringify(value))
      } catch {
        // Full or closed: it holds for this visit.
      }
      announce()
    },
    subscribe: (listener) => {
      if (listeners.size === 0) window.addEventListener('storage', onStorage)
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) window.removeEventListener('storage', onStorage)
      }
    },
  }
}

/** JSON as a value; undefined for a text that is none. */
export function readJson(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
