/** Files on their way to be opened, and links about captures. */
import type { Page } from '@playwright/test'

import { writeFlow } from '../src/capture/write.ts'
import { buildFlow } from '../src/flows/testing/build.ts'
import { storedIn } from './support/indexed-db.ts'
import type { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

const HOLIDAY = { name: 'holiday.txt', text: 'dear diary\n{"no\n{"flows\n{"today\n{"at all\n' }

async function expectRefused(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('dialog', { name: `${name} was not opened` })).toBeVisible()
}

/** Expects the dialog to stand in the middle of the screen. */
async function expectInTheMiddle(page: Page): Promise<void> {
  const box = await page.getByRole('dialog').boundingBox()
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 }
  if (box === null) throw new Error('the dialog is not on the screen')
  expect(Math.abs(box.x + box.width / 2 - width / 2)).toBeLessThan(width / 20)
  expect(box.y).toBeGreaterThan(height / 20)
  expect(box.y + box.height).toBeLessThan(height * 0.95)
}

/** The link that the query bar copies. */
async function copyLink(app: Screen, page: Page): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await app.queryBar.getByRole('button', { name: /^Copy link/ }).click()
  await expect(app.queryBar.getByRole('button', { name: /^Copied/ })).toBeVisible()
  return page.evaluate(() => navigator.clipboard.readText())
}

async function expectCapture(app: Screen, rows: number): Promise<void> {
  await expect(app.source).toHaveText('Capture')
  await app.expectRecords(rows)
}

test('a drop that is no capture says why in the middle, and the stream goes on', async ({
  app,
  cluster,
  page,
}) => {
  await page.goto(cluster.url)
  await expect(app.source).toHaveText('Live')
  await app.dropFiles([HOLIDAY])
  await expectRefused(page, 'holiday.txt')
  const dialog = page.getByRole('dialog')
  const reasons = dialog.getByRole('list', { name: 'Reasons' }).getByRole('listitem')
  await expect(reasons.first()).toContainText('Line 1')
  await expectInTheMiddle(page)
  await expect(reasons).toHaveCount(5)
  await expect(dialog).toContainText('test cluster stays open')
  await dialog.getByRole('button', { name: 'Back' }).click()
  await expect(dialog).toBeHidden()
  await expect(app.source).toHaveText('Live')
  expect(new URL(page.url()).search).toBe('')
  cluster.receive(buildFlow())
  cluster.advance(2)
  await app.expectRecords(1)
})

test('a drop that is no capture leaves the capture that is open, and another file can be chosen', async ({
  app,
  cluster,
  page,
}) => {
  const [records, more] = [cluster.demoCapture(1), cluster.demoCapture(2)]
  await page.goto(cluster.url)
  await app.dropFiles([{ name: 'first.jsonl', text: records }])
  await expectCapture(app, records.split('\n').length)
  await app.rows().first().click()
  const headline = await app.inspector.getByRole('heading', { level: 2 }).innerText()
  const address = page.url()
  await app.dropFiles([{ name: 'empty.jsonl', text: '' }])
  await expectRefused(page, 'empty.jsonl')
  await expect(page.getByRole('dialog')).toContainText('The file is empty.')
  await expect(page.getByRole('dialog')).toContainText('first.jsonl stays open')
  expect(page.url()).toBe(address)
  // Behind the dialog it has no role.
  await expect(page.locator('aside[aria-label=Flow] h2')).toHaveText(headline)
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Open another…' }).click(),
  ])
  await chooser.setFiles({ name: 'second.jsonl', mimeType: 'text/plain', buffer: Buffer.from(more) })
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByRole('button', { name: 'second.jsonl' })).toBeVisible()
  await expectCapture(app, more.split('\n').length)
  await expect(app.inspector).toBeHidden()
  await page.goBack()
  await expect(page.getByRole('button', { name: 'first.jsonl' })).toBeVisible()
  await expect(app.inspector).toBeVisible()
  await page.goBack()
  await page.goBack()
  await expect(app.source).toHaveText('Live')
})

test('of several files the reader chooses one', async ({ app, cluster, page }) => {
  const text = cluster.demoCapture(1)
  await page.goto(cluster.url)
  await expect(app.source).toHaveText('Live')
  await app.dropFiles([HOLIDAY, { name: 'incident.jsonl', text }])
  const dialog = page.getByRole('dialog', { name: '2 files, together or one of them' })
  await expect(dialog.getByRole('listitem')).toHaveCount(2)
  await dialog.getByRole('button', { name: /^incident\.jsonl/ }).click()
  await expectCapture(app, text.split('\n').length)
})

test('several files are opened together, and a link to them asks for them again', async ({
  app,
  cluster,
  page,
}) => {
  const rows = cluster.demoCapture(2).split('\n')
  const [first, second] = [rows.slice(0, 40), rows.slice(40)]
  await page.goto(cluster.url)
  await expect(app.source).toHaveText('Live')
  const files = [
    { name: 'first.jsonl', text: [...first, 'oops'].join('\n') },
    { name: 'second.jsonl', text: second.join('\n') },
  ]
  await app.dropFiles(files)
  await page.getByRole('dialog').getByRole('button', { name: 'Open all together' }).click()
  await expect(page.getByRole('button', { name: 'first.jsonl and 1 more' })).toBeVisible()
  await expectCapture(app, rows.length)
  await page.getByRole('button', { name: '1 refused' }).click()
  await expect(page.getByText(/^first\.jsonl: Line 41/)).toBeVisible()
  await page.reload()
  await expect(
    page.getByRole('heading', { name: /^This link is about first\.jsonl and 1 more/ }),
  ).toBeVisible()
  await app.dropFiles(files.toReversed())
  await page.getByRole('dialog').getByRole('button', { name: 'Open all together' }).click()
  await expectCapture(app, rows.length)
})

test('another source closes the open row, and a query that matches nothing of it is cleared by a click', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(20)
  await page.goto(`${cluster.url}?q=dst.ns+%3D+backend`)
  await app.rows().first().click()
  await expect(app.inspector).toBeVisible()
  await app.dropFiles([{ name: 'incident.jsonl', text: writeFlow(buildFlow({ destNamespace: 'shop' })) }])
  await expect(app.inspector).toBeHidden()
  expect(new URL(page.url()).searchParams.has('open')).toBe(false)
  await page.getByRole('button', { name: 'Clear the filter' }).click()
  await expect(app.rows()).toHaveCount(1)
})

test.describe('a link about a capture', () => {
  test('asks for the file, knows another one, and opens at the row once it has the file', async ({
    app,
    cluster,
    page,
  }) => {
    const text = cluster.demoCapture(1)
    await page.goto(cluster.url)
    await app.dropFiles([{ name: 'incident.jsonl', text }])
    await expectCapture(app, text.split('\n').length)
    await app.rows().first().click()
    const heading = app.inspector.getByRole('heading').first()
    const sentence = await heading.innerText()
    const link = await copyLink(app, page)
    expect(new URL(link).searchParams.get('capture')).toMatch(/^\d+\.[0-9a-f]{16}\.incident\.jsonl$/)
    await app.inspector.getByRole('button', { name: 'Copy as Markdown' }).click()
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toMatch(/capture=\d+\.[0-9a-f]{16}\.incident\.jsonl/)

    await page.goto('about:blank')
    await page.goto(link)
    await expect(page.getByRole('heading', { name: /^This link is about incident\.jsonl, / })).toBeVisible()
    await app.dropFiles([{ name: 'other.jsonl', text: cluster.demoCapture(2) }])
    const dialog = page.getByRole('dialog', { name: 'other.jsonl is not the file of the link' })
    await expect(dialog.getByRole('button', { name: 'Open it anyway' })).toBeVisible()
    await dialog.getByRole('button', { name: 'Back' }).click()
    await page
      .getByLabel('Capture file')
      .setInputFiles({ name: 'incident (1).jsonl', mimeType: 'text/plain', buffer: Buffer.from(text) })
    await expect(heading).toHaveText(sentence)
    expect(page.url()).toBe(link)
  })

  test('opens another file when the reader wants it anyway, and its address is about that one', async ({
    app,
    cluster,
    page,
  }) => {
    const text = cluster.demoCapture(1)
    await page.goto(`${cluster.url}?capture=${text.length}.0123456789abcdef.incident.jsonl`)
    await app.dropFiles([{ name: 'incident.jsonl', text }])
    await expect(page.getByRole('dialog')).toContainText('this file is as large, but its content is another')
    await page.getByRole('button', { name: 'Open it anyway' }).click()
    await expectCapture(app, text.split('\n').length)
    await expect(page).not.toHaveURL(/0123456789abcdef/)
  })

  test('can be left for what the server offers', async ({ app, cluster, page }) => {
    await page.goto(`${cluster.url}?capture=12.0123456789abcdef.incident.jsonl&open=a`)
    await page.getByRole('button', { name: 'Go to test cluster' }).click()
    await expect(app.source).toHaveText('Live')
    expect(new URL(page.url()).search).toBe('')
  })
})

test('a reload opens the capture again where the browser gave a handle of its file', async ({
  app,
  cluster,
  page,
}) => {
  const text = cluster.demoCapture(1)
  // No test can drop a file of the disk with its handle; a file of the browser's own file system stands for it.
  await page.addInitScript((content) => {
    const getHandle = async (): Promise<FileSystemFileHandle> => {
      const folder = await navigator.storage.getDirectory()
      const handle = await folder.getFileHandle('incident.jsonl', { create: true })
      const writable = await handle.createWritable()
      await writable.write(content)
      await writable.close()
      return handle
    }
    Object.defineProperty(DataTransferItem.prototype, 'getAsFileSystemHandle', { value: getHandle })
  }, text)
  await page.goto(cluster.url)
  await expect(app.source).toHaveText('Live')
  await app.dropFiles([{ name: 'incident.jsonl', text }])
  await expectCapture(app, text.split('\n').length)
  await expect.poll(() => storedIn(page, 'flowtrace-captures', 'captures')).toHaveLength(1)
  await page.reload()
  await expectCapture(app, text.split('\n').length)
})

test('a reload without a handle asks for the file', async ({ app, cluster, page }) => {
  const text = cluster.demoCapture(1)
  await page.goto(cluster.url)
  await app.openCapture({ name: 'incident.jsonl', text })
  await expectCapture(app, text.split('\n').length)
  await page.reload()
  await expect(page.getByRole('heading', { name: /^This link is about incident\.jsonl, / })).toBeVisible()
  await app.openCapture({ name: 'incident.jsonl', text })
  await expectCapture(app, text.split('\n').length)
})
