/**
 * Elements of the rows, which are made once and whose texts are changed in place. A node is only touched when what it
 * shows is another value, because the browser lays out anew whatever is set, the same value too.
 */

const SVG = 'http://www.w3.org/2000/svg'

/** A new element with its classes and children. */
export function newElement<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...children: readonly Node[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  if (className !== '') element.className = className
  element.append(...children)
  return element
}

/** A new element of SVG with its attributes and children. */
export function newShape<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly Node[]
): SVGElementTagNameMap[Tag] {
  const shape = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, String(value))
  shape.append(...children)
  return shape
}

export function setText(node: Text, text: string): void {
  if (node.data !== text) node.data = text
}

/** Sets an attribute, or removes it where the value is null. */
export function setAttribute(element: Element, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return
  if (value === null) element.removeAttribute(name)
  else element.setAttribute(name, value)
}

/** The classes of an element, of HTML or SVG. */
export function setClass(element: Element, className: string): void {
  setAttribute(element, 'class', className)
}

/** A hidden element is neither seen nor read out. */
export function setHidden(element: Element, isHidden: boolean): void {
  setAttribute(element, 'hidden', isHidden ? '' : null)
}
