/** The mode `proxy`: a proxy in front says who a viewer is, and the groups of a viewer open namespaces. */
import { buildFlow } from '../src/flows/testing/build.ts'
import { Cluster } from './support/cluster.ts'
import { IdentityProxy, PROXY_ADDRESS } from './support/identity-proxy.ts'
import { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

const WEB_TO_API = buildFlow()
const API_TO_DB = buildFlow({
  sourceNamespace: 'backend',
  sourceName: 'api-*',
  destNamespace: 'db',
  destName: 'pg-*',
})
const JOB_TO_DB = buildFlow({
  sourceNamespace: 'batch',
  sourceName: 'job-*',
  destNamespace: 'db',
  destName: 'pg-*',
})

let cluster: Cluster
let proxy: IdentityProxy

async function start(hidesOtherEnd = false): Promise<void> {
  const groups = { web: ['frontend'], data: ['db'], admins: 'all' } as const
  cluster = await Cluster.start({
    gateway: {
      auth: { mode: 'proxy', groups, hidesOtherEnd },
      trustedProxies: [PROXY_ADDRESS],
    },
  })
  for (const flow of [WEB_TO_API, API_TO_DB, JOB_TO_DB]) cluster.receive(flow, 3)
  proxy = await IdentityProxy.start(cluster.url)
}
test.afterEach(async () => {
  await proxy.close()
  await cluster.stop()
})

test('each user sees the flows of their groups’ namespaces, and no others, live too', async ({
  app,
  context,
  page,
}) => {
  await start()
  proxy.user = { name: 'ann', groups: 'web,unknown' }
  await page.goto(proxy.url)
  await app.expectRow({ source: 'frontend/web-*', destination: /api-/ })
  await app.expectRecords(1)
  await expect(app.source).toHaveText('Live')
  await page.getByRole('button', { name: 'test cluster', exact: true }).click()
  await expect(page.getByText('Logged in as ann')).toBeVisible()
  // It is left where it was entered: at the proxy.
  await expect(page.getByRole('menuitem', { name: 'Log out' })).toHaveCount(0)
  await page.keyboard.press('Escape')

  for (const flow of [WEB_TO_API, API_TO_DB, JOB_TO_DB]) cluster.receive(flow)
  cluster.advance(2)
  await app.expectRow({ source: 'frontend/web-*', connections: '4' })
  await app.expectRecords(2)
  await expect(page.getByText('pg-*')).toHaveCount(0)

  proxy.user = { name: 'bob', groups: 'data' }
  // A tab of the same browser: tabs share what was received, but not what another user received.
  const bob = new Screen(await context.newPage())
  await bob.page.goto(proxy.url)
  await bob.expectRow({ source: /job-/ })
  await bob.expectRow({ source: /api-/ })
  await bob.expectRecords(4)
  await expect(bob.rows({ source: /web-/ })).toHaveCount(0)
})

test('the other end is hidden where the setting says so', async ({ app, page }) => {
  await start(true)
  proxy.user = { name: 'ann', groups: 'web' }
  await page.goto(proxy.url)
  await app.expectRow({ source: 'frontend/web-*', destination: /hidden/ })
  await app.expectRecords(1)
  // Not the example in the empty query bar, which names that namespace too.
  await expect(page.getByText(/^backend/)).toHaveCount(0)
  await expect(page.getByText('api-*')).toHaveCount(0)
})

test('a user without any namespace reads that, and nothing of the flows', async ({ page }) => {
  await start()
  proxy.user = { name: 'eve', groups: 'unknown' }
  await page.goto(proxy.url)
  await expect(page.getByRole('heading')).toHaveText('Flowtrace may not show you flows')
  await expect(page.getByText('You are logged in, but may not see the flows of any namespace.')).toBeVisible()
})

test('forged headers past the proxy are refused in words; through it they are dropped', async ({
  browser,
}) => {
  await start()
  const context = await browser.newContext({
    extraHTTPHeaders: { 'x-forwarded-user': 'mallory', 'x-forwarded-groups': 'admins' },
  })
  const page = await context.newPage()
  await page.goto(cluster.url)
  await expect(page.getByText('Only the proxy in front may say who a user is.')).toBeVisible()
  await expect(page.getByRole('grid')).toHaveCount(0)

  proxy.user = { name: 'mallory', groups: 'web' }
  await page.goto(proxy.url)
  await new Screen(page).expectRecords(1)
  await context.close()
})

test('a login in front that ended is said, and followed by loading the page anew', async ({ app, page }) => {
  await start()
  proxy.user = { name: 'ann', groups: 'web' }
  await page.goto(proxy.url)
  await expect(app.source).toHaveText('Live')
  await app.expectRecords(1)
  proxy.user = null
  proxy.cut()
  const form = page.getByRole('dialog', { name: 'Log in' })
  await expect(form).toContainText('Your company’s login did not say who you are')
  proxy.user = { name: 'ann', groups: 'web' }
  await form.getByRole('button', { name: 'Load the page anew' }).click()
  await expect(app.source).toHaveText('Live')
  await app.expectRecords(1)
})
