/** The query bar as the one place that a key elsewhere can move the focus to. */

let current: (() => void) | null = null

/** The bar says how it takes the focus, until the returned function is called. */
export function registerQueryBar(focus: () => void): () => void {
  current = focus
  return () => {
    if (current === focus) current = null
  }
}

/** Moves the focus to the end of the query; nothing happens while there is no bar. */
export function focusQueryBar(): void {
  current?.()
}
