import type { Locator, Page } from '@playwright/test'

import { ensure } from '../src/lib/assert.ts'
import { expectNoSeriousInBothThemes } from './support/axe.ts'
import { watchLayoutShifts } from './support/layout-shift.ts'
import { expect, test } from './support/test.ts'

/** The open list of completions. */
function options(page: Page, text?: string | RegExp) {
  const all = page.getByRole('listbox', { name: 'Completions' }).getByRole('option')
  return text === undefined ? all : all.filter({ hasText: text })
}

async function heightOf(locator: Locator): Promise<number> {
  return ensure(await locator.boundingBox(), 'it is on the screen').height
}

test.beforeEach(async ({ app, cluster, page }) => {
  cluster.receiveDemo(20)
  await page.goto(cluster.url)
  await expect(app.rows().first()).toBeVisible()
  await app.expectShortcuts()
  await app.expectRecords(cluster.backFilled)
  await expect(app.queryBar).toContainText('records')
})

test('nothing shifts while a query is typed, completed, mistaken, applied, left and cleared', async ({
  app,
  page,
}) => {
  await app.expectPreloaded()
  await app.expectFacets()
  await expect(app.queryBar.getByRole('button', { name: 'Add a filter' })).toBeVisible()
  expect(await heightOf(app.queryBar)).toBe(46)
  const shifts = await watchLayoutShifts(page)

  await page.keyboard.press('/')
  await page.keyboard.type('dst.ns = back')
  await expect(options(page, 'backend')).toBeVisible()
  await page.keyboard.press('Tab')
  await shifts.expectNone('a completion')
  await page.keyboard.type(' and actoin = deny')
  await expect(app.query).toHaveAttribute('aria-invalid', 'true')
  await shifts.expectNone('a mistake')
  await page.keyboard.press('Enter')
  await expect(app.clauses).toHaveText(['dst.ns is backend', 'action is Deny'])
  await page.keyboard.press('Escape')
  await expect(app.queryBar.getByRole('button', { name: 'Remove action is Deny' })).toBeVisible()
  // Chips stand in the place of the text.
  await shifts.expectNone('an applied query', ['query'])
  await app.queryBar.getByRole('button', { name: 'dst.ns is backend', exact: true }).click()
  await expect(app.query).toBeFocused()
  await page.keyboard.press('Escape')
  await app.queryBar.getByRole('button', { name: 'Clear' }).click()
  await expect(app.clauses).toHaveCount(0)
  await shifts.expectNone('a cleared query', ['query'])
  expect(await heightOf(app.queryBar)).toBe(46)
})

test('a text that only ends too early is no error, whatever the pause; it is one once it is left', async ({
  app,
  page,
}) => {
  await page.keyboard.press('/')
  await page.keyboard.type('dst.ns ')
  await expect(options(page, 'is one of')).toBeVisible()
  // The number of the last text that was counted has come since: longer than the pause that points a mistake out.
  await page.keyboard.type('= back')
  await expect(options(page, 'backend')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.type('end and')
  await page.clock.install()
  await page.clock.runFor(5000)
  await expect(app.query).not.toHaveAttribute('aria-invalid')
  await page.clock.resume()
  await app.table.focus()
  await expect(app.query).toHaveAttribute('aria-invalid', 'true')
  await expect(app.queryBar.getByText('not applied')).toBeVisible()
})

test('Enter takes the only completion, and then applies', async ({ app, page }) => {
  await page.keyboard.press('/')
  await page.keyboard.type('dst.ns = backe')
  await expect(options(page)).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(app.query).toHaveText('dst.ns = backend')
  await expect(app.clauses).toHaveCount(0)
  await page.keyboard.press('Enter')
  await expect(app.clauses).toHaveText(['dst.ns is backend'])
})

test('a sentence is no search for words: the query meant is offered, and Enter or a click applies it', async ({
  app,
  page,
}) => {
  // In one go: after a pause in typing the message is there by itself, and Enter takes its query.
  const enter = async (text: string) => {
    await app.query.press('ControlOrMeta+a')
    await Promise.all([page.keyboard.insertText(text), page.keyboard.press('Enter')])
  }
  await enter('from default to backend')
  await expect(app.queryBar.getByText('Source and destination are asked for by fields.')).toBeVisible()
  await expect(app.clauses).toHaveCount(0)
  await page.keyboard.press('Enter')
  await expect(app.clauses).toHaveText([
    'src.ns = default or src.name ~ default',
    'dst.ns = backend or dst.name ~ backend',
  ])
  await expect(app.footer).toContainText('Read as (src.ns = default')
  await enter('dst.ns backend')
  await app.queryBar.getByRole('button', { name: 'dst.ns = backend' }).click()
  await expect(app.clauses).toHaveText(['dst.ns is backend'])
})

test('Ctrl+Z goes back to the query before, from the query and from the page, and Ctrl+Shift+Z forward', async ({
  app,
  page,
}) => {
  await app.query.fill('proto = udp')
  await page.keyboard.press('Enter')
  await expect(app.clauses).toHaveText(['proto is udp'])
  // At once, so that it is one step of the editor's own undo.
  await page.keyboard.insertText(' and port = 53')
  await expect(app.query).toHaveText('proto = udp and port = 53')
  await page.keyboard.press('Control+z')
  await expect(app.query).toHaveText('proto = udp')
  await page.keyboard.press('Control+z')
  await expect(app.clauses).toHaveCount(0)
  await page.keyboard.press('Control+Shift+Z')
  await expect(app.query).toHaveText('proto = udp')
  await page.keyboard.press('Escape')
  await app.table.focus()
  await page.keyboard.press('Control+z')
  await expect(app.clauses).toHaveCount(0)
  await page.keyboard.press('Control+Shift+Z')
  await expect(app.clauses).toHaveText(['proto is udp'])
})

test('a filter is added by keyboard alone: field, value, and with the arrow keys what to leave out', async ({
  app,
  page,
}) => {
  await app.queryBar.getByRole('button', { name: 'Add a filter' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('searchbox', { name: 'Search fields' })).toBeFocused()
  await page.keyboard.type('dst.ns')
  await page.keyboard.press('Enter')
  const search = page.getByRole('searchbox', { name: 'Search destination namespace' })
  await expect(search).toBeFocused()
  await expect(app.filterPanel.getByRole('button', { name: 'Only backend' })).toBeVisible()
  await page.keyboard.type('backe')
  await expect(app.filterPanel.getByRole('listitem')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(app.clauses).toHaveText(['dst.ns is backend'])
  await page.keyboard.press('ArrowDown')
  await expect(app.filterPanel.getByRole('button', { name: 'Only backend' })).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(app.clauses).toHaveText(['dst.ns is not backend'])
  await page.keyboard.press('Escape')
  await expect(app.filterPanel).toBeHidden()
  await expect(app.queryBar.getByRole('button', { name: 'Add a filter' })).toBeFocused()

  await test.step('a field without a list of values goes on as text', async () => {
    await page.keyboard.press('Enter')
    await page.keyboard.type('bytes')
    await page.keyboard.press('Enter')
    await expect(app.query).toBeFocused()
    await expect(app.query).toHaveText('dst.ns != backend and bytes >')
  })
})

test('the palette finds values and saved queries: only, without', async ({ app, page }) => {
  await page.keyboard.press('Control+k')
  const find = app.palette.getByRole('combobox')
  await find.fill('only backend')
  await expect(app.palette.getByRole('group', { name: 'Namespaces' })).toBeVisible()
  await expect(app.palette.getByRole('option').first()).toContainText('Only namespace backend')
  await page.keyboard.press('Enter')
  await expect(app.palette).toBeHidden()
  await expect(app.clauses).toHaveText(['ns is backend'])
  await expect(app.footer).toContainText('Filter: ns = backend')

  await page.keyboard.press('Control+k')
  await find.fill('without default-deny')
  const policies = app.palette.getByRole('group', { name: 'Policies' })
  await policies.getByRole('option', { name: 'Without policy default-deny' }).click()
  await expect(app.clauses).toHaveText(['ns is backend', 'policy is not default-deny'])

  await app.queryBar.getByRole('button', { name: /^Saved/ }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Around the backend')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await app.queryBar.getByRole('button', { name: 'Clear' }).click()
  await page.keyboard.press('Control+k')
  await find.fill('around')
  await app.palette.getByRole('option', { name: /^Around the backend/ }).click()
  await expect(app.clauses).toHaveText(['ns is backend', 'policy is not default-deny'])
})

test('axe finds nothing serious in the chips, the panels and the palette', async ({ app, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await app.query.fill('dst.ns = backend and action = deny')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await expect(app.queryBar.getByRole('button', { name: 'Remove action is Deny' })).toBeVisible()
  await expectNoSeriousInBothThemes(page, 'search[aria-label="Query bar"]')
  await app.query.fill('dst.ns backend')
  await expect(app.query).toHaveAttribute('aria-invalid', 'true')
  await expectNoSeriousInBothThemes(page, 'search[aria-label="Query bar"]')
  await page.keyboard.press('Escape')
  await app.openValues('dst.ns')
  await expect(app.filterPanel.getByRole('listitem').first()).toBeVisible()
  await expectNoSeriousInBothThemes(page, '[role=dialog]')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await app.palette.getByRole('combobox').fill('back')
  await expect(app.palette.getByRole('group', { name: 'Namespaces' })).toBeVisible()
  await expectNoSeriousInBothThemes(page, '[role=dialog]')
})

for (const size of [
  { width: 720, height: 900 },
  { width: 390, height: 844 },
]) {
  test.describe(`at ${size.width} by ${size.height}`, () => {
    test.use({ viewport: size })

    test('chips that have no room scroll, and the buttons beside them are whole', async ({
      app,
      cluster,
      page,
    }) => {
      await page.goto(
        `${cluster.url}?q=dst.ns+%3D+backend+and+action+%3D+deny+and+src.ns+%3D+frontend+and+port+%3D+8080`,
      )
      await app.expectPreloaded()
      await expect(app.clauses).toHaveCount(4)
      const clear = app.queryBar.getByRole('button', { name: 'Clear' })
      await expect(clear).toBeInViewport({ ratio: 1 })
      await expect(app.queryBar.getByRole('button', { name: 'Add a filter' })).toBeInViewport({ ratio: 1 })
      await app.queryBar.getByRole('button', { name: 'dst.ns is backend', exact: true }).focus()
      await page.keyboard.press('End')
      const last = app.queryBar.getByRole('button', { name: 'port is 8080', exact: true })
      await expect(last).toBeFocused()
      await expect(last).toBeInViewport({ ratio: 0.9 })
      await expect(clear).toBeInViewport({ ratio: 1 })
    })
  })
}
