// `npm run build`: the page into dist/client and the server into dist/server; then a check of what a first visit loads.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'
import { fingerprint, STAMP } from './fingerprint.mjs'
import { initialFiles, printSizes, sizesOf } from './initial-size.mjs'
import { thirdPartyNotices } from './third-party-notices.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Bytes, compressed: all that index.html loads, with the worker. */
const BUDGET = 200 * 1024

/** Builds both, and writes down what from. Returns the sizes of the files that a first visit loads. */
export async function buildAll() {
  rmSync(join(root, STAMP), { force: true })
  // Taken before the build: a file that is saved while it runs makes the result stale.
  const from = fingerprint(root)
  await buildServer('dist/server')
  const sizes = await buildPage()
  writeFileSync(join(root, STAMP), from)
  return sizes
}

async function buildPage() {
  const built = await build({ root, logLevel: 'warn' })
  if (!('output' in built)) throw new Error('vite gave several outputs, or a watcher, for one page')
  const folder = join(root, 'dist/client')
  return sizesOf(folder, initialFiles(readFileSync(join(folder, 'index.html'), 'utf8'), built.output))
}

/**
 * One file with everything in it but Node's own modules and @grpc/grpc-js.
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
      // Readable stack traces are worth more here than bytes.
      minify: false,
    },
    ssr: { target: 'node', noExternal: true, external: ['@grpc/grpc-js'] },
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const sizes = await buildAll()
  console.log(printSizes(sizes, BUDGET))
  const total = sizes.reduce((sum, { zipped }) => sum + zipped, 0)
  if (total > BUDGET) {
    console.error(`The page loads ${total} bytes (gzip) at first, more than ${BUDGET}.`)
    process.exitCode = 1
  }
}
