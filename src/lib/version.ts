/** Put in by the build (vite.config.ts). */
declare const __FLOWTRACE_VERSION__: string | undefined

/** The version of the program; words for a build without one, as in tests. */
export const VERSION: string =
  typeof __FLOWTRACE_VERSION__ === 'undefined' ? 'of development' : __FLOWTRACE_VERSION__
