/** Moves the focus to the query bar from anywhere on the page. */

let current: (() => void) | null = null

/** Registers how the query bar takes the focus, until the returned function is called. */
export function registerQueryBar(focus: () => void): () => void {
  current = focus
  return () => {
    if (current === focus) current = null
  }
}

/** Moves the focus to the end of the query; does nothing while there is no query bar. */
export function focusQueryBar(): void {
  current?.()
}
