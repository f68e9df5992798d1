import { expectNoSerious } from './support/axe.ts'
import { type SlowProxy, startSlowProxy } from './support/slow-proxy.ts'
import { expect, test } from './support/test.ts'

test.describe('until config.json has answered', () => {
  let slow: SlowProxy
  test.beforeEach(async ({ app, cluster, page }) => {
    cluster.receiveDemo(20)
    slow = await startSlowProxy(cluster.url)
    await page.goto(slow.url)
    await expect(app.source).toHaveText('Asking the server…')
  })
  test.afterEach(async () => slow.close())

  test('the page has its name and says what it waits for, and nothing shifts when it has answered', async ({
    app,
    page,
  }) => {
    const name = page.getByRole('heading', { name: 'Flowtrace', exact: true })
    const before = [await name.boundingBox(), await app.footer.boundingBox()]
    await expectNoSerious(page)
    slow.answer()
    await expect(app.source).toHaveText('Live')
    await expect(app.rows().first()).toBeVisible()
    expect([await name.boundingBox(), await app.footer.boundingBox()]).toEqual(before)
  })

  test('the page has started with its first script and its main one; other parts wait for the rows', async ({
    page,
  }) => {
    const scripts = () =>
      page.evaluate(() => {
        const paths = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)
        const names = paths.map((path) => /^\/assets\/(\w+)-[\w-]+\.js$/.exec(path)?.[1])
        return names.filter((name) => name !== undefined).toSorted()
      })
    expect(await scripts()).toEqual(['early', 'index'])
    slow.answer()
    await expect(page.locator('html')).toHaveAttribute('data-loaded', 'all')
    expect(await scripts()).toEqual(['early', 'editor', 'index', 'later'])
  })

  test('a capture can be dropped', async ({ app, cluster }) => {
    await app.dropCapture({ name: 'incident.jsonl', text: cluster.demoCapture(1) })
    await expect(app.source).toHaveText('Capture')
    await expect(app.rows().first()).toBeVisible()
  })

  test('key presses are queued until their commands are there, and run in order', async ({ app, page }) => {
    for (const key of ['g', 'i', 'd', 'p']) await page.keyboard.press(key)
    slow.answer()
    await expect(app.tab('Every 15 s')).toHaveAttribute('aria-selected', 'true')
    await expect(app.clauses).toHaveText(['action is Deny'])
    await expect(page.getByText('Paused')).toBeVisible()
  })

  test('key presses for rows wait for the rows', async ({ app, page }) => {
    for (const key of ['j', 'Enter']) await page.keyboard.press(key)
    slow.answer()
    await expect(app.trace).toBeVisible()
  })

  test('text typed after the palette’s key press is not run as shortcuts', async ({ app, page }) => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('dp')
    slow.answer()
    await expect(app.palette).toBeVisible()
    await expect(app.clauses).toHaveCount(0)
    await expect(page.getByText('Paused')).toHaveCount(0)
  })
})

test('key presses act as soon as there are rows, while other chunks are still loading', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(20)
  await page.goto(cluster.url, { waitUntil: 'commit' })
  await expect(app.rows().first()).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(app.trace).toBeVisible()
  await page.keyboard.press('d')
  await expect(app.clauses).toHaveText(['action is Deny'])
})
