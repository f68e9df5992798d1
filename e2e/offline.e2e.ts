// The page without a network. Nothing is intercepted: the gateway is stopped.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

import { writeFlow } from '../src/capture/write.ts'
import { buildFlow } from '../src/flows/testing/build.ts'
import { Cluster, CLIENT } from './support/cluster.ts'
import { expect, test } from './support/test.ts'

test.use({ serviceWorkers: 'allow' })

const CAPTURE = {
  name: 'monday.jsonl',
  mimeType: 'application/x-ndjson',
  buffer: Buffer.from(`${writeFlow(buildFlow())}\n`),
}

test('after a first visit the page opens without a network, reads a capture, and goes on with the server', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receive(buildFlow(), 3)
  await page.goto(cluster.url)
  await app.expectKeptOffline()
  const url = page.url()
  await cluster.stopGateway()

  await page.goto(url)
  await expect(page.getByRole('heading', { name: 'Flowtrace cannot reach its server' })).toBeVisible()
  await page.getByLabel('Capture file').setInputFiles(CAPTURE)
  await expect(app.source).toHaveText('Capture')
  await expect(app.rows()).toHaveCount(1)
  await app.openRow({ source: 'frontend/web-*' })

  // Of the server's answers nothing is kept.
  const kept = await page.evaluate(async () => {
    const names = await caches.keys()
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    return requests.flat().map(({ url: each }) => new URL(each).pathname)
  })
  expect(
    kept.filter((each) => !/^\/(?:assets\/.+|index\.html|manifest\.webmanifest|first-paint\.js)$/.test(each)),
  ).toEqual([])
  expect(kept.length).toBeGreaterThan(5)

  await cluster.startGateway()
  await page.goto(url)
  await expect(app.source).toHaveText('Live')
  await expect(app.rows()).toHaveCount(1)
})

test('a newer version on the server is told, and loaded when asked for', async ({ app, page }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'flowtrace-client-'))
  cpSync(CLIENT, folder, { recursive: true })
  const cluster = await Cluster.start({ gateway: { staticDir: folder } })
  try {
    await page.goto(cluster.url)
    await app.expectKeptOffline()
    await cluster.stopGateway()
    const script = path.join(folder, 'service-worker.js')
    for (const suffix of ['.br', '.gz']) rmSync(script + suffix)
    writeFileSync(script, `${readFileSync(script, 'utf8')}\n// another version\n`)
    await cluster.startGateway()

    await page.reload()
    const notice = page.getByRole('alert').filter({ hasText: 'newer version of Flowtrace' })
    await expect(notice).toBeVisible()
    await notice.getByRole('button', { name: 'Reload with it' }).click()
    await app.expectKeptOffline()
    await expect(notice).toHaveCount(0)
  } finally {
    await cluster.stop()
    rmSync(folder, { recursive: true })
  }
})

/** The built page's files below a path, and nothing else: any file server. */
function serveFiles(base: string): Promise<{ server: Server; url: string }> {
  const types: Readonly<Record<string, string>> = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.svg': 'image/svg+xml',
  }
  const server = createServer(({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    const name = pathname.startsWith(base) ? pathname.slice(base.length) || 'index.html' : ''
    try {
      const content = readFileSync(path.join(CLIENT, name))
      response.setHeader('content-type', types[path.extname(name)] ?? 'text/plain')
      response.end(content)
    } catch {
      response.writeHead(404).end('not found')
    }
  })
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('listens on a port')
      resolve({ server, url: `http://127.0.0.1:${address.port}${base}` })
    }),
  )
}

test('any file server serves the page, below any path, and captures open', async ({ app, page }) => {
  const { server, url } = await serveFiles('/docs/tools/flowtrace/')
  try {
    await page.goto(url)
    await page.getByLabel('Capture file').setInputFiles(CAPTURE)
    await expect(app.source).toHaveText('Capture')
    await expect(app.rows()).toHaveCount(1)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('opened as a file it says what to do instead', async ({ page }) => {
  await page.goto(pathToFileURL(path.join(CLIENT, 'index.html')).href)
  await expect(page.getByText('A browser does not run Flowtrace from a file.')).toBeVisible()
})
