// The packed package: installed offline into an empty folder, where it has nothing but itself.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { Program } from './support/program.ts'
import { expect, test } from './support/test.ts'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Packing reads dist/, installing writes a few files; npm itself takes seconds on a busy machine. */
test.describe.configure({ mode: 'serial', timeout: 180_000 })

let folder: string
let installed: string

/** npm as in a user's empty home, so that nothing comes from a cache. */
function npm(...args: readonly string[]): Promise<{ stdout: string }> {
  const env = { ...process.env, npm_config_cache: path.join(folder, 'cache') }
  return run('npm', args, { cwd: installed, env })
}

test.beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'flowtrace-package-'))
  installed = path.join(folder, 'empty')
  mkdirSync(installed)
  writeFileSync(path.join(installed, 'package.json'), '{}')
  await npm('pack', ROOT, '--pack-destination', folder)
  await npm('install', '--offline', '--no-audit', tarball())
})
test.afterAll(() => rmSync(folder, { recursive: true }))

function tarball(): string {
  const name = readdirSync(folder).find((file) => file.endsWith('.tgz'))
  if (name === undefined) throw new Error('npm pack made no file')
  return path.join(folder, name)
}

test('has no dependencies and runs no scripts at its installation', () => {
  expect(readdirSync(path.join(installed, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    'flowtrace',
  ])
  const manifest: unknown = JSON.parse(
    readFileSync(path.join(installed, 'node_modules/flowtrace/package.json'), 'utf8'),
  )
  expect(manifest).not.toHaveProperty('dependencies')
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare'])
    expect(manifest).not.toHaveProperty(['scripts', script])
})

test('has the page, the server and the notices of what they contain, and no sources', () => {
  const files = readdirSync(path.join(installed, 'node_modules/flowtrace'), {
    recursive: true,
    encoding: 'utf8',
  })
  for (const file of [
    'dist/client/third-party-notices.txt',
    'dist/server/third-party-notices.txt',
    'LICENSE',
  ])
    expect(files).toContain(path.normalize(file))
  expect(files.filter((file) => /^(src|server|e2e|node_modules)\b/.test(file))).toEqual([])
})

test('shows the demo cluster', async ({ app, page }) => {
  const main = path.join(installed, 'node_modules/flowtrace/dist/server/main.js')
  const program = await Program.startAt(main, '--demo')
  try {
    await page.goto(program.url)
    await expect(app.source).toHaveText('Live')
    await app.openRow({})
    await expect(app.trace).toBeVisible()
    await app.expectPreloaded()
  } finally {
    await program.stop()
  }
})

test('is run by npx', async () => {
  const { version }: { version: string } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
  const { stdout } = await npm(
    'exec',
    '--offline',
    '--yes',
    `--package=${tarball()}`,
    '--',
    'flowtrace',
    '--version',
  )
  expect(stdout.trim()).toBe(`flowtrace ${version}`)
})
