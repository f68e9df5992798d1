import type { Page } from '../view/navigation.ts'

interface Listener {
  readonly type: string
  readonly callback: () => void
  readonly capture: boolean
}

/** A page with an address, a history and events: for tests. */
export class FakePage implements Page {
  #entries: URL[]
  #index = 0
  #listeners: readonly Listener[] = []
  readonly history: Page['history']

  constructor(url = 'http://flowtrace/') {
    this.#entries = [new URL(url)]
    this.history = {
      pushState: (_state, _unused, next) => {
        this.#entries = [
          ...this.#entries.slice(0, this.#index + 1),
          new URL(next ?? '', this.#entries[this.#index]),
        ]
        this.#index++
      },
      replaceState: (_state, _unused, next) => {
        this.#entries[this.#index] = new URL(next ?? '', this.#entries[this.#index])
      },
    }
  }

  get location(): URL {
    return this.#entries[this.#index]! // always within the entries
  }

  /** How many entries the history has. */
  get entries(): number {
    return this.#entries.length
  }

  get listeners(): number {
    return this.#listeners.length
  }

  addEventListener(type: string, callback: () => void, options?: { capture: true }): void {
    this.#listeners = [...this.#listeners, { type, callback, capture: options?.capture ?? false }]
  }

  removeEventListener(type: string, callback: () => void, options?: { capture: true }): void {
    const capture = options?.capture ?? false
    this.#listeners = this.#listeners.filter(
      (each) => each.type !== type || each.callback !== callback || each.capture !== capture,
    )
  }

  /** Calls the listeners of an event, those of the capture phase first. */
  dispatch(type: string): void {
    for (const capture of [true, false])
      for (const listener of this.#listeners)
        if (listener.type === type && listener.capture === capture) listener.callback()
  }

  /** Goes back (−1) or forward (1), as the buttons of the browser do. */
  go(by: -1 | 1): void {
    this.#index = Math.min(this.#entries.length - 1, Math.max(0, this.#index + by))
    this.dispatch('popstate')
  }
}
