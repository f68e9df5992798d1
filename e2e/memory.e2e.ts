/** The memory budget for flows: shown, chosen, and the same in all tabs. */
import { expectNoSerious } from './support/axe.ts'
import { expect, test } from './support/test.ts'

test('the memory for flows is shown, chosen with the mouse, remembered, and the same in all tabs', async ({
  app,
  cluster,
  page,
  context,
}) => {
  cluster.receiveDemo(20)
  await page.goto(cluster.url)
  await expect(app.footer).toContainText('of 256 MB')
  const other = await context.newPage()
  await other.goto(cluster.url)
  await expect(other.getByRole('contentinfo')).toContainText('of 256 MB')

  await page.bringToFront()
  await app.footer.getByRole('button', { name: 'of 256 MB' }).click()
  const panel = page.getByRole('dialog', { name: 'Memory for flows' })
  await expect(panel).toContainText('When it is full, the oldest flows leave: none so far.')
  await expectNoSerious(page, '[role=dialog]')
  await panel.getByRole('radio', { name: '64 MB' }).check()
  await expect(app.footer).toContainText('of 64 MB')
  await expect(other.getByRole('contentinfo')).toContainText('of 64 MB')
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()

  await page.reload()
  await expect(app.footer).toContainText('of 64 MB')
})

test('the palette has a command for the memory budget', async ({ app, cluster, page }) => {
  cluster.receiveDemo(4)
  await page.goto(cluster.url)
  await expect(app.footer).toContainText('of 256 MB')
  await page.keyboard.press('ControlOrMeta+k')
  await app.palette.getByRole('combobox').fill('memory')
  await page.keyboard.press('Enter')
  const panel = page.getByRole('dialog', { name: 'Memory for flows' })
  await expect(panel.getByRole('radio', { name: '256 MB' })).toBeChecked()
  await page.keyboard.press('Escape')
  await expect(panel).toBeHidden()
})
