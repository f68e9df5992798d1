import { type RefObject, useEffect } from 'react'

const CONTROLS = 'button:not([disabled]),a[href],input:not([disabled]),summary,[role=button]'

/** Elements that need the arrow keys for themselves. */
const OWN_ARROWS =
  'input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable],[role=slider],[role=separator],[role=tab],[role=grid],[role=menu]'

/**
 * Makes the controls of an element one stop of Tab (roving tabindex): the arrow keys up and down, Home and End move
 * between them. The controls are those that are rendered at the time; a control without a place is passed over.
 */
export function useRovingFocus(container: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const root = container.current
    if (root === null) return undefined
    const roving = new RovingFocus(root)
    return () => roving.stop()
  }, [container])
}

class RovingFocus {
  readonly #root: HTMLElement
  readonly #abort = new AbortController()
  readonly #observer: MutationObserver
  /** The control that Tab stops at. */
  #stop: HTMLElement | null = null

  constructor(root: HTMLElement) {
    this.#root = root
    const { signal } = this.#abort
    root.addEventListener('focusin', ({ target }) => this.#moveStop(target), { signal })
    root.addEventListener('keydown', (event) => this.#press(event), { signal })
    // Controls come and go with the facets' values: a new one must not become a second stop.
    this.#observer = new MutationObserver(() => this.#mark())
    this.#observer.observe(root, { childList: true, subtree: true })
    this.#mark()
  }

  stop(): void {
    this.#abort.abort()
    this.#observer.disconnect()
  }

  #controls(): readonly HTMLElement[] {
    return [...this.#root.querySelectorAll<HTMLElement>(CONTROLS)]
  }

  #mark(): void {
    const controls = this.#controls()
    if (this.#stop === null || !controls.includes(this.#stop)) this.#stop = controls[0] ?? null
    for (const control of controls) control.tabIndex = control === this.#stop ? 0 : -1
  }

  #moveStop(target: EventTarget | null): void {
    const control = this.#controls().find((each) => each === target)
    if (control === undefined) return
    this.#stop = control
    this.#mark()
  }

  #press(event: KeyboardEvent): void {
    const { target, key } = event
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (!(target instanceof HTMLElement) || target.closest(OWN_ARROWS) !== null) return
    const shown = this.#controls().filter((each) => each === target || each.getClientRects().length > 0)
    const at = shown.indexOf(target)
    if (at < 0) return
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: Math.max(0, at - 1),
      ArrowDown: Math.min(shown.length - 1, at + 1),
      Home: 0,
      End: shown.length - 1,
    }
    const next = steps[key]
    if (next === undefined) return
    event.preventDefault()
    shown[next]?.focus()
  }
}
