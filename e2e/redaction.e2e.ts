/** Redacting an export: what the preview shows is what leaves, no name leaves, and the file opens with the same numbers. */
import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'

import { expectNoSerious } from './support/axe.ts'
import { expect, test } from './support/test.ts'

interface Listed {
  readonly name: string
  readonly standIn: string
}

test('a redacted capture has stand-ins for all names, and opens with the same numbers', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(20)
  await page.goto(`${cluster.url}?q=dst.ns+in+(backend,db)`)
  await app.expectPreloaded()
  await app.expectRecords(cluster.backFilled)

  const panel = page.getByRole('dialog', { name: 'Export' })
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  await panel.getByRole('radio', { name: 'Names and labels' }).check()
  const previewed = panel.getByRole('row', { name: /^frontend\/web ns-/ })
  await expect(previewed).toBeVisible()
  const standIn = (await previewed.getByRole('cell').nth(1).innerText()).trim()
  expect(standIn).toMatch(/^ns-[0-9a-z]{7}\/workload-[0-9a-z]{7}$/)
  await expect(panel.getByRole('row', { name: /^app=web app=value-/ })).toBeVisible()
  await expectNoSerious(page, '[role=dialog]')

  const saved = page.waitForEvent('download')
  await panel.getByRole('button', { name: 'Save capture' }).click()
  const capture = await saved
  expect(capture.suggestedFilename()).toMatch(/^flowtrace-\d{8}T\d{6}Z-\d{8}T\d{6}Z\.ndjson\.gz$/)
  const bytes = await readFile(await capture.path())
  const text = gunzipSync(bytes).toString('utf8')
  expect(text).not.toMatch(/backend|frontend|prometheus|crawler|default-deny|test cluster|6f7c9d5b8d/)
  expect(text).toContain(`"sourceNamespace":"${standIn.split('/')[0]}"`)
  const [head = '', ...records] = text.trimEnd().split('\n')
  expect(JSON.parse(head)).toMatchObject({ redacted: 'names-and-labels' })

  const listed = page.waitForEvent('download')
  await panel.getByRole('button', { name: 'Save the list of names' }).click()
  const lines = (await readFile(await (await listed).path(), 'utf8')).trimEnd().split('\n')
  const names = lines.map((line): Listed => JSON.parse(line))
  await expect(panel).toContainText(`${names.length} names replaced in the file that was saved`)
  expect(names.find(({ name }) => name === 'frontend')?.standIn).toBe(standIn.split('/')[0])
  await panel.getByRole('button', { name: 'Close' }).click()

  const groups = await app.groupsOf(records.length)

  // The query of the header selects all of the redacted records.
  const { filter }: { filter: string } = JSON.parse(head)
  await page.goto(`${cluster.url}?q=${encodeURIComponent(filter)}`)
  await app.expectPreloaded()
  await page.getByLabel('Capture file').setInputFiles({
    name: capture.suggestedFilename(),
    mimeType: 'application/gzip',
    buffer: bytes,
  })
  await expect(app.source).toHaveText('Capture')
  await app.expectRecords(records.length)
  await expect(page.getByRole('tab', { name: `Grouped ${groups}`, exact: true })).toBeVisible()
  await expect(app.rows().first()).toContainText(/workload-/)
})

test('the segments and the salt are used by keyboard', async ({ app, cluster, page }) => {
  cluster.receiveDemo(4)
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await app.expectShortcuts()
  await page.keyboard.press('Control+s')
  const panel = page.getByRole('dialog', { name: 'Export' })
  await expect(panel.getByRole('radio', { name: /^Capture/ })).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(panel.getByRole('radio', { name: 'Nothing' })).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(panel.getByRole('radio', { name: 'Names', exact: true })).toBeChecked()
  await expect(panel.getByText('In the file')).toBeVisible()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  const salt = panel.getByRole('textbox', { name: 'Salt of the stand-ins' })
  await expect(salt).toHaveValue(/^[0-9a-f]{64}$/)
  await page.keyboard.press('Tab')
  await expect(salt).toBeFocused()
  await salt.fill('the salt of our whole team')
  await page.keyboard.press('Enter')
  await page.reload()
  await app.expectPreloaded()
  await app.expectShortcuts()
  await page.keyboard.press('Control+s')
  await panel.getByRole('radio', { name: 'Names', exact: true }).check()
  await expect(
    panel.getByRole('textbox', { name: 'Salt of the stand-ins', includeHidden: true }),
  ).toHaveValue('the salt of our whole team')
})
