/**
 * The parts of the frame that F6 goes through. Each is marked by `data-part` in `App`, and what takes its focus may be
 * marked by `data-part-focus` inside.
 */

/** In the order of F6. */
export const PARTS = ['query', 'timeline', 'facets', 'list', 'answer'] as const
export type Part = (typeof PARTS)[number]

export const FOCUSABLE =
  '[role=grid],[role=slider],[role=textbox],input,select,textarea,button,a[href],summary,[tabindex]'

/** The parts with keys of their own, which the footer names: the list has those of the commands. */
const HINTED_PARTS = ['top', 'query', 'timeline', 'replay', 'strip', 'facets', 'tools', 'answer'] as const
export type HintedPart = (typeof HINTED_PARTS)[number]

function nameOf(element: Element | null): string | undefined {
  return element?.closest<HTMLElement>('[data-part]')?.dataset['part']
}

/** The part of F6 that holds the element; null outside of all, as in the top bar. The bar of the list belongs to the list. */
export function partOf(element: Element | null): Part | null {
  const name = nameOf(element)
  return name === 'tools' ? 'list' : (PARTS.find((part) => part === name) ?? null)
}

/** The part with keys of its own that holds the element; null where the keys are those of the list. */
export function hintedPartOf(element: Element | null): HintedPart | null {
  const name = nameOf(element)
  return HINTED_PARTS.find((part) => part === name) ?? null
}

/** Moves the focus into a part; false when it is not on the screen or holds nothing that takes the focus. */
export function focusPart(part: Part): boolean {
  return focusInside(document.querySelector(`[data-part=${part}]`))
}

/** As {@link focusPart}, of any element. */
export function focusInside(root: Element | null): boolean {
  if (root === null) return false
  const candidates = [
    ...root.querySelectorAll<HTMLElement>('[data-part-focus],[role=grid],[role=slider],[role=textbox]'),
    ...root.querySelectorAll<HTMLElement>(FOCUSABLE),
  ]
  return candidates.some((element) => {
    if (element.tabIndex < 0 && !element.hasAttribute('data-part-focus')) return false
    element.focus()
    return document.activeElement === element
  })
}

/** Moves the focus to the next part, or with −1 to the one before, and past those that are not on the screen. */
export function focusNeighbourPart(step: 1 | -1): void {
  const from = partOf(document.activeElement)
  const start = from === null ? (step === 1 ? -1 : PARTS.length) : PARTS.indexOf(from)
  for (let i = 1; i <= PARTS.length; i++) {
    const part = PARTS[(((start + step * i) % PARTS.length) + PARTS.length) % PARTS.length]
    if (part !== undefined && focusPart(part)) return
  }
}
