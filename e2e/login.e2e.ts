// The login of the mode `token`, from the form to the log-out.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from '@playwright/test'

import { expectNoSerious } from './support/axe.ts'
import { Program } from './support/program.ts'
import { expect, test } from './support/test.ts'

const TOKEN = 'the-secret-of-this-test'
let folder: string
let program: Program

test.beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'flowtrace-'))
  const file = path.join(folder, 'token')
  writeFileSync(file, TOKEN)
  program = await Program.start('--demo', '--auth', 'token', '--auth-token-file', file)
})
test.afterEach(async () => {
  await program.stop()
  rmSync(folder, { recursive: true })
})

const tokenField = (page: Page) => page.getByRole('textbox', { name: 'Token' })

async function logIn(page: Page): Promise<void> {
  await tokenField(page).fill(TOKEN)
  await page.keyboard.press('Enter')
}

test('a wrong token is refused beside the field; the right one opens the view of the link', async ({
  app,
  page,
}) => {
  await page.goto(`${program.url}?q=action+%3D+Deny`)
  await expect(tokenField(page)).toBeFocused()
  await expectNoSerious(page)
  const button = page.getByRole('button', { name: 'Log in' })
  const before = await button.boundingBox()
  await page.keyboard.type('wrong')
  await button.click()
  await expect(page.getByRole('alert')).toContainText('not the token')
  await expect(tokenField(page)).toHaveAttribute('aria-invalid', 'true')
  expect(await button.boundingBox()).toEqual(before)
  await expectNoSerious(page)

  await logIn(page)
  await expect(app.source).toHaveText('Live')
  await expect(app.clauses).toHaveText(['action is Deny'])
  await expect(app.rows().first()).toBeVisible()
})

for (const { colorScheme, width, height } of [
  { colorScheme: 'light', width: 390, height: 844 },
  // 1440 × 900 at a zoom of 200 %.
  { colorScheme: 'dark', width: 720, height: 450 },
] as const) {
  test(`the form can be used at ${width} × ${height}, ${colorScheme}`, async ({ app, page }) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height })
    await page.goto(program.url)
    await expect(tokenField(page)).toBeVisible()
    await app.expectNoSidewaysScroll()
    await expectNoSerious(page)
    await logIn(page)
    await expect(app.source).toHaveText('Live')
  })
}

test('a capture opens without a login', async ({ app, cluster, page }) => {
  await page.goto(program.url)
  await expect(tokenField(page)).toBeVisible()
  await app.openCapture({ name: 'incident.jsonl', text: cluster.demoCapture(1) })
  await expect(app.source).toHaveText('Capture')
  await expect(app.rows().first()).toBeVisible()
})

test('a session that ends leaves what was received; after a new login the stream goes on', async ({
  app,
  page,
}) => {
  await page.goto(program.url)
  await logIn(page)
  await expect(app.source).toHaveText('Live')
  await expect(app.rows().first()).toBeVisible()
  const footer = page.locator('footer')
  const held = async () => Number(/([\d,]+) records/.exec(await footer.innerText())?.[1]?.replaceAll(',', ''))
  const before = await held()

  // With the page's cookie, but not by the page: its session ends behind its back.
  await page.request.post(`${program.url}logout`, { headers: { origin: new URL(program.url).origin } })
  const form = page.getByRole('dialog', { name: 'Log in' })
  await expect(form).toBeVisible()
  await expectNoSerious(page)
  expect(await held()).toBeGreaterThanOrEqual(before)

  await logIn(page)
  await expect(form).toBeHidden()
  await expect(app.source).toHaveText('Live')
  expect(await held()).toBeGreaterThanOrEqual(before)
})

test('a log-out and a login are followed by other tabs', async ({ app, context, page }) => {
  await page.goto(program.url)
  await logIn(page)
  await expect(app.source).toHaveText('Live')
  const other = await context.newPage()
  await other.goto(program.url)
  await other.getByRole('button', { name: 'demo cluster' }).click()
  await other.getByRole('menuitem', { name: 'Log out' }).click()
  await expect(tokenField(other)).toBeVisible()
  await expect(tokenField(page)).toBeVisible()
  expect((await page.request.get(`${program.url}config.json`)).status()).toBe(401)
  await logIn(other)
  await expect(app.source).toHaveText('Live')
})
