import type { Page, Route } from '@playwright/test'

import { buildFlow } from '../src/flows/testing/build.ts'
import { expectNoSerious } from './support/axe.ts'
import { expect, test } from './support/test.ts'

/** The open list of completions. */
function options(page: Page, text?: string | RegExp) {
  const all = page.getByRole('listbox', { name: 'Completions' }).getByRole('option')
  return text === undefined ? all : all.filter({ hasText: text })
}

function status(page: Page, text: string | RegExp) {
  return page.getByRole('status').filter({ hasText: text })
}

test.describe('the query bar', () => {
  test.beforeEach(async ({ app, cluster, page }) => {
    cluster.receiveDemo(20)
    await page.goto(cluster.url)
    await app.expectRecords(cluster.backFilled)
    await expect(app.rows().first()).toBeVisible()
  })

  test('an offered value is excluded with Alt and minus, or with an Alt-click', async ({ app, page }) => {
    await app.expectShortcuts()
    await app.query.click()
    await page.keyboard.type('dst.ns = back')
    await expect(options(page, /^backend[\d,]+$/)).toBeVisible()
    await page.keyboard.press('Alt+-')
    await expect(app.query).toHaveText('dst.ns != backend')
    await expect(options(page)).toHaveCount(0)

    await page.keyboard.type(' and decided = default')
    await options(page, /^default-deny[\d,]+$/).click({ modifiers: ['Alt'] })
    await expect(app.query).toHaveText('dst.ns != backend and decided != default-deny')
    await page.keyboard.press('Enter')
    await expect(app.clauses).toHaveText(['dst.ns is not backend', 'decided is not default-deny'])
  })

  test('a query is typed by keyboard alone: key, completion with counts, preview, Enter', async ({
    app,
    page,
  }) => {
    await app.expectShortcuts()
    await page.keyboard.press('/')
    await expect(app.query).toBeFocused()
    await page.keyboard.type('dst.n')
    await expect(options(page).first()).toContainText('dst.ns')
    await page.keyboard.press('Tab')
    await expect(options(page, 'is one of').first()).toBeVisible()
    await page.keyboard.press('Tab')
    await page.keyboard.type('back')
    await expect(options(page, /^backend[\d,]+$/)).toBeVisible()
    await page.keyboard.press('ArrowDown')
    await expect(options(page, 'backend')).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('Enter')
    await expect(app.query).toHaveText('dst.ns = backend')
    await expect(app.clauses, 'what is applied stays until Enter').toHaveCount(0)

    await page.keyboard.type(' and decided = default')
    await expect(options(page, /^default-deny[\d,]+$/)).toBeVisible()
    await page.keyboard.press('Tab')
    const preview = status(page, 'would match')
    await expect(preview).toHaveText(/^[1-9][\d,]* would match$/)
    const previewed = (await preview.innerText()).split(' ', 1).join('')
    await page.keyboard.press('Enter')

    await expect(app.clauses).toHaveText(['dst.ns is backend', 'decided is default-deny'])
    await expect(app.rows({ verdict: 'Allow' })).toHaveCount(0)
    await expect(app.rows({ verdict: 'Deny', source: 'default/test' }).first()).toBeVisible()
    await expect(page.getByRole('search', { name: 'Query bar' })).toContainText(`${previewed} of`)
    await expect(preview).toHaveCount(0)
  })

  test('label keys and values complete from what is held', async ({ app, page }) => {
    await app.query.click()
    await page.keyboard.type('dst.label.')
    await expect(options(page, /^app\d+ values?$/)).toBeVisible()
    await page.keyboard.type('app = a')
    await expect(options(page, /^api[\d,]+$/)).toBeVisible()
    await expect(options(page, 'k8s-app')).toHaveCount(0)
  })

  test('a value that Goldmane knows and the page does not hold is offered as such', async ({
    app,
    cluster,
    page,
  }) => {
    // In the current bucket, which the hints include and the stream does not.
    cluster.receive(buildFlow({ destNamespace: 'jobs-of-tonight' }))
    await app.query.click()
    await page.keyboard.type('dst.ns = jobs')
    await expect(options(page, 'jobs-of-tonight')).toContainText('in the last hour, not held')
  })

  test('a mistake is pointed out in words; its suggestion is taken by click or by key', async ({
    app,
    page,
  }) => {
    const before = await app.table.getAttribute('aria-rowcount')
    await app.query.click()
    await page.keyboard.type('dest.nmespace = backend and action = dney')
    const wrong = page.getByText('There is no field dest.nmespace.')
    await expect(wrong).toBeVisible()
    await expect(app.query).toHaveAttribute('aria-invalid', 'true')
    await expect(app.query).toHaveAccessibleDescription(
      /There is no field dest\.nmespace\. Did you mean dst\.ns/,
    )
    await expect(app.clauses).toHaveCount(0)
    expect(await app.table.getAttribute('aria-rowcount'), 'the old rows stay').toBe(before)

    await page.getByRole('button', { name: 'dst.ns', exact: true }).click()
    await expect(app.query).toHaveText('dst.ns = backend and action = dney')
    await expect(app.query).toBeFocused()
    await expect(page.getByText('action is one of')).toBeVisible()
    await page.keyboard.press('Alt+Enter')
    await expect(app.query).toHaveText('dst.ns = backend and action = Deny')
    await expect(app.query).not.toHaveAttribute('aria-invalid')
    await page.keyboard.press('Enter')
    await expect(app.clauses).toHaveText(['dst.ns is backend', 'action is Deny'])
  })

  test('text and chips stay in step, both ways, and with the back button', async ({ app, page }) => {
    await app.query.fill('action=deny dst.ns=backend')
    await app.query.press('Enter')
    await expect(app.query).toHaveText('action = Deny and dst.ns = backend')
    await app.query.press('Escape')
    await page.getByRole('button', { name: 'Remove action is Deny' }).click()
    await expect(app.query).toHaveText('dst.ns = backend')
    await page.goBack()
    await expect(app.query).toHaveText('action = Deny and dst.ns = backend')
    await page.goForward()
    await expect(app.query).toHaveText('dst.ns = backend')
  })

  test('Escape goes back to what is applied and leaves; the arrow keys recall what was applied', async ({
    app,
    page,
  }) => {
    for (const protocol of ['udp', 'tcp']) {
      await app.query.fill(`proto = ${protocol}`)
      await app.query.press('Enter')
      await expect(app.clauses).toHaveText([`proto is ${protocol}`])
    }
    await app.query.fill('(half a')
    await app.query.press('Escape')
    await app.query.press('Escape')
    await expect(app.query).toHaveText('proto = tcp')
    await expect(app.query).not.toBeFocused()

    await page.reload()
    await app.expectShortcuts()
    await page.keyboard.press('/')
    await expect(app.query).toBeFocused()
    await page.keyboard.press('ArrowUp')
    await expect(app.query).toHaveText('proto = udp')
    await page.keyboard.press('ArrowDown')
    await expect(app.query).toHaveText('proto = tcp')
  })

  test('noise is hidden by clauses that are seen, and shown again', async ({ app, page }) => {
    await page.getByRole('button', { name: 'Hide noise' }).click()
    const dns = page.getByRole('checkbox', { name: 'Hide DNS' })
    await dns.check()
    await expect(app.clauses).toHaveText(['port is not 53'])
    await expect(app.query).toHaveText('port != 53')
    await expect(app.rows({ port: 'udp 53' })).toHaveCount(0)
    await dns.uncheck()
    await expect(app.clauses).toHaveCount(0)
  })

  test('a saved query survives a reload, has a link, and can be deleted', async ({ app, context, page }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await app.query.fill('action = deny and port != 53')
    await app.query.press('Enter')
    await page.getByRole('button', { name: /^Saved/ }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Denied, without DNS')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: 'Delete Denied, without DNS' })).toBeVisible()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Clear', exact: true }).click()
    await page.reload()
    await expect(app.query).toHaveText(/^Type a query/)

    await page.getByRole('button', { name: 'Saved 1' }).click()
    const saved = page.getByRole('list', { name: 'Saved queries' })
    await saved.getByRole('button', { name: 'Copy link' }).click()
    await expect(saved.getByRole('button', { name: 'Copied' })).toBeVisible()
    const link = await page.evaluate(() => navigator.clipboard.readText())
    await saved.getByRole('button', { name: /^Denied, without DNS/ }).click()
    await expect(app.query).toHaveText('action = Deny and port != 53')
    await expect(page).toHaveURL(link)

    await page.getByRole('button', { name: 'Saved 1' }).click()
    await page.getByRole('button', { name: 'Delete Denied, without DNS' }).click()
    await expect(page.getByText('Nothing is saved yet.')).toBeVisible()
  })

  test('the link of a saved query carries the scope under which it is asked', async ({
    app,
    cluster,
    context,
    page,
  }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.goto(`${cluster.url}?scope=dst.ns+%3D+backend&q=action+%3D+Deny`)
    await expect(app.scope).toHaveText('onlydst.ns = backend')
    await page.getByRole('button', { name: /^Saved/ }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Denied')
    await page.keyboard.press('Enter')
    await expect(page.getByText('now only dst.ns = backend. Its link carries that scope.')).toBeVisible()
    await page.getByRole('list', { name: 'Saved queries' }).getByRole('button', { name: 'Copy link' }).click()
    await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible()
    const link = new URL(await page.evaluate(() => navigator.clipboard.readText()))
    expect(Object.fromEntries(link.searchParams)).toEqual({ scope: 'dst.ns = backend', q: 'action = Deny' })

    await page.keyboard.press('Escape')
    await app.scope.getByRole('button', { name: 'Stream everything again' }).click()
    await page.getByRole('button', { name: 'Saved 1' }).click()
    await expect(page.getByRole('button', { name: 'Highlight matches of Denied' })).toBeVisible()
    await expect(page.getByText('Its link carries that scope.')).toHaveCount(0)
  })

  test('the link opens with the same text for a colleague', async ({ app, page }) => {
    const text = 'action = Deny and (dst.ns = backend or not src.label.app ~ "we b")'
    await app.query.fill(text)
    await app.query.press('Enter')
    await expect(page).toHaveURL(/\?q=/)
    // What was typed is soon replaced by how a query is written.
    const shown = 'action = Deny and (dst.ns = backend or src.label.app !~ "we b")'
    await expect(app.query).toHaveText(shown)
    await page.goto(page.url())
    await expect(app.query).toHaveText(shown)
  })

  test('axe finds nothing serious, with an open list and with a mistake', async ({ app, page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await app.query.click()
    await page.keyboard.type('dst.ns = b')
    await expect(options(page).first()).toBeVisible()
    await page.keyboard.press('ArrowDown')
    await expectNoSerious(page, 'search[aria-label="Query bar"]')
    await app.query.fill('dst.nss = b')
    await expect(page.getByText('There is no field dst.nss.')).toBeVisible()
    await expectNoSerious(page, 'search[aria-label="Query bar"]')
  })
})

test('a plain field takes what is typed until the editor is there', async ({ app, cluster, page }) => {
  cluster.receiveDemo(4)
  const held: Route[] = []
  await page.route(/assets\/editor-/, (route) => void held.push(route))
  await page.goto(cluster.url)
  await expect.poll(() => held.length).toBe(1)
  await app.query.pressSequentially('proto = ud')
  await expect(app.query).toHaveValue('proto = ud')
  for (const route of held) await route.continue()
  await expect(app.query).toHaveText('proto = ud')
  await expect(app.query).toBeFocused()
  await page.keyboard.type('p')
  await page.keyboard.press('Enter')
  await expect(app.clauses).toHaveText(['proto is udp'])
})
