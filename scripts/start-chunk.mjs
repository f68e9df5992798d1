// A Vite plugin that puts every module that the page's entry needs at its start into one chunk. By itself the bundler makes
// a chunk of each set of modules that the same chunks share: a dozen small files more before the first paint.

/** The name of the chunk, which its file begins with. */
const NAME = 'start'

/** @returns {import('vite').Plugin} */
export function startChunk() {
  /** @type {Set<string>} */
  const needed = new Set()
  return {
    name: 'start-chunk',
    apply: 'build',
    config: () => ({
      build: {
        rolldownOptions: {
          output: { codeSplitting: { groups: [{ name: NAME, test: (id) => needed.has(id) }] } },
        },
      },
    }),
    buildEnd() {
      needed.clear()
      for (const id of this.getModuleIds()) if (this.getModuleInfo(id)?.isEntry === true) needed.add(id)
      // The iteration of a set includes elements that are added during it.
      for (const id of needed)
        for (const imported of this.getModuleInfo(id)?.importedIds ?? []) needed.add(imported)
    },
  }
}
