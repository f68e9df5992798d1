// Builds the page into dist/client and the server into dist/server, then checks what a first visit has to load.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'
import { fingerprint, STAMP } from './fingerprint.mjs'
import { initialFiles, printSizes, sizesOf } from './initial-size.mjs'
import { thirdPartyNotices } from './third-party-notices.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Bytes, compressed: all that index.html loads, with the worker. */
const BUDGET = 200 * 1024

/** Builds both and writes down what from. Throws when the page is too large. */
export async function buildAll() {
  // Taken first: a file that is saved during the build makes the result stale.
  const from = fingerprint(root)
  await buildServer()
  await buildPage()
  writeFileSync(join(root, STAMP), from)
}

async function buildPage() {
  const built = await build({ root, logLevel: 'warn' })
  if (!('output' in built)) throw new Error('vite gave several outputs, or a watcher, for one page')
  const folder = join(root, 'dist/client')
  const sizes = sizesOf(folder, initialFiles(readFileSync(join(folder, 'index.html'), 'utf8'), built.output))
  console.log(printSizes(sizes, BUDGET))
  const total = sizes.reduce((sum, { zipped }) => sum + zipped, 0)
  if (total > BUDGET) throw new Error(`The page loads ${total} bytes (gzip) at first, more than ${BUDGET}`)
}

async function buildServer() {
  const notices = thirdPartyNotices([])
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    plugins: [notices.collect(), notices.write()],
    build: {
      ssr: 'server/main.ts',
      outDir: 'dist/server',
      emptyOutDir: true,
      target: 'node20.19',
      // Readable stack traces are worth more here than bytes.
      minify: false,
    },
    ssr: { target: 'node', noExternal: true, external: ['@grpc/grpc-js'] },
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await buildAll()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
