import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { precompress } from './precompress.mjs'

test('files become smaller beside themselves; those that would not have none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowtrace-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const script = 'console.log(1)\n'.repeat(100)
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'assets/a.js'), script)
  writeFileSync(join(folder, 'tiny.txt'), 'x')
  writeFileSync(join(folder, 'a.png'), script)

  const written = await precompress(folder)
  expect(written).toEqual([join(folder, 'assets/a.js.br'), join(folder, 'assets/a.js.gz')])
  const expected = ['a.png', 'assets', 'assets/a.js', 'assets/a.js.br', 'assets/a.js.gz', 'tiny.txt']
  expect(new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }))).toEqual(
    new Set(expected.map((path) => join(path))),
  )
  expect(brotliDecompressSync(readFileSync(join(folder, 'assets/a.js.br'))).toString()).toBe(script)
  expect(gunzipSync(readFileSync(join(folder, 'assets/a.js.gz'))).toString()).toBe(script)
})
