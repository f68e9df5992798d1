// Keeps what the worker's script imports in its one file. By itself the bundler moves modules that lazy chunks share with the
// script into chunks of their own, which the worker would load one after the other before its first row.

/**
 * A plugin for one worker. Each of them has its own: Vite builds a worker that another one starts while it builds that one.
 *
 * @returns {import('vite').Plugin}
 */
export function workerChunks() {
  /** @type {Set<string>} */
  const start = new Set()
  return {
    name: 'worker-chunks',
    apply: 'build',
    outputOptions: (options) => ({
      ...options,
      codeSplitting: { groups: [{ name: 'worker', test: (id) => start.has(id) }] },
    }),
    buildEnd() {
      start.clear()
      for (const id of this.getModuleIds()) if (this.getModuleInfo(id)?.isEntry === true) start.add(id)
      // The iteration of a set includes elements that are added during it.
      for (const id of start)
        for (const imported of this.getModuleInfo(id)?.importedIds ?? []) start.add(imported)
    },
  }
}
