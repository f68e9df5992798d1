import { newElement, setAttribute, setClass, setHidden } from './dom-changes.ts'
import { CONTAINED, newIcon } from './icon-element.ts'
import type { RowHighlight } from './row-highlight.ts'

const POSITION = 'absolute top-1/2 left-0.5 -translate-y-1/2'
const NOT_KNOWN = 'It stands for several records. The one last seen does not match; another one may.'

/** Whether the row is highlighted, in its left margin. Inside the first cell, because a row may hold only cells. */
export function newHighlightIcon(): {
  readonly element: Element
  readonly show: (highlight: RowHighlight) => void
} {
  const icon = newIcon('flag', 'size-2.5')
  const element = newElement('span', POSITION, icon.element)
  element.setAttribute('role', 'img')
  element.hidden = true
  return {
    element,
    show: (highlight) => {
      setHidden(element, highlight === 'none')
      if (highlight === 'none') return
      const isKnown = highlight === 'highlighted'
      icon.show(isKnown ? 'flag' : 'question')
      setClass(icon.element, `${CONTAINED} size-2.5 ${isKnown ? 'fill-current' : ''}`)
      setClass(element, `${POSITION} ${isKnown ? 'text-accent' : 'text-faint'}`)
      setAttribute(element, 'aria-label', isKnown ? 'Highlighted' : 'Not known whether it matches')
      setAttribute(element, 'title', isKnown ? null : NOT_KNOWN)
    },
  }
}
