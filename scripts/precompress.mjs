// Writes brotli and gzip beside the files of the built page, so that no server compresses them for each visitor.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** Images and fonts are compressed already. */
const COMPRESSIBLE = new Set([
  '.html',
  '.js',
  '.css',
  '.json',
  '.jsonl',
  '.txt',
  '.svg',
  '.webmanifest',
  '.wasm',
])

/**
 * Files that would not become smaller have none. Returns the paths that were written.
 *
 * @param {string} folder
 */
export async function precompress(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && COMPRESSIBLE.has(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
  const written = await Promise.all(
    files.flatMap((file) => [writeSmaller(file, '.br'), writeSmaller(file, '.gz')]),
  )
  return written.filter((path) => path !== null)
}

/**
 * @param {string} file
 * @param {'.br' | '.gz'} suffix
 */
async function writeSmaller(file, suffix) {
  const bytes = readFileSync(file)
  const compressed =
    suffix === '.br'
      ? await promisify(brotliCompress)(bytes, {
          params: {
            [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
            [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
          },
        })
      : await promisify(gzip)(bytes, { level: 9 })
  if (compressed.length >= bytes.length) return null
  writeFileSync(file + suffix, compressed)
  return file + suffix
}
