/** The mode `kubernetes`: the cluster's API server says whose a token is, and which namespaces it opens. */
import type { Page } from '@playwright/test'

import { buildFlow } from '../src/flows/testing/build.ts'
import { type KubeLogin, startKubeLogin } from './support/kube-login.ts'
import type { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

const SEEN = [
  buildFlow({ sourceNamespace: 'shop', sourceName: 'web-*', destNamespace: 'shop', destName: 'cart-*' }),
  buildFlow({ sourceNamespace: 'bank', sourceName: 'pay-*', destNamespace: 'vault', destName: 'key-*' }),
]
const UNSEEN = buildFlow({
  sourceNamespace: 'vault',
  sourceName: 'key-*',
  destNamespace: 'vault',
  destName: 'log-*',
})

let kube: KubeLogin
test.beforeEach(async () => {
  kube = await startKubeLogin()
  for (const name of ['shop', 'bank', 'vault']) await kube.admin.createNamespace(name)
  for (const flow of [...SEEN, UNSEEN]) kube.cluster.receive(flow, 3)
})
test.afterEach(() => kube.stop())

/** A token that may see the flows of `shop` and `bank`. */
async function createViewer() {
  const account = await kube.admin.createAccount('shop', undefined, 'viewer')
  await kube.admin.grant(account.subject, 'shop')
  await kube.admin.grant(account.subject, 'bank')
  return account
}

async function logIn(page: Page, token: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Token' }).fill(token)
  await page.keyboard.press('Enter')
}

async function expectSeen(app: Screen): Promise<void> {
  await app.expectRow({ source: /web$/, destination: /cart$/ })
  await app.expectRow({ source: /pay$/, destination: /key$/ })
  await expect(app.rows()).toHaveCount(2)
  await app.expectRecords(2)
  await expect(app.page.getByText('log-*')).toHaveCount(0)
}

test('a wrong token, an expired one and one without rights are refused, each in its words', async ({
  page,
}) => {
  kube.api.now = () => Date.now() - 2 * 3_600_000
  const { token } = await createViewer()
  kube.api.now = Date.now
  await page.goto(kube.cluster.url)
  const alert = page.getByRole('alert')
  await logIn(page, 'wrong')
  await expect(alert).toContainText('The cluster does not accept this token.')
  await logIn(page, 'strangertoken')
  await expect(alert).toContainText('stranger may not see the flows of any namespace.')
  await expect(alert).toContainText('the right to get flows.goldmane.projectcalico.org')
  await logIn(page, token)
  await expect(alert).toContainText('This token has expired.')
  await expect(page.getByRole('grid')).toHaveCount(0)
})

test('a token shows the flows of its two namespaces; after the log-out nothing of them is left', async ({
  app,
  page,
}) => {
  const { token, userName } = await createViewer()
  await page.goto(kube.cluster.url)
  await logIn(page, token)
  await expectSeen(app)
  await expect(app.source).toHaveText('Live')
  await page.getByRole('button', { name: 'test cluster', exact: true }).click()
  await expect(page.getByText(`Logged in as ${userName}`)).toBeVisible()
  await page.getByRole('menuitem', { name: 'Log out' }).click()
  await expect(page.getByRole('textbox', { name: 'Token' })).toBeVisible()
  for (const text of ['web-*', 'cart-*', 'pay-*', 'records'])
    await expect(page.getByText(text)).toHaveCount(0)
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'Token' })).toBeVisible()
})

test('a token that is revoked while the page is open brings the login over it', async ({ app, page }) => {
  const account = await createViewer()
  await page.goto(kube.cluster.url)
  await logIn(page, account.token)
  await expectSeen(app)
  await account.remove()
  kube.skipMinute()
  const form = page.getByRole('dialog', { name: 'Log in' })
  await expect(form).toBeVisible({ timeout: 20_000 })
  await logIn(page, account.token)
  await expect(form.getByRole('alert')).toContainText('The cluster does not accept this token.')
})
