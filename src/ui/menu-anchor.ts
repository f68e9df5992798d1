/** Where a menu opens: an element's edges, or a point of the window. */
export interface MenuAnchor {
  readonly getBoundingClientRect: () => DOMRect
}

/** The anchor of a point, as of a pointer. */
export function pointAnchor(x: number, y: number): MenuAnchor {
  return { getBoundingClientRect: () => new DOMRect(x, y, 0, 0) }
}
