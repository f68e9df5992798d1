/** The screen of a Goldmane or a gateway that cannot be reached: the cause, how far it came, what to do. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import type { Page } from '@playwright/test'

import { serveGoldmane } from '../server/demo/goldmane-grpc.ts'
import { createAuthority } from '../server/testing/certificates.ts'
import { buildFlow } from '../src/flows/testing/build.ts'
import { Goldmane } from '../src/goldmane/goldmane.ts'
import { expectNoSerious } from './support/axe.ts'
import { Program } from './support/program.ts'
import { expect, test } from './support/test.ts'

const WEB_TO_API = buildFlow()

const steps = (page: Page) =>
  page.getByRole('list', { name: 'How far the connection came' }).getByRole('listitem')

test('with nothing received it is the screen itself, and it is gone when Goldmane is back', async ({
  app,
  cluster,
  page,
}) => {
  await cluster.stopGoldmane()
  await page.goto(cluster.url)
  const lost = page.getByRole('region', { name: 'Not connected' })
  await expect(lost.getByRole('heading', { level: 2 })).toHaveText('Nothing listens on Goldmane’s port')
  await expect(steps(page)).toHaveText([
    /^Name found not used/,
    /^Port open failed\d+$/,
    /^Certificate not used/,
    /^Own certificate not used/,
    /^Flows not reached/,
  ])
  await expect(lost.getByRole('region', { name: 'What to do' })).toContainText('--goldmane')
  await expect(lost).toContainText(/tries again in \d+ s|trying…/)
  await expectNoSerious(page)

  cluster.receive(WEB_TO_API, 3)
  await cluster.startGoldmane()
  await app.tryNow()
  await app.expectRow({ source: 'frontend/web-*', connections: '2' })
  await expect(lost).toHaveCount(0)
})

test('with rows it is one line; what to do unfolds over the table, which stays where it is', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receive(WEB_TO_API, 4)
  cluster.receive(WEB_TO_API, 3)
  await page.goto(cluster.url)
  await app.expectRow({ source: 'frontend/web-*', connections: '4' })
  await cluster.stopGoldmane()
  const alert = page.getByRole('alert')
  await expect(alert).toContainText(/^Nothing listens on Goldmane’s port\. Still here: 2 records up to/)
  const row = app.rows({ source: 'frontend/web-*' })
  const before = await row.boundingBox()
  await page.getByRole('button', { name: 'What to do' }).press('Enter')
  const panel = page.getByRole('dialog', { name: 'What to do' })
  await expect(panel).toContainText('kubectl get tigerastatus goldmane')
  expect(await row.boundingBox()).toEqual(before)
  await expectNoSerious(page)
  await page.keyboard.press('Escape')
  await expect(panel).toHaveCount(0)
  await app.openRow({ source: 'frontend/web-*' })

  await cluster.startGoldmane()
  await app.tryNow()
  await expect(app.source).toHaveText('Live')
  await expect(alert).toHaveCount(0)
})

test('a gateway that is away is told from a Goldmane that is away', async ({ app, cluster, page }) => {
  cluster.receive(WEB_TO_API, 3)
  await page.goto(cluster.url)
  await app.expectRow({ source: 'frontend/web-*' })
  await app.expectPreloaded()
  await cluster.stopGateway()
  await expect(page.getByRole('alert')).toContainText('Flowtrace’s server does not answer.')
  await page.getByRole('button', { name: 'What to do' }).click()
  await expect(steps(page)).toHaveText([
    /^Network passed/,
    /^Flowtrace’s server failed/,
    /^Login not/,
    /^Flows not/,
  ])
})

test('a certificate of another name: the name that it has is in the advice', async ({ page }) => {
  const authority = await createAuthority('operator CA')
  const goldmane = await serveGoldmane(new Goldmane({ now: () => Date.now() / 1000 }), {
    tls: { ca: authority.ca, ...(await authority.server('goldmane.example')) },
  })
  const folder = mkdtempSync(path.join(tmpdir(), 'flowtrace-'))
  const client = await authority.client()
  const files = { ca: authority.ca, cert: client.cert, key: client.key }
  const flags = Object.entries(files).flatMap(([name, text]) => {
    const file = path.join(folder, `${name}.pem`)
    writeFileSync(file, text)
    return [`--${name}`, file]
  })
  const program = await Program.start('--goldmane', `https://127.0.0.1:${goldmane.port}`, ...flags)
  try {
    await page.goto(program.url)
    await expect(
      page.getByRole('heading', {
        level: 2,
        name: 'Goldmane’s certificate is not valid for the name that was asked',
      }),
    ).toBeVisible()
    await expect(steps(page)).toHaveText([
      /^Name found not used/,
      /^Port open passed\d+, \d+ ms$/,
      /^Certificate failed/,
      /^Own certificate not reached/,
      /^Flows not reached/,
    ])
    await expect(page.getByText('--server-name goldmane.example')).toBeVisible()
    await expect(page.getByText('operator CA')).toBeVisible()
    await expectNoSerious(page)
  } finally {
    await program.stop()
    await goldmane.close()
    rmSync(folder, { recursive: true })
  }
})
