/** Media queries that change the colours of the theme, besides the attribute `data-theme`. */
const CONTRAST_QUERIES = ['(forced-colors: active)', '(prefers-contrast: more)']

/**
 * A cache of the theme's colours for a canvas, which cannot use custom properties. Reading one forces the browser to
 * recalculate styles, so each is read once until the theme changes.
 */
export class CanvasColours {
  readonly #cache = new Map<string, string>()

  /** The value of a custom property of the page, such as `--deny`. */
  colour(name: string): string {
    const cached = this.#cache.get(name)
    if (cached !== undefined) return cached
    const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim()
    this.#cache.set(name, value)
    return value
  }

  /** Clears the cache and calls `onChange` when the theme changes, until the returned function is called. */
  subscribe(onChange: () => void): () => void {
    const change = (): void => {
      this.#cache.clear()
      onChange()
    }
    const theming = new MutationObserver(change)
    theming.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    const settings = CONTRAST_QUERIES.map((query) => window.matchMedia(query))
    for (const setting of settings) setting.addEventListener('change', change)
    return () => {
      theming.disconnect()
      for (const setting of settings) setting.removeEventListener('change', change)
    }
  }
}
