import type { Page } from '@playwright/test'

import { expectNoSerious, expectNoSeriousInBothThemes } from './support/axe.ts'
import { expect, test } from './support/test.ts'

test.describe('the mouse alone', () => {
  test.beforeEach(async ({ app, cluster, page }) => {
    cluster.receiveDemo(120)
    await page.goto(cluster.url)
    await expect(app.rows().first()).toBeVisible()
    await expect(app.facet('Verdict')).toBeVisible()
  })

  test('the bars show records, connections or bytes, and the link says which', async ({ app, page }) => {
    const timeline = page.getByRole('region', { name: 'Timeline' })
    const bars = timeline.getByRole('combobox', { name: 'Bars show' })
    // The highest value of the axis, before the choice of what it counts.
    const top = timeline
      .getByRole('paragraph')
      .filter({ has: page.getByRole('combobox', { name: 'Bars show' }) })
    await expect(bars).toHaveValue('records')
    await expect(top).toHaveText(/^\d+records/)
    await bars.selectOption('bytes')
    await expect(top).toHaveText(/^[\d.]+ [kMG]?Brecords/i)
    await expect(page).toHaveURL(/bars=bytes/)
    await page.reload()
    await expect(bars).toHaveValue('bytes')
    await expect(top).toHaveText(/^[\d.]+ [kMG]?Brecords/i)
    await bars.selectOption('connections')
    await app
      .facet('Verdict')
      .getByRole('button', { name: /^Denied leaving, / })
      .click()
    await expect(top).toHaveText(/^\d+records/)
    await expectNoSerious(page)
  })

  test('the tabs change what a row is, and the link says which', async ({ app, page }) => {
    await app.tab('Every 15 s').click()
    await expect(page).toHaveURL(/rows=records/)
    await expect(app.tab('Every 15 s')).toHaveAttribute('aria-selected', 'true')
    // The numbers of the tabs come after the rows, so the first ones may still be of an empty store.
    const excess = async () => (await app.tabCount('Every 15 s')) - (await app.tabCount('By port'))
    await expect.poll(excess).toBeGreaterThan(0)
    await page.reload()
    await expect(app.tab('Every 15 s')).toHaveAttribute('aria-selected', 'true')
    await page.goBack()
    await expect(app.tab('Grouped')).toHaveAttribute('aria-selected', 'true')
  })

  test('a facet includes, excludes with Alt, and leaves only one; the others stay to be seen', async ({
    app,
  }) => {
    const namespaces = app.facet('Destination namespace')
    const value = (name: string) => namespaces.getByRole('listitem').filter({ hasText: name })
    // The values stay as they are once the pointer is over them, and the history is still being read.
    await expect(value('db')).toBeVisible()
    await value('backend')
      .getByRole('button', { name: /^backend, / })
      .click()
    await expect(app.clauses).toHaveText(['dst.ns is backend'])
    await expect(value('db')).toBeVisible()
    await value('db').getByRole('button', { name: /^db, / }).click()
    await expect(app.clauses).toHaveText(['dst.ns in backend, db'])

    await value('db').hover()
    await value('db').getByRole('button', { name: 'Only db' }).click()
    await expect(app.clauses).toHaveText(['dst.ns is db'])
    await value('backend')
      .getByRole('button', { name: /^backend, / })
      .click({ modifiers: ['Alt'] })
    await expect(app.clauses).toHaveText(['dst.ns is db', 'dst.ns is not backend'])
    await value('backend').hover()
    await value('backend').getByRole('button', { name: 'Without backend' }).click()
    await expect(app.clauses).toHaveText(['dst.ns is db'])
  })

  test('a facet finds a value among many, and marks values that are more frequent among denials', async ({
    app,
  }) => {
    const namespaces = app.facet('Source namespace')
    await namespaces.getByRole('button', { name: /more$/ }).click()
    await namespaces.getByRole('searchbox').fill('fault')
    await expect(namespaces.getByRole('listitem')).toHaveCount(1)
    await expect(namespaces.getByRole('listitem')).toContainText('default')
    await namespaces.getByRole('button', { name: /^default, .*more often denied/ }).click()
    await expect(app.clauses).toHaveText(['src.ns is default'])
  })

  test('any cell adds a clause to the filter, and back undoes it', async ({ app, cluster, page }) => {
    // A viewport with room for all denials, whose number depends on the time of day.
    await page.setViewportSize({ width: 1440, height: 3000 })
    await page.goto(`${cluster.url}?sort=-action`)
    const denied = app.rows({ verdict: 'Deny', source: 'default/test', port: 'tcp 80' }).first()
    await denied.getByRole('gridcell', { name: 'Denied leaving', exact: true }).click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Only Deny', exact: true }).click()
    await expect(app.clauses).toHaveText(['action is Deny'])

    await denied.getByRole('gridcell', { name: 'default/test', exact: true }).click({ button: 'right' })
    const menu = page.getByRole('menu', { name: 'Source' })
    // Only the menu: the page behind it has the component library's focus guards, focusable and aria-hidden.
    await expectNoSerious(page, '[role=menu]')
    await menu.getByRole('menuitem', { name: 'Either side is default', exact: true }).click()
    await expect(app.clauses).toHaveText(['action is Deny', 'ns is default'])
    await page.goBack()
    await expect(app.clauses).toHaveText(['action is Deny'])

    await denied.getByRole('gridcell', { name: 'Denied leaving', exact: true }).click({ button: 'right' })
    await page.getByRole('menuitem', { name: /around this one/ }).click()
    await expect(page).toHaveURL(/time=/)
  })

  test('labels and hits of an open flow filter too, and back undoes it', async ({ app, cluster, page }) => {
    // Any row will do: all of them were denied by the same policy.
    const before = ['src.name is test', 'decided is default-deny']
    await page.goto(`${cluster.url}?${new URLSearchParams({ q: before.join(' and ') })}`)
    await app.expectRecords(cluster.backFilled)
    await app.openRow({ verdict: 'Deny', source: 'default/test' })
    await app.inspector.getByRole('button', { name: /^Labels and service/ }).click()
    const label = app.inspector.getByRole('button', { name: /^Filter by .+=/ }).first()
    const [key = '', value = ''] = (await label.innerText()).split('=')
    const heading = await app.inspector.getByRole('heading').first().innerText()

    await test.step('an end of the drawing', async () => {
      const ends = app.inspector.getByRole('region', { name: 'Path' })
      await ends.getByRole('button', { name: 'Filter by source namespace default' }).click()
      await expect(page.getByRole('menuitem', { name: 'Only default', exact: true })).toBeVisible()
      await page.keyboard.press('Escape')
    })

    await test.step('a label', async () => {
      await label.click()
      const menu = page.getByRole('menu', { name: `Source label ${key}`, exact: true })
      await expectNoSerious(page, '[role=menu]')
      await menu.getByRole('menuitem', { name: `Only ${value}`, exact: true }).click()
      await expect(app.clauses).toHaveText([...before, `src.label.${key} is ${value}`])
    })

    const policy = app.trace.getByRole('button', { name: /^Filter by .* default-deny$/ })
    await test.step('the policy of the deciding hit, with the keyboard', async () => {
      await policy.focus()
      await page.keyboard.press('Enter')
      const menu = page.getByRole('menu', { name: 'Trigger' })
      await expect(menu).toBeVisible()
      await page.keyboard.press('Escape')
      await expect(menu).toBeHidden()
      await expect(policy).toBeFocused()
      await page.keyboard.press('Enter')
      await menu.getByRole('menuitem', { name: 'Without default-deny', exact: true }).click()
      await expect(app.clauses).toHaveText([
        ...before,
        `src.label.${key} is ${value}`,
        'trigger is not default-deny',
      ])
    })

    await expect(app.inspector.getByRole('heading').first()).toHaveText(heading)
    await page.goBack()
    await expect(app.clauses).toHaveText([...before, `src.label.${key} is ${value}`])
    await page.goBack()
    await expect(app.clauses).toHaveText(before)
  })

  test('an empty screen says which clause did it, and drops it', async ({ app, cluster, page }) => {
    await page.goto(`${cluster.url}?q=proto+%3D+sctp+and+dst.ns+%3D+backend`)
    await expect(page.getByRole('heading', { name: 'No record matches the filter' })).toBeVisible()
    const effects = page.getByRole('list', { name: 'What each clause takes away' }).getByRole('listitem')
    await expect(effects.first()).toContainText('proto = sctp')
    await expect(effects.first()).toContainText('matches nothing by itself')
    await expect(effects.last()).toContainText('0 · drop it')
    await expectNoSerious(page)
    await effects
      .first()
      .getByRole('button', { name: /^Drop proto = sctp/ })
      .click()
    await expect(app.rows().first()).toBeVisible()
    await expect(app.clauses).toHaveText(['dst.ns is backend'])
  })

  test('a time range outside of the data held says so and moves to the data', async ({
    app,
    cluster,
    page,
  }) => {
    await page.goto(`${cluster.url}?time=1700000000-1700000900`)
    await expect(page.getByText('The time range ends before the data begins')).toBeVisible()
    await page.getByRole('button', { name: 'Move it to the newest' }).click()
    await expect(app.rows().first()).toBeVisible()
    const [from, to] = await rangeIn(page)
    expect(to - from).toBe(900)
  })
})

test('f and F act on the cell that the arrow keys chose; m opens its menu', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receiveDemo(20)
  await page.goto(`${cluster.url}?q=src.ns+%3D+default`)
  await app.expectShortcuts()
  await app.expectRecords(cluster.backFilled)
  await expect(app.rows().first()).toBeVisible()
  await app.table.focus()
  await page.keyboard.press('ArrowDown')
  // From the verdict, which is the first column.
  await page.keyboard.press('ArrowRight')
  const cell = page.locator(`#${await app.table.getAttribute('aria-activedescendant')}`)
  await expect(cell).toHaveAttribute('role', 'gridcell')
  await expect(cell).toHaveText('default/test')
  await page.keyboard.press('f')
  await expect(app.clauses).toHaveText(['src.ns is default', 'src.name is test'])
  await page.goBack()
  await expect(app.clauses).toHaveText(['src.ns is default'])
  await app.table.focus()
  await page.keyboard.press('m')
  const menu = page.getByRole('menu', { name: 'Source' })
  await expect(menu).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(menu).toBeHidden()
  await expect(app.table).toBeFocused()
  await page.keyboard.press('Shift+F')
  await expect(app.clauses).toHaveText(['src.ns is default', 'src.name is not test'])
})

test('axe finds nothing serious among facets and tabs', async ({ app, cluster, page }) => {
  cluster.receiveDemo(60)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(cluster.url)
  const labels = app.facet('Source label')
  await labels.getByRole('button').click()
  await expect(labels.getByRole('listitem').first()).toBeVisible()
  await expectNoSeriousInBothThemes(page)
})

test('on a narrow screen the facets open from a button', async ({ app, cluster, page }) => {
  cluster.receiveDemo(20)
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto(cluster.url)
  await page.getByRole('button', { name: 'Facets', exact: true }).click()
  await app
    .facet('Verdict')
    .getByRole('button', { name: /^Denied leaving, / })
    .click()
  await page.keyboard.press('Escape')
  await expect(app.rows({ verdict: 'Allow' })).toHaveCount(0)
  await expect(app.rows({ verdict: 'Deny' }).first()).toBeVisible()
})

/** The time range in the address, in Unix seconds. */
async function rangeIn(page: Page): Promise<[number, number]> {
  await expect(page).toHaveURL(/time=\d+-\d+/)
  const [from = '', to = ''] = (new URL(page.url()).searchParams.get('time') ?? '').split('-')
  return [Number(from), Number(to)]
}
