// Measures what a first visit loads: the files that index.html names, their static imports, and the workers.
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** @typedef {Pick<import('vite').Rolldown.OutputChunk, 'type' | 'fileName' | 'imports' | 'code'>} Chunk */
/** @typedef {Pick<import('vite').Rolldown.OutputAsset, 'type' | 'fileName' | 'source'>} Asset */
/** @typedef {{ readonly file: string, readonly bytes: number, readonly zipped: number }} Size */

/**
 * The paths of the JavaScript and CSS files of a first visit, relative to the folder of the page.
 *
 * @param {string} html
 * @param {readonly (Chunk | Asset)[]} output
 * @returns {string[]}
 */
export function initialFiles(html, output) {
  const named = [...html.matchAll(/\b(?:src|href)="\.?\/?([^"?#:]+\.(?:js|css))"/g)].map(
    (match) => match[1] ?? '',
  )
  const found = new Set([...named, ...workerScripts(output)])
  // The iteration of a set includes elements that are added during it.
  for (const file of found) {
    const chunk = output.find(({ fileName }) => fileName === file)
    if (chunk?.type === 'chunk') for (const imported of chunk.imports) found.add(imported)
  }
  return [...found]
}

/**
 * The scripts that the chunks of the page start as workers, with what these import statically. Vite emits the scripts of
 * workers as assets, and all other scripts as chunks.
 *
 * @param {readonly (Chunk | Asset)[]} output
 */
function workerScripts(output) {
  const scripts = new Map(
    output.flatMap((file) =>
      file.type === 'asset' && file.fileName.endsWith('.js')
        ? [[basename(file.fileName), { fileName: file.fileName, text: file.source.toString() }]]
        : [],
    ),
  )
  const codes = output.flatMap((file) => (file.type === 'chunk' ? [file.code] : []))
  const started = codes.flatMap((code) => allMatches(code, /Worker\([^)]*?([\w-]+\.js)/g))
  const found = new Set(started.filter((name) => scripts.has(name)))
  if (scripts.size > 0 && found.size === 0) throw new Error('no chunk starts any of the workers')
  for (const name of found) {
    const imported = allMatches(scripts.get(name)?.text ?? '', /\b(?:from|import)\s*["'`]\.\/([^"'`]+)["'`]/g)
    for (const each of imported) if (scripts.has(each)) found.add(each)
  }
  return [...found].flatMap((name) => scripts.get(name)?.fileName ?? [])
}

/** @param {string} text @param {RegExp} pattern */
function allMatches(text, pattern) {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '')
}

/**
 * @param {string} folder
 * @param {readonly string[]} files
 * @returns {Size[]}
 */
export function sizesOf(folder, files) {
  return files.map((file) => {
    const content = readFileSync(join(folder, file))
    return { file, bytes: content.length, zipped: gzipSync(content).length }
  })
}

/**
 * @param {readonly Size[]} sizes
 * @param {number} budget Bytes, compressed.
 */
export function printSizes(sizes, budget) {
  const zipped = sizes.reduce((sum, size) => sum + size.zipped, 0)
  const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0)
  const rows = [...sizes].toSorted((a, b) => b.zipped - a.zipped)
  const lines = [...rows, { file: `total, of ${kilobytes(budget)} gzip`, bytes, zipped }].map(
    (size) =>
      `  ${size.file.padEnd(40)} ${kilobytes(size.bytes).padStart(10)} ${kilobytes(size.zipped).padStart(10)}`,
  )
  return [`  ${'loaded at first'.padEnd(40)} ${'bytes'.padStart(10)} ${'gzip'.padStart(10)}`, ...lines].join(
    '\n',
  )
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`
}
