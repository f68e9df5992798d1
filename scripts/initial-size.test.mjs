import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { initialFiles, printSizes, sizesOf } from './initial-size.mjs'

const HTML = `<link rel="icon" href="./favicon.svg"><script src="./first-paint.js"></script>
<script type="module" crossorigin src="./assets/index-1.js"></script>
<link rel="modulepreload" crossorigin href="./assets/react-2.js">
<link rel="stylesheet" crossorigin href="./assets/index-3.css">`

/** @param {string} name @param {string[]} imports @param {string} code @returns {import('./initial-size.mjs').Chunk} */
const chunk = (name, imports = [], code = '') => ({
  type: 'chunk',
  fileName: `assets/${name}`,
  imports,
  code,
})

/** @param {string} name @param {string} source @returns {import('./initial-size.mjs').Asset} */
const asset = (name, source = '') => ({ type: 'asset', fileName: `assets/${name}`, source })

test('the files that the page names count, with their static imports', () => {
  const output = [
    chunk('index-1.js', ['assets/store-4.js']),
    chunk('react-2.js'),
    chunk('store-4.js', ['assets/lib-5.js']),
    chunk('lib-5.js', ['assets/store-4.js']),
    chunk('dialog-6.js', ['assets/react-2.js']),
    asset('index-3.css'),
    asset('dialog-7.css'),
  ]
  expect(initialFiles(HTML, output).toSorted()).toEqual([
    'assets/index-1.js',
    'assets/index-3.css',
    'assets/lib-5.js',
    'assets/react-2.js',
    'assets/store-4.js',
    'first-paint.js',
  ])
})

test('workers count with their static imports, but not with what only their dynamic imports import', () => {
  const output = [
    chunk('index-1.js', [], 'new SharedWorker(new URL(new URL(`worker-1.js`,import.meta.url).href),{})'),
    asset('worker-1.js', 'import{a}from"./codec-3.js";const f=()=>import(`./capture-2.js`);'),
    asset('capture-2.js', 'import{b}from"./worker-1.js";import"./messages-4.js"'),
    asset('codec-3.js'),
    asset('messages-4.js'),
  ]
  expect(initialFiles('', output)).toEqual(['assets/worker-1.js', 'assets/codec-3.js'])
})

test('a worker that no chunk starts is an error, so that none goes uncounted', () => {
  expect(() => initialFiles('', [chunk('index-1.js'), asset('worker-1.js')])).toThrow('starts')
})

test('the table has the sizes of the files, plain and gzipped, and their sum', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowtrace-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'a.js'), 'a'.repeat(10 * 1024))
  const sizes = sizesOf(folder, ['a.js', 'a.js'])
  expect(sizes[0]).toMatchObject({ file: 'a.js', bytes: 10 * 1024 })
  expect(sizes[0]?.zipped).toBeLessThan(1024)
  expect(printSizes(sizes, 200 * 1024)).toMatch(/total, of 200\.0 KB gzip +20\.0 KB +0\.1 KB$/)
})
