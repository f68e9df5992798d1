/** The rectangle that a menu opens beside, in pixels of the viewport. Any Element is one. */
export interface MenuAnchor {
  readonly getBoundingClientRect: () => DOMRect
}

/** An anchor of no size at a point of the viewport, such as that of a pointer event. */
export function pointAnchor(x: number, y: number): MenuAnchor {
  return { getBoundingClientRect: () => new DOMRect(x, y, 0, 0) }
}
