import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { firstStyles } from './scripts/first-styles.mjs'
import { pageChunks } from './scripts/page-chunks.mjs'
import { thirdPartyNotices } from './scripts/third-party-notices.mjs'
import { workerChunks } from './scripts/worker-chunks.mjs'
import { writeWebAppManifest } from './scripts/web-app-manifest.mjs'

// Tailwind's base style is in our CSS, but it is no module of the graph; Workbox is in the service worker, which is built
// after the page (scripts/service-worker.mjs).
const BESIDE_THE_GRAPH = [
  'tailwindcss',
  'workbox-core',
  'workbox-precaching',
  'workbox-routing',
  'workbox-strategies',
]
const notices = thirdPartyNotices(
  BESIDE_THE_GRAPH.map((name) => fileURLToPath(new URL(`node_modules/${name}`, import.meta.url))),
)

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))

/** Whoever starts the program does not mend the times of plugins, which a busy machine makes long. */
const QUIET = { checks: { bundlerTimings: false } }

export default defineConfig({
  // Relative addresses, so that the page works below any path.
  base: './',
  // For the report of a lost connection (src/panels/source/connection-report.ts).
  define: { __FLOWTRACE_VERSION__: JSON.stringify(version) },
  plugins: [
    react(),
    tailwindcss(),
    pageChunks(),
    firstStyles(),
    writeWebAppManifest(),
    notices.collect(),
    notices.write(),
  ],
  worker: {
    format: 'es',
    plugins: () => [notices.collect(), workerChunks()],
    rolldownOptions: QUIET,
  },
  // The chunks are that large on purpose (scripts/page-chunks.mjs); the initial size is checked by scripts/build.mjs.
  build: { outDir: 'dist/client', emptyOutDir: true, chunkSizeWarningLimit: 1000, rolldownOptions: QUIET },
})
