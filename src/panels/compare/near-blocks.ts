/** Which blocks of a long list are near what the reader sees. */

/** Blocks are drawn so far ahead: more than a turn of the wheel, or Page Down in a window of common height. */
const MARGIN = '900px 0px'
/** `scrollMargin` counts within the screen, which scrolls; `rootMargin` in low windows, where the page does. */
const NEAR = { rootMargin: MARGIN, scrollMargin: MARGIN }

type OnNearness = (isNear: boolean, height: number) => void

const listeners = new WeakMap<Element, OnNearness>()
let observer: IntersectionObserver | null = null

/** Calls back once an element is near, and when it is not any more, with its height; until the returned function is called. */
export function observeNearness(element: Element, onNearness: OnNearness): () => void {
  observer ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting, boundingClientRect } of entries)
      listeners.get(target)?.(isIntersecting, boundingClientRect.height)
  }, NEAR)
  const watching = observer
  listeners.set(element, onNearness)
  watching.observe(element)
  return () => {
    watching.unobserve(element)
    listeners.delete(element)
  }
}
