// A Vite plugin for the chunks that the page needs at its start. By itself the bundler makes a chunk of each set of modules
// that the same chunks share: a dozen small files more before the first paint.
//
// - `early`: the first script and what it imports. The page loads it beside its main script, and runs it before.
// - `start`: every other module that the page's entry imports.
import { fileURLToPath } from 'node:url'

const EARLY = fileURLToPath(new URL('../src/early.ts', import.meta.url))

/** @returns {import('vite').Plugin} */
export function startChunk() {
  /** @type {Set<string>} */
  const early = new Set()
  /** @type {Set<string>} */
  const start = new Set()
  return {
    name: 'start-chunk',
    apply: 'build',
    config: () => ({
      build: {
        rolldownOptions: {
          output: {
            codeSplitting: {
              groups: [
                { name: 'early', test: (id) => early.has(id), priority: 1 },
                { name: 'start', test: (id) => start.has(id) },
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
      early.clear()
      start.clear()
      const importsOf = (/** @type {string} */ id) => this.getModuleInfo(id)?.importedIds ?? []
      early.add(EARLY)
      for (const id of this.getModuleIds()) if (this.getModuleInfo(id)?.isEntry === true) start.add(id)
      // The iteration of a set includes elements that are added during it.
      for (const id of early) for (const imported of importsOf(id)) early.add(imported)
      for (const id of start) for (const imported of importsOf(id)) start.add(imported)
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
