// The command line of `npm start`, in a browser.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { parseCommand } from '../server/cli/command-line.ts'
import { serve, type RunningServer } from '../server/cli/serve.ts'
import { buildFlow } from '../src/flows/testing/build.ts'
import { CLIENT } from './support/cluster.ts'
import { expect, test } from './support/test.ts'

let serving: RunningServer

async function start(...flags: string[]): Promise<string> {
  const command = parseCommand(['--port', '0', ...flags])
  if (command.command !== 'serve') throw new Error('these flags do not serve')
  serving = await serve(command, CLIENT)
  return serving.url
}

test.afterEach(() => serving.close())

test('below a base path the page asks for nothing outside of it', async ({ app, page }) => {
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  const url = await start('--base-path', '/tools/flowtrace')
  expect(url).toMatch(/\/tools\/flowtrace\/$/)
  await page.goto(url)
  await expect(app.source).toHaveText('Live')
  await app.openRow({})
  await app.expectPreloaded()
  expect(asked.length).toBeGreaterThan(10)
  expect(asked.filter((each) => !each.startsWith(url))).toEqual([])
})

test('with --capture the page opens that file', async ({ app, page }) => {
  const { key } = buildFlow()
  const folder = mkdtempSync(path.join(tmpdir(), 'flowtrace-'))
  const file = path.join(folder, 'monday.jsonl')
  const record = { Key: { sourceName: key.sourceName, sourceNamespace: key.sourceNamespace } }
  writeFileSync(file, `${JSON.stringify(record)}\n`)
  try {
    await page.goto(await start('--capture', file))
    await expect(app.source).toHaveText('Capture')
    await expect(page.getByRole('button', { name: 'monday.jsonl' })).toBeVisible()
    await expect(app.rows({ source: `${key.sourceNamespace}/${key.sourceName}` })).toHaveCount(1)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
