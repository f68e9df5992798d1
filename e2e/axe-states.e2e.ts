/** Axe on what the page shows beyond its main screen, one state after the other. */
import { expectNoSeriousInBothThemes } from './support/axe.ts'
import { expect, test } from './support/test.ts'

test('axe finds nothing serious from state to state', async ({ app, cluster, page }) => {
  // So many runs of axe take longer than one test is given.
  test.slow()
  cluster.receiveDemo(20)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await expect(app.rows().first()).toBeVisible()

  await test.step('the columns', async () => {
    await app.columnsButton.click()
    await expect(page.getByRole('dialog', { name: 'Columns' })).toBeVisible()
    await expectNoSeriousInBothThemes(page, '[role=dialog]')
    await page.keyboard.press('Escape')
  })
  await test.step('all values of a facet', async () => {
    await app
      .facet('Port')
      .getByRole('button', { name: /^\d+ more$/ })
      .click()
    await expect(page.getByRole('list', { name: 'All values of port' })).toBeVisible()
    await expectNoSeriousInBothThemes(page, 'aside[aria-label=Facets]')
  })
  await test.step('every section of the answer', async () => {
    await app.rows().first().click()
    await expect(app.inspector).toBeVisible()
    await page.keyboard.press('i')
    for (const digit of ['1', '2', '3', '4', '5']) await page.keyboard.press(digit)
    await expect(app.inspector.getByRole('region', { name: 'JSON of the record' })).toBeVisible()
    await expectNoSeriousInBothThemes(page, 'aside[aria-label=Flow]')
    await page.keyboard.press('Escape')
  })
  await test.step('the staged changes', async () => {
    for (const key of ['g', 'p']) await page.keyboard.press(key)
    await expect(page.getByRole('heading', { name: 'What the staged policies would change' })).toBeVisible()
    await expectNoSeriousInBothThemes(page, 'main')
    for (const key of ['g', 'f']) await page.keyboard.press(key)
    await expect(app.rows().first()).toBeVisible()
  })
  await test.step('a drop that was refused', async () => {
    await app.dropFiles([{ name: 'diary.txt', text: 'dear diary\n' }])
    const dialog = page.getByRole('dialog', { name: 'diary.txt was not opened' })
    await expect(dialog).toBeVisible()
    await expectNoSeriousInBothThemes(page, '[role=dialog]')
    await dialog.getByRole('button', { name: 'Back' }).click()
  })
  await test.step('a capture', async () => {
    await app.dropFiles([{ name: 'first.jsonl', text: cluster.demoCapture(2) }])
    await expect(app.source).toHaveText('Capture')
    await expect(app.rows().first()).toBeVisible()
    await expectNoSeriousInBothThemes(page, 'header')
  })
})
