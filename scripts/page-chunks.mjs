// A Vite plugin for the chunks of the page. By itself the bundler makes a chunk of each set of modules that the same chunks
// share: a dozen small files more before the first paint, and fifty after it, which the page loads all in a row.
//
// - `early`: the first script and what it imports. The page loads it beside its main script, and runs it before.
// - `start`: every other module that the page's entry imports.
// - `editor`: what only the editor of the query needs, which is as large as all others together.
// - `later`: every other module of the page.
import { fileURLToPath } from 'node:url'

const EARLY = fileURLToPath(new URL('../src/early.ts', import.meta.url))
const EDITOR = fileURLToPath(new URL('../src/panels/query-bar/QueryEditor.tsx', import.meta.url))

/** @returns {import('vite').Plugin} */
export function pageChunks() {
  /** @type {Set<string>} */
  const early = new Set()
  /** @type {Set<string>} */
  const start = new Set()
  /** @type {Set<string>} */
  const later = new Set()
  /** @type {Set<string>} */
  const editor = new Set()
  return {
    name: 'page-chunks',
    apply: 'build',
    config: () => ({
      build: {
        rolldownOptions: {
          output: {
            codeSplitting: {
              groups: [
                { name: 'early', test: (id) => early.has(id), priority: 1 },
                { name: 'start', test: (id) => start.has(id) },
                { name: 'later', test: (id) => later.has(id) },
                { name: 'editor', test: (id) => editor.has(id) },
              ],
            },
          },
        },
      },
    }),
    buildStart() {
      this.emitFile({ type: 'chunk', id: EARLY, name: 'early', preserveSignature: 'allow-extension' })
    },
    buildEnd() {
      for (const group of [early, start, later, editor]) group.clear()
      const importsOf = (/** @type {string} */ id) => this.getModuleInfo(id)?.importedIds ?? []
      const lazyImportsOf = (/** @type {string} */ id) => this.getModuleInfo(id)?.dynamicallyImportedIds ?? []
      // The iteration of a set includes elements that are added during it.
      early.add(EARLY)
      for (const id of early) for (const imported of importsOf(id)) early.add(imported)
      for (const id of this.getModuleIds()) if (this.getModuleInfo(id)?.isEntry === true) start.add(id)
      for (const id of start) for (const imported of importsOf(id)) start.add(imported)
      const isLater = (/** @type {string} */ id) => !start.has(id) && !early.has(id)
      for (const id of start)
        for (const lazy of lazyImportsOf(id)) if (isLater(lazy) && lazy !== EDITOR) later.add(lazy)
      for (const id of later) {
        for (const imported of [...importsOf(id), ...lazyImportsOf(id)])
          if (isLater(imported) && imported !== EDITOR) later.add(imported)
      }
      editor.add(EDITOR)
      for (const id of editor)
        for (const imported of importsOf(id))
          if (isLater(imported) && !later.has(imported)) editor.add(imported)
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const file = Object.values(bundle ?? {}).find(
          (each) => each.type === 'chunk' && each.moduleIds.includes(EARLY),
        )
        if (file === undefined) throw new Error('there is no chunk of src/early.ts')
        const attrs = { type: 'module', async: true, crossorigin: true, src: `./${file.fileName}` }
        return [{ tag: 'script', attrs, injectTo: 'head' }]
      },
    },
  }
}
