import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { fingerprint, isBuilt, STAMP } from './fingerprint.mjs'

let root = ''

/** @param {string} file @param {string} content */
function write(file, content) {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), content)
}

beforeEach(() => {
  root = `${mkdtempSync(join(tmpdir(), 'flowtrace-'))}/`
  onTestFinished(() => rmSync(root, { recursive: true }))
  write('src/main.tsx', 'main')
  write('src/app/App.tsx', 'app')
  write('index.html', '<!doctype html>')
  write('dist/client/index.html', '')
  write('dist/server/main.js', '')
  write(STAMP, fingerprint(root))
})

test('a build of the current sources is up to date', () => {
  expect(isBuilt(root)).toBe(true)
})

test('it stays so when a checkout gives the files new times', () => {
  utimesSync(join(root, 'src/main.tsx'), new Date(), new Date())
  expect(isBuilt(root)).toBe(true)
})

test('it stays so when tests, help for tests, or files that the build does not read change', () => {
  write('src/app/App.test.tsx', 'test')
  write('src/app/testing/build.ts', 'test')
  write('server/testing/grpc-peer.ts', 'test')
  write('README.md', 'words')
  expect(isBuilt(root)).toBe(true)
})

test('it is stale when a file is changed, added, removed or moved', () => {
  write('src/app/App.tsx', 'other')
  expect(isBuilt(root)).toBe(false)
  write('src/app/App.tsx', 'app')
  expect(isBuilt(root)).toBe(true)

  write('src/app/New.tsx', '')
  expect(isBuilt(root)).toBe(false)
  rmSync(join(root, 'src/app/New.tsx'))
  expect(isBuilt(root)).toBe(true)

  rmSync(join(root, 'src/app/App.tsx'))
  expect(isBuilt(root)).toBe(false)
  write('src/App.tsx', 'app')
  expect(isBuilt(root)).toBe(false)
})

test.each(['dist/client/index.html', 'dist/server/main.js', STAMP])(
  'it is stale when %s is missing',
  (file) => {
    rmSync(join(root, file))
    expect(isBuilt(root)).toBe(false)
  },
)
