// A Vite plugin that splits the style sheet in two: the page loads at first the rules that its first chunks name, and with
// its lazy chunks the sheet of all rules.
//
// The second sheet repeats the rules of the first one, because their order decides between rules of equal specificity: a
// sheet of the missing rules alone would override variants such as `hover:` that come after them in the whole.
import { createHash } from 'node:crypto'
import postcss from 'postcss'

/** @returns {import('vite').Plugin} */
export function firstStyles() {
  return {
    name: 'first-styles',
    apply: 'build',
    generateBundle: {
      // Before Vite writes the names of the sheets into index.html and into the imports of lazy chunks.
      order: 'pre',
      handler(_options, bundle) {
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
        const entry = chunks.find(
          ({ isEntry, viteMetadata }) => isEntry && viteMetadata?.importedCss.size === 1,
        )
        const [sheet = ''] = entry?.viteMetadata?.importedCss ?? []
        const styles = bundle[sheet]
        if (entry === undefined || styles?.type !== 'asset')
          throw new Error('the entry has no style sheet of its own')
        const first = new Set([entry.fileName])
        // The iteration of a set includes elements that are added during it.
        for (const name of first) {
          const chunk = bundle[name]
          if (chunk?.type === 'chunk') for (const imported of chunk.imports) first.add(imported)
        }
        const code = chunks.flatMap((chunk) => (first.has(chunk.fileName) ? [chunk.code] : [])).join('\n')
        const source = rulesNamedIn(code, String(styles.source))
        const fileName = `assets/first-${createHash('sha256').update(source).digest('base64url').slice(0, 8)}.css`
        this.emitFile({ type: 'asset', fileName, source })
        entry.viteMetadata?.importedCss.clear()
        entry.viteMetadata?.importedCss.add(fileName)
        for (const chunk of chunks) if (!first.has(chunk.fileName)) chunk.viteMetadata?.importedCss.add(sheet)
      },
    },
  }
}

/**
 * The style sheet without the rules of classes that the code does not name. Tailwind takes the names of classes out of
 * the sources as text, so that each stands in the code as a whole.
 *
 * @param {string} code
 * @param {string} styles
 */
export function rulesNamedIn(code, styles) {
  // A quotation mark in a string may have a backslash before it.
  const text = code.replaceAll('\\', '')
  const root = postcss.parse(styles)
  root.walkRules((rule) => {
    const names = [...rule.selector.matchAll(/\.((?:\\[0-9a-f]{1,6} ?|\\.|[\w-])+)/g)].map(([, name = '']) =>
      name
        .replace(/\\([0-9a-f]{1,6}) ?/g, (_match, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
        .replaceAll('\\', ''),
    )
    if (names.length > 0 && !names.some((name) => text.includes(name))) rule.remove()
  })
  root.walkAtRules((rule) => {
    if (rule.nodes?.length === 0) rule.remove()
  })
  return root.toString()
}
