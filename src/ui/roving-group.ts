import { afterPaint } from '../lib/after-paint.ts'

/** Everything that takes the focus. Of a tab list only the selected tab, which has the arrow keys for the others. */
const CONTROLS =
  'button:not([disabled]),a[href],input:not([disabled]):not([type=file]),select:not([disabled]),textarea:not([disabled]),summary,[contenteditable=true],[role=slider],[role=separator][aria-valuenow],[data-part-focus]'
const NO_CONTROLS = '[role=tab][aria-selected=false]'

const TEXT_FIELDS = 'input:not([type=checkbox],[type=radio]),textarea,[contenteditable=true]'

/** Pixels by which neighbours on one line may overlap the line below. */
const LINE_SLACK_PX = 4
/** How many frames a control that is hidden while a field has the focus may take to appear. */
const MAX_FRAMES_TO_APPEAR = 30

/**
 * One stop of Tab for all controls of an element (roving tabindex): ← and → go through them in reading order, ↑ and ↓
 * from line to line, Home and End to the first and the last. The stop is the control that had the focus last; at first
 * the one with `data-part-focus`. A text field, a list and a slider keep the keys that they need themselves: ← leaves
 * a text field at the beginning of its text, → at the end. A text that scrolls stays a stop of its own.
 */
export class RovingGroup {
  readonly #root: HTMLElement
  readonly #abort = new AbortController()
  readonly #observer: MutationObserver
  /** The control that Tab stops at. */
  #stop: HTMLElement | null = null
  /** Whether the focus was inside: until then the stop is the first control, also of those that come later. */
  #wasEntered = false
  /** Whether the last key or click in the group was a key. */
  #isByKey = false
  /** Whether a key removed the control that had the focus, and no other one was there to take it. */
  #isFocusOwed = false
  /** Whether {@link #mark} is on its way. */
  #isMarking = false
  /** The arrow keys that would leave the text field, from before it handled the key press. */
  #leaving: readonly string[] = []

  constructor(root: HTMLElement) {
    this.#root = root
    const { signal } = this.#abort
    root.addEventListener('focusin', ({ target }) => this.#moveStop(target), { signal })
    // What is seen only while the focus is near it goes with the focus: the next frame has it hidden.
    root.addEventListener('focusout', () => requestAnimationFrame(() => this.#mark()), { signal })
    root.addEventListener('pointerdown', () => (this.#isByKey = false), { signal })
    root.addEventListener(
      'keydown',
      ({ target }) => {
        this.#isByKey = true
        this.#leaving = leavingKeys(target)
      },
      { capture: true, signal },
    )
    // At the document: React handles the keys of a control at the root of the page, which is further out than this one.
    document.addEventListener('keydown', (event) => this.#press(event), { signal })
    window.addEventListener('resize', () => this.#mark(), { signal })
    // Controls come and go with the values of the facets: a new one must not become a second stop.
    this.#observer = new MutationObserver(() => {
      const left = this.#stop
      if (left === null ? !this.#isFocusOwed : left.isConnected) return this.#markAfterPaint()
      this.#mark()
      this.#takeFocusBack()
    })
    this.#observer.observe(root, {
      childList: true,
      subtree: true,
      attributeFilter: ['tabindex', 'disabled', 'aria-selected'],
    })
    this.#mark()
  }

  stop(): void {
    this.#abort.abort()
    this.#observer.disconnect()
  }

  /**
   * A control that a key removed, as a chip of the query, had the focus: the next stop has it then. Where all controls
   * went, as those of the timeline with the source, it is the first one that comes.
   */
  #takeFocusBack(): void {
    const isLost = this.#isByKey && document.activeElement === document.body
    this.#isFocusOwed = isLost && this.#stop === null
    if (isLost) this.#stop?.focus()
  }

  #controls(): readonly HTMLElement[] {
    return [...this.#root.querySelectorAll<HTMLElement>(CONTROLS)].filter(
      (control) => !control.matches(NO_CONTROLS),
    )
  }

  #mark(): void {
    const controls = this.#controls()
    this.#stop = this.#stopAmong(controls)
    for (const control of controls) {
      const tabIndex = control === this.#stop ? 0 : -1
      // Setting an attribute to what it is would be told to the observer as a change.
      if (control.getAttribute('tabindex') !== String(tabIndex)) control.tabIndex = tabIndex
    }
  }

  /** Which controls are shown is known once the page is laid out, as the next frame does in any case. */
  #markAfterPaint(): void {
    if (this.#isMarking) return
    this.#isMarking = true
    afterPaint(() => {
      this.#isMarking = false
      if (!this.#abort.signal.aborted) this.#mark()
    })
  }

  /** The stop, or what takes its place when it went away or is hidden. */
  #stopAmong(controls: readonly HTMLElement[]): HTMLElement | null {
    const stop = this.#wasEntered ? this.#stop : null
    const focused = controls.find((control) => control === document.activeElement)
    if (focused !== undefined) return focused
    const at = stop === null ? -1 : controls.indexOf(stop)
    const before = controls.slice(0, at + 1).findLast(isShown)
    if (before !== undefined) return before
    const preferred = controls.find((control) => control.matches('[data-part-focus]'))
    if (preferred !== undefined && isShown(preferred)) return preferred
    return controls.find(isShown) ?? controls[0] ?? null
  }

  #moveStop(target: EventTarget | null): void {
    const control = this.#controls().find((each) => each === target)
    if (control === undefined) return
    this.#stop = control
    this.#wasEntered = true
    this.#mark()
  }

  #press(event: KeyboardEvent): void {
    const { target, key } = event
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    if (!(target instanceof HTMLElement) || !this.#root.contains(target)) return
    const isText = target.matches(TEXT_FIELDS)
    // An editor may say that it handled an arrow key at the end of its text.
    if (isText ? !this.#leaving.includes(key) : event.defaultPrevented || keepsKey(target, key)) return
    const controls = this.#controls().filter((each) => each === target || each.getClientRects().length > 0)
    const next = neighbourOf(controls, target, key)
    if (next === undefined) return
    event.preventDefault()
    if (next !== target) focusOnceShown(next, target)
  }
}

function isShown(control: HTMLElement): boolean {
  return control.checkVisibility({ visibilityProperty: true })
}

/** The arrow keys that leave a text field from where its cursor is; none for other elements. */
function leavingKeys(target: EventTarget | null): readonly string[] {
  if (!(target instanceof HTMLElement) || !target.matches(TEXT_FIELDS)) return []
  const { caret } = target.dataset
  if (caret !== undefined) return keysAt(caret.includes('start'), caret.includes('end'))
  if (!(target instanceof HTMLInputElement)) return []
  const { selectionStart, selectionEnd, value } = target
  if (selectionStart === null || selectionStart !== selectionEnd) return []
  return keysAt(selectionStart === 0, selectionEnd === value.length)
}

function keysAt(start: boolean, end: boolean): readonly string[] {
  return [...(start ? ['ArrowLeft'] : []), ...(end ? ['ArrowRight'] : [])]
}

/** Whether a control needs a key for itself. */
function keepsKey(target: HTMLElement, key: string): boolean {
  return target.matches('select,input[type=radio]') && key !== 'ArrowLeft' && key !== 'ArrowRight'
}

/** The control that a key goes to, which may be the same; undefined for a key that does not move. */
function neighbourOf(
  controls: readonly HTMLElement[],
  from: HTMLElement,
  key: string,
): HTMLElement | undefined {
  const at = controls.indexOf(from)
  if (at < 0) return undefined
  // A slider has ← and → for its value.
  const byLine = !from.matches('[role=slider]')
  const { top, bottom } = from.getBoundingClientRect()
  switch (key) {
    case 'ArrowRight':
      return controls[at + 1] ?? from
    case 'ArrowLeft':
      return controls[at - 1] ?? from
    case 'ArrowDown':
      return (
        controls
          .slice(at + 1)
          .find((each) => !byLine || each.getBoundingClientRect().top >= bottom - LINE_SLACK_PX) ?? from
      )
    case 'ArrowUp':
      return (
        controls
          .slice(0, at)
          .findLast((each) => !byLine || each.getBoundingClientRect().bottom <= top + LINE_SLACK_PX) ?? from
      )
    case 'Home':
      return controls[0]
    case 'End':
      return controls.at(-1)
    default:
      return undefined
  }
}

/** Moves the focus. The chips of the query are hidden while its text has the focus, and appear when it loses it. */
function focusOnceShown(next: HTMLElement, from: HTMLElement, frames = MAX_FRAMES_TO_APPEAR): void {
  next.focus()
  if (document.activeElement === next) return
  if (frames === 0) return from.focus()
  if (document.activeElement === from) from.blur()
  // The reader may have gone elsewhere meanwhile.
  else if (document.activeElement !== document.body) return
  requestAnimationFrame(() => focusOnceShown(next, from, frames - 1))
}
