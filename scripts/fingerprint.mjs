// Tells whether dist/ was built from the current sources, by a hash over them.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The file with the fingerprint of the sources of a finished build. */
export const STAMP = 'dist/built-from.txt'

/** The files and folders that the build reads. */
const INPUTS = [
  'index.html',
  'package.json',
  'package-lock.json',
  'vite.config.ts',
  'public',
  'scripts',
  'server',
  'src',
]

/**
 * A hash over the names and contents of all files that the build reads, without tests and the `testing/` folders. By
 * content, because a fresh checkout gives every file a new time.
 *
 * @param {string} root
 */
export function fingerprint(root) {
  const hash = createHash('sha256')
  for (const input of INPUTS) {
    for (const file of filesOf(root, input)) {
      const content = readFileSync(join(root, file))
      hash.update(`${file}\n${content.length}\n`).update(content)
    }
  }
  return hash.digest('hex')
}

/** @param {string} root */
export function isBuilt(root) {
  const stamp = join(root, STAMP)
  const outputs = ['dist/client/index.html', 'dist/server/main.js']
  if (![STAMP, ...outputs].every((file) => existsSync(join(root, file)))) return false
  return readFileSync(stamp, 'utf8') === fingerprint(root)
}

/**
 * @param {string} root
 * @param {string} input
 * @returns {string[]}
 */
function filesOf(root, input) {
  const path = join(root, input)
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [input]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter((file) => !/\.test\.\w+$|[\\/]testing[\\/]/.test(file))
    .toSorted()
}
