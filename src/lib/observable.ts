/**
 * Observable values, as React's `useSyncExternalStore` reads them: a function that returns the value, and one that
 * subscribes to its changes. Both are bound, so they can be handed over as they are.
 */

/** Called with the first subscriber; the function that it returns is called when the last one has left. */
export type Activate = () => () => void

/** A set of callbacks. Subscribing the same function twice makes two subscriptions, which end independently. */
export class Subscribers {
  readonly #subscriptions = new Set<{ readonly callback: () => void }>()
  readonly #activate: Activate | undefined
  #deactivate: (() => void) | undefined

  constructor(activate?: Activate) {
    this.#activate = activate
  }

  /** Calls back at each notification, until the returned function is called; calling that one twice does no harm. */
  readonly subscribe = (callback: () => void): (() => void) => {
    const subscription = { callback }
    this.#subscriptions.add(subscription)
    if (this.#subscriptions.size === 1) this.#deactivate = this.#activate?.()
    return () => {
      if (!this.#subscriptions.delete(subscription) || this.#subscriptions.size > 0) return
      this.#deactivate?.()
      this.#deactivate = undefined
    }
  }

  /** Calls all subscribers. One that leaves meanwhile is not called any more, and one that joins is called too. */
  notify(): void {
    for (const { callback } of this.#subscriptions) callback()
  }
}

/** A value that tells its subscribers when it is replaced by another one. */
export class Observable<Value> {
  #value: Value
  readonly #subscribers: Subscribers
  readonly subscribe: (callback: () => void) => () => void

  constructor(value: Value, activate?: Activate) {
    this.#value = value
    this.#subscribers = new Subscribers(activate)
    this.subscribe = this.#subscribers.subscribe
  }

  readonly get = (): Value => this.#value

  /** Replaces the value. Notifies nobody when it is the same by `Object.is`. */
  set(value: Value): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    this.#subscribers.notify()
  }
}
