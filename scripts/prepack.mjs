// Runs before `npm pack`: builds what is packed, unless it is up to date.
import { buildAll } from './build.mjs'
import { isBuilt } from './fingerprint.mjs'
import { root } from './run.mjs'

if (!isBuilt(root)) await buildAll()
