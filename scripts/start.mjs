// `npm start`: builds what is missing or stale, then runs in this process, with this process's arguments.
import { fileURLToPath } from 'node:url'
import { isBuilt } from './fingerprint.mjs'

if (!isBuilt(fileURLToPath(new URL('..', import.meta.url)))) {
  // Not on standard output, which is the answer's when a command gives one.
  console.error('Building Flowtrace …')
  const { buildAll } = await import('./build.mjs')
  await buildAll()
}
// The compiler would want it built to check the import.
const program = new URL('../dist/server/main.js', import.meta.url).href
await import(program)
