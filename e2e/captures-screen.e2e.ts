/** The screen of captures: what was opened last, without and with handles, and what was refused. */
import type { Page } from '@playwright/test'

import { expectNoSerious } from './support/axe.ts'
import { storedIn } from './support/indexed-db.ts'
import { expect, test } from './support/test.ts'

/**
 * Gives each dropped file a handle. No test can drop a file of the disk with its handle; files of the browser's own file
 * system stand for them.
 */
async function giveHandles(page: Page): Promise<void> {
  await page.addInitScript(() => {
    // Runs in the page, which knows nothing of this file.
    // oxlint-disable-next-line unicorn/consistent-function-scoping
    async function handleOf(this: DataTransferItem): Promise<FileSystemFileHandle> {
      const file = this.getAsFile()
      if (file === null) throw new Error('no file was dropped')
      const folder = await navigator.storage.getDirectory()
      const handle = await folder.getFileHandle(file.name, { create: true })
      const writable = await handle.createWritable()
      await writable.write(file)
      await writable.close()
      return handle
    }
    Object.defineProperty(DataTransferItem.prototype, 'getAsFileSystemHandle', { value: handleOf })
  })
}

/** Changes what stands behind the handles; null deletes the file. */
async function changeFile(page: Page, name: string, text: string | null): Promise<void> {
  await page.evaluate(
    async ([file, content]) => {
      const folder = await navigator.storage.getDirectory()
      if (content === null) return folder.removeEntry(file)
      const handle = await folder.getFileHandle(file)
      const writable = await handle.createWritable()
      await writable.write(content)
      await writable.close()
    },
    [name, text] as const,
  )
}

const row = (page: Page, name: RegExp) => page.getByRole('row', { name })

test('several files that were opened together open again after a reload, and from the list', async ({
  app,
  cluster,
  page,
}) => {
  await giveHandles(page)
  const rows = cluster.demoCapture(2).split('\n')
  const [first, second] = [rows.slice(0, 40), rows.slice(40)]
  await page.goto(cluster.url)
  await app.expectShortcuts()
  await app.dropFiles([
    { name: 'first.jsonl', text: [...first, 'oops'].join('\n') },
    { name: 'second.jsonl', text: second.join('\n') },
  ])
  await page.getByRole('dialog').getByRole('button', { name: 'Open all together' }).click()
  await app.expectRecords(rows.length)
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  const listed = row(page, /^first\.jsonl and 1 more/)
  await expect(listed).toContainText(String(rows.length))
  await expect(listed).toContainText('1 refused')
  await expect(listed).toContainText('2 files')
  await expect(listed).toHaveAttribute('aria-current', 'true')
  await expectNoSerious(page)

  await page.reload()
  await expect(app.source).toHaveText('Capture')
  await expect(listed).toHaveAttribute('aria-current', 'true')
  await page.getByRole('button', { name: 'More about first.jsonl and 1 more' }).click()
  await page.getByRole('menuitem', { name: 'Show refused lines' }).click()
  await expect(page.getByRole('region', { name: 'Refused lines' })).toContainText('first.jsonl: Line 41')

  await page.goto(`${cluster.url}?screen=captures`)
  await expect(app.source).toHaveText('Live')
  await expect(listed).toHaveAttribute('aria-current', 'false')
  await page.getByRole('button', { name: 'Open first.jsonl and 1 more' }).click()
  await expect(listed).toHaveAttribute('aria-current', 'true')
  await page.getByRole('button', { name: 'Show the flows of first.jsonl and 1 more' }).click()
  await app.expectRecords(rows.length)
})

test('files that were chosen, also those of a folder, open again after a reload', async ({
  app,
  cluster,
  page,
}) => {
  // Stands for the dialogs, which no test can answer.
  await page.addInitScript(() => {
    // Runs in the page, which knows nothing of this file.
    // oxlint-disable-next-line unicorn/consistent-function-scoping
    const folder = () => navigator.storage.getDirectory()
    const file = async () => [await (await folder()).getFileHandle('one.jsonl')]
    Object.assign(window, { showDirectoryPicker: folder, showOpenFilePicker: file })
  })
  const texts = [1, 2].map((buckets) => cluster.demoCapture(buckets))
  await page.goto(cluster.url)
  await page.evaluate(async (contents) => {
    const folder = await navigator.storage.getDirectory()
    for (const [index, name] of ['one.jsonl', 'two.jsonl'].entries()) {
      const handle = await folder.getFileHandle(name, { create: true })
      const writable = await handle.createWritable()
      await writable.write(contents[index] ?? '')
      await writable.close()
    }
  }, texts)
  await page.getByRole('button', { name: 'test cluster' }).click()
  await page.getByRole('menuitem', { name: /Open a capture/ }).click()
  await expect(app.source).toHaveText('Capture')
  await page.getByRole('link', { name: 'Captures' }).click()
  // Once it is listed it is kept.
  await expect(row(page, /^one\.jsonl/)).toHaveAttribute('aria-current', 'true')
  await page.reload()
  await app.expectRecords(texts[0]?.split('\n').length ?? 0)

  await page.getByRole('button', { name: 'Open a file' }).click()
  await page.getByRole('menuitem', { name: 'All files of a folder…' }).click()
  await page.getByRole('button', { name: 'Open all together' }).click()
  const listed = row(page, /^one\.jsonl and 1 more/)
  await expect(listed).toHaveAttribute('aria-current', 'true')
  await page.reload()
  await expect(listed).toHaveAttribute('aria-current', 'true')
  await expect(row(page, /^one\.jsonl/)).toHaveCount(2)
  await expect(page.getByRole('button', { name: /^Choose…/ })).toHaveCount(0)
})

test('a file that has changed opens as another capture, one that was moved is chosen again', async ({
  app,
  cluster,
  page,
}) => {
  await giveHandles(page)
  const text = cluster.demoCapture(1)
  await page.goto(`${cluster.url}?screen=captures`)
  await expect(page.getByText('No capture was opened in this browser yet')).toBeVisible()
  await app.dropFiles([{ name: 'incident.jsonl', text }])
  await expect(row(page, /^incident\.jsonl/)).toContainText(String(text.split('\n').length))

  await page.goto(`${cluster.url}?screen=captures`)
  await changeFile(page, 'incident.jsonl', cluster.demoCapture(2))
  await page.getByRole('button', { name: 'Open incident.jsonl' }).click()
  await expect(app.footer).toContainText('incident.jsonl has changed since it was opened')
  await expect(row(page, /^incident\.jsonl/)).toHaveCount(2)
  await expect(page.getByRole('button', { name: 'Choose… incident.jsonl' })).toBeVisible()

  await page.goto(`${cluster.url}?screen=captures`)
  await changeFile(page, 'incident.jsonl', null)
  await page.getByRole('button', { name: 'Open incident.jsonl' }).click()
  await expect(app.footer).toContainText('incident.jsonl was moved or deleted')
  await page.getByRole('button', { name: 'Forget all' }).click()
  await expect(page.getByText('No capture was opened in this browser yet')).toBeVisible()
  await page.reload()
  await expect(page.getByText('No capture was opened in this browser yet')).toBeVisible()
})

test('handles that an earlier version kept are listed, and the palette finds them', async ({
  app,
  cluster,
  page,
}) => {
  const text = cluster.demoCapture(1)
  await page.goto(cluster.url)
  await app.openCapture({ name: 'incident.jsonl', text })
  await expect(app.source).toHaveText('Capture')
  // Once it is kept with what was read of it nothing more is written, and the database can be one of an earlier version.
  await expect
    .poll(() => storedIn(page, 'flowtrace-captures', 'captures'))
    .toContainEqual(
      expect.objectContaining({ facts: expect.objectContaining({ records: text.split('\n').length }) }),
    )
  const [size = '', hash = ''] = new URL(page.url()).searchParams.get('capture')?.split('.') ?? []
  await page.evaluate(
    async ([key, content]) => {
      // oxlint-disable-next-line unicorn/consistent-function-scoping
      const done = <Result>(request: IDBRequest<Result>) =>
        new Promise<Result>((resolve, reject) => {
          request.addEventListener('success', () => resolve(request.result))
          request.addEventListener('error', () => reject(request.error ?? new Error('failed')))
        })
      const folder = await navigator.storage.getDirectory()
      const handle = await folder.getFileHandle('monday.jsonl', { create: true })
      const writable = await handle.createWritable()
      await writable.write(content)
      await writable.close()
      await done(indexedDB.deleteDatabase('flowtrace-captures'))
      const request = indexedDB.open('flowtrace-captures', 1)
      request.addEventListener('upgradeneeded', () => request.result.createObjectStore('handles'))
      const database = await done(request)
      const handles = database.transaction('handles', 'readwrite').objectStore('handles')
      await done(handles.put({ handle, keptAt: Date.now() }, key))
      database.close()
    },
    [`${size}.${hash}`, text] as const,
  )
  await page.goto(cluster.url)
  await app.expectShortcuts()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('monday')
  await page.getByRole('option', { name: /^Open monday\.jsonl/ }).click()
  await app.expectRecords(text.split('\n').length)
  await page.getByRole('link', { name: 'Captures' }).click()
  await expect(row(page, /^monday\.jsonl/)).toHaveAttribute('aria-current', 'true')
})

test('the facets of another source have none of the values of the one before', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(3)
  await page.goto(cluster.url)
  const facet = page.getByRole('group', { name: 'Source namespace' })
  await expect(facet.getByRole('button', { name: /^monitoring, / })).toBeVisible()
  const text = cluster.demoCapture(1).replaceAll('"monitoring"', '"shop"')
  await app.openCapture({ name: 'shop.jsonl', text })
  await expect(app.source).toHaveText('Capture')
  await expect(facet.getByRole('button', { name: /^shop, / })).toBeVisible()
  await expect(facet.getByRole('button', { name: /^monitoring, / })).toHaveCount(0)
  await expect(facet.getByRole('button', { name: /, 0 records/ })).toHaveCount(0)
})

test('of several files those that are no captures are left out, and that is said', async ({
  app,
  cluster,
  page,
}) => {
  const text = cluster.demoCapture(1)
  await page.goto(cluster.url)
  await expect(app.source).toHaveText('Live')
  await app.dropFiles([
    { name: 'holiday.txt', text: 'dear diary\n' },
    { name: 'incident.jsonl', text },
  ])
  await page.getByRole('button', { name: 'Open all together' }).click()
  const dialog = page.getByRole('dialog', { name: '1 file was opened, 1 was left out' })
  await expect(dialog.getByRole('list', { name: 'Files left out' })).toContainText('holiday.txt')
  await expect(dialog.getByRole('list', { name: 'Reasons' })).toContainText('Line 1')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await app.expectRecords(text.split('\n').length)
})

test('a served capture without a record shows what was refused in the middle, line by line', async ({
  cluster,
  page,
}) => {
  await page.route('**/config.json', (route) =>
    route.fulfill({ json: { source: { kind: 'capture', name: 'incident.jsonl', url: 'capture' } } }),
  )
  const lines = Array.from({ length: 400 }, (_, index) => `{"broken": oops ${index}}`)
  await page.route('**/capture', (route) => route.fulfill({ body: lines.join('\n') }))
  await page.goto(cluster.url)
  const main = page.getByRole('main')
  await expect(main.getByRole('heading', { name: 'No flows in incident.jsonl' })).toBeVisible()
  const reasons = main.getByRole('list', { name: 'Reasons' })
  await expect(reasons.getByRole('listitem')).toHaveCount(300)
  await expect(reasons.getByRole('listitem').nth(41)).toContainText('Line 42')
  await expect(main.getByText('and 100 more, not listed.')).toBeVisible()
})
