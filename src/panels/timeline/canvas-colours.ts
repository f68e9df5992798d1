/** What may change the colours of the theme besides its own attribute. */
const CONTRAST_QUERIES = ['(forced-colors: active)', '(prefers-contrast: more)']

/**
 * The colours of the theme for a canvas, which cannot name them. Each is read once: reading one makes the browser work
 * out the styles of the page, in the middle of a drawing.
 */
export class CanvasColours {
  readonly #known = new Map<string, string>()

  /** The value of a custom property of the page, as `--deny`. */
  colour(name: string): string {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim()
    this.#known.set(name, value)
    return value
  }

  /** Calls back when the colours are others, until the returned function is called. */
  subscribe(onChange: () => void): () => void {
    const change = (): void => {
      this.#known.clear()
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
