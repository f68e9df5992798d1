// `npm start`: builds if dist/ is missing or stale, then runs the program in this process with its arguments.
import { fileURLToPath } from 'node:url'
import { isBuilt } from './fingerprint.mjs'

if (!isBuilt(fileURLToPath(new URL('..', import.meta.url)))) {
  // On standard error: standard output belongs to the command, such as the JSON of `explain`.
  console.error('Building Flowtrace …')
  const { buildAll } = await import('./build.mjs')
  await buildAll()
}
// A computed name, because the compiler would need the built file to check a literal one.
const program = new URL('../dist/server/main.js', import.meta.url).href
await import(program)
