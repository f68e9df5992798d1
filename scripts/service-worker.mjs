// Builds the service worker of the page (src/offline) into the folder of the built page, with the list of its files.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

/** Not asked for by the page: what precompress.mjs writes, and the licences. */
const LEFT_OUT = /\.(?:br|gz)$|^third-party-notices\.txt$|^service-worker\.js$/

/**
 * The files of the page in a folder, as src/offline/service-worker.ts lists them.
 *
 * @param {string} folder
 */
export function pageFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/'))
    .filter((url) => !LEFT_OUT.test(url))
    .toSorted()
    .map((url) => {
      const content = readFileSync(join(folder, url))
      const hash = createHash('sha256').update(content).digest('base64')
      return { url, revision: url.startsWith('assets/') ? null : hash, integrity: `sha256-${hash}` }
    })
}

/**
 * @param {string} root
 * @param {string} folder the folder of the built page
 */
export async function buildServiceWorker(root, folder) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: {
      __PAGE_FILES__: JSON.stringify(pageFiles(folder)),
      'process.env.NODE_ENV': JSON.stringify('production'),
    },
    build: {
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: { checks: { bundlerTimings: false } },
      lib: {
        entry: join(root, 'src/offline/service-worker.ts'),
        formats: ['iife'],
        name: 'serviceWorker',
        fileName: () => 'service-worker.js',
      },
    },
  })
}
