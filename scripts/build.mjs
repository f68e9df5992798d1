// `npm run build`: builds the page into dist/client and the server into dist/server, and checks the initial size.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'
import { fingerprint, STAMP } from './fingerprint.mjs'
import { precompress } from './precompress.mjs'
import { initialFiles, printSizes, sizesOf } from './initial-size.mjs'
import { buildServiceWorker } from './service-worker.mjs'
import { thirdPartyNotices } from './third-party-notices.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The most that a first visit may load, gzipped: what index.html names, its static imports, and the workers. */
const MAX_INITIAL_BYTES = 200 * 1024

/** Builds both, and writes the fingerprint of their sources. Returns the sizes of the files that a first visit loads. */
export async function buildAll() {
  rmSync(join(root, STAMP), { force: true })
  // Before the build, so that a file saved while it runs makes the result stale.
  const sources = fingerprint(root)
  await buildServer('dist/server')
  const sizes = await buildPage()
  writeFileSync(join(root, STAMP), sources)
  return sizes
}

async function buildPage() {
  const built = await build({ root, logLevel: 'warn' })
  if (!('output' in built)) throw new Error('vite gave several outputs, or a watcher, for one page')
  const folder = join(root, 'dist/client')
  await buildServiceWorker(root, folder)
  await precompress(folder)
  return sizesOf(folder, initialFiles(readFileSync(join(folder, 'index.html'), 'utf8'), built.output))
}

/** Has code for one system alone, which no bundle can hold; the server loads it only for a history in a folder. */
const NATIVE = ['@duckdb/node-api', '@duckdb/node-bindings']

/**
 * Bundles the server into one file that needs nothing but Node, so that an image has no node_modules, or only those of
 * {@link NATIVE}.
 *
 * @param {string} outDir
 */
export async function buildServer(outDir) {
  const notices = thirdPartyNotices([])
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins: [notices.collect(), notices.write()],
    build: {
      ssr: 'server/main.ts',
      outDir,
      emptyOutDir: true,
      target: 'node20.19',
      // For readable stack traces.
      minify: false,
      // One file; what is imported lazily is still evaluated when it is needed.
      rolldownOptions: { output: { codeSplitting: false }, checks: { bundlerTimings: false } },
    },
    ssr: { target: 'node', noExternal: true, external: NATIVE },
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const sizes = await buildAll()
  console.log(printSizes(sizes, MAX_INITIAL_BYTES))
  const total = sizes.reduce((sum, { zipped }) => sum + zipped, 0)
  if (total > MAX_INITIAL_BYTES) {
    console.error(`The page loads ${total} bytes (gzip) at first, more than ${MAX_INITIAL_BYTES}.`)
    process.exitCode = 1
  }
}
