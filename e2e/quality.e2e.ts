import { expectNoSerious, expectNoSeriousInBothThemes } from './support/axe.ts'
import { expect, test } from './support/test.ts'

test('axe finds nothing serious on the main screen', async ({ app, cluster, page }) => {
  cluster.receiveDemo(20)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(`${cluster.url}?q=action+%3D+deny`)
  await app.openRow({ verdict: 'Deny', source: 'default/test' })
  await expect(app.trace).toBeVisible()
  await expectNoSeriousInBothThemes(page)

  await app.openValues('policy')
  await expect(page.getByRole('dialog').getByRole('listitem').first()).toBeVisible()
  await expectNoSeriousInBothThemes(page)
})

test('axe finds nothing serious where no flow matches', async ({ app, cluster, page }) => {
  cluster.receiveDemo(4)
  await page.goto(`${cluster.url}?q=proto+%3D+sctp`)
  await expect(page.getByRole('heading', { name: 'No record matches the filter' })).toBeVisible()
  await expect(app.rows()).toHaveCount(0)
  await expectNoSerious(page)
})
