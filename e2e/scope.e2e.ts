import { writeFlow } from '../src/capture/write.ts'
import { buildFlow } from '../src/flows/testing/build.ts'
import { expectNoSerious } from './support/axe.ts'
import { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

const WEB_TO_API = buildFlow()
const WEB_TO_OLD_API = buildFlow({ sourceName: 'legacy-*' }, { destLabels: ['app=old-api'] })
const API_TO_DB = buildFlow({
  sourceName: 'api-*',
  sourceNamespace: 'backend',
  destName: 'db-0',
  destNamespace: 'db',
  destPort: 5432,
})

test.describe('a scope', () => {
  test.beforeEach(({ cluster }) => {
    cluster.receive(WEB_TO_API, 4)
    cluster.receive(API_TO_DB, 4)
    cluster.receive(API_TO_DB, 3)
    cluster.receive(WEB_TO_OLD_API, 3)
  })

  test('set with the mouse, only what matches is held; cleared, everything is again', async ({
    app,
    cluster,
    page,
  }) => {
    await page.goto(cluster.url)
    await app.expectRecords(4)
    await expect(app.scope).toHaveCount(0)
    await app.streamOnly('test cluster', 'dst.ns = backend')
    await expect(app.scope).toHaveText('onlydst.ns = backend')
    await app.expectRecords(2)
    await expect(app.rows()).toHaveCount(2)
    await app.expectRow({ source: 'frontend/web-*', destination: 'backend/api-*' })
    await expect(app.footer, 'Goldmane sends nothing else').not.toContainText('left out')
    await expect(app.query, 'the filter is another thing').toHaveText(/^Type a query/)

    await test.step('what comes in later is limited too', async () => {
      cluster.receive(WEB_TO_API)
      cluster.receive(API_TO_DB)
      cluster.advance(2)
      await app.expectRow({ source: 'frontend/web-*', connections: '4' })
      await app.expectRecords(3)
    })

    await app.scope.getByRole('button', { name: 'Stream everything again' }).click()
    await expect(app.scope).toHaveCount(0)
    await app.expectRow({ destination: 'db/db-0' })
    await app.expectRecords(6)
  })

  test('what Goldmane cannot filter is dropped here, and counted; labels decide record by record', async ({
    app,
    cluster,
    page,
  }) => {
    await page.goto(cluster.url)
    await page.getByRole('button', { name: 'test cluster' }).click()
    await page.getByRole('menuitem', { name: 'Stream only…' }).click()
    const field = app.scopePanel.getByRole('combobox', { name: 'Scope' })
    await expect(field).toBeFocused()
    await page.keyboard.type('dst.ns = backend and dst.label.app = api')
    await expect(app.scopePanel.getByRole('definition')).toHaveText([
      'dst.ns = backend',
      'by dst.label.app = api',
    ])
    await expect(app.scopePanel).toContainText('1 of 4 records held now match')
    await expectNoSerious(page)
    await page.keyboard.press('Enter')
    await expect(app.footer).toContainText('1 record')
    await app.expectRow({ source: 'frontend/web-*' })
    await expect(app.footer).toContainText('1 left out by the scope')
  })

  test('completes fields, values held, and values of Goldmane’s last hour', async ({
    app,
    cluster,
    page,
  }) => {
    // In the current bucket, which the hints include and the stream does not.
    cluster.receive(buildFlow({ destNamespace: 'billing' }))
    await page.goto(cluster.url)
    await app.expectRecords(4)
    await page.getByRole('button', { name: 'test cluster' }).click()
    await page.getByRole('menuitem', { name: 'Stream only…' }).click()
    const field = app.scopePanel.getByRole('combobox', { name: 'Scope' })
    await field.fill('dst.n')
    await expect.poll(async () => app.scopeOffers()).toContain('dst.ns (Destination namespace)')
    await field.fill('port = 80 and dst.ns = b')
    await expect
      .poll(async () => app.scopeOffers())
      .toEqual([
        'port = 80 and dst.ns = backend (2 held)',
        'port = 80 and dst.ns = db (2 held)',
        'port = 80 and dst.ns = billing (in the last hour)',
      ])
    await expectNoSerious(page)
  })

  test('survives a reconnect: nothing twice, nothing missing, nothing else', async ({
    app,
    cluster,
    page,
  }) => {
    await page.goto(`${cluster.url}?scope=dst.label.app+%3D+api+and+dst.ns+%3D+backend`)
    await app.expectRow({ source: 'frontend/web-*', connections: '2' })
    await cluster.stopGateway()
    await expect(app.source).toHaveText('Not connected')
    cluster.receive(WEB_TO_API)
    cluster.receive(WEB_TO_OLD_API)
    cluster.receive(API_TO_DB)
    cluster.advance(3)
    await cluster.startGateway()
    await app.expectRow({ source: 'frontend/web-*', connections: '4' })
    await expect(app.rows()).toHaveCount(1)
    await expect(app.footer).toContainText('2 left out by the scope')
  })

  test('the link reproduces it, and tabs with other scopes hold other flows', async ({
    app,
    cluster,
    context,
    page,
  }) => {
    await page.goto(cluster.url)
    await app.streamOnly('test cluster', 'dst.ns = (backend)')
    await expect(page).toHaveURL(/\?scope=dst\.ns/)
    const colleague = new Screen(await context.newPage())
    await colleague.page.goto(page.url())
    await expect(colleague.scope).toHaveText('onlydst.ns = backend')
    await colleague.expectRecords(2)
    expect(cluster.goldmane.streams, 'the same scope is streamed once').toBe(1)

    await colleague.streamOnly('test cluster', 'dst.ns = db')
    await colleague.expectRecords(2)
    await colleague.expectRow({ destination: 'db/db-0' })
    await expect(app.rows({ destination: 'backend/api-*' })).toHaveCount(2)
    await app.expectRecords(2)
    expect(cluster.goldmane.streams).toBe(1)

    await colleague.page.goBack()
    await expect(colleague.scope).toHaveText('onlydst.ns = backend')
    await colleague.expectRow({ source: 'frontend/web-*' })
    await expect.poll(() => cluster.goldmane.streams, 'nobody wants the other one').toBe(1)
  })

  test('that is not a query is reported when a link has it, and everything is received', async ({
    app,
    cluster,
    page,
  }) => {
    await page.goto(`${cluster.url}?scope=dst.ns+%3D+backend+and+seen+%3C+5m`)
    await expect(page.getByRole('alert')).toContainText('the scope “dst.ns = backend and seen < 5m”')
    await expect(page.getByRole('alert')).toContainText('so that all flows are received')
    await expect(app.scope).toHaveCount(0)
    await app.expectRecords(4)
  })

  test('with a mistake is not applied; its suggestion is', async ({ app, cluster, page }) => {
    await page.goto(cluster.url)
    await page.getByRole('button', { name: 'test cluster' }).click()
    await page.getByRole('menuitem', { name: 'Stream only…' }).click()
    const field = app.scopePanel.getByRole('combobox', { name: 'Scope' })
    await field.fill('dst.nss = backend')
    await expect(app.scopePanel).toContainText('There is no field dst.nss.')
    await field.press('Enter')
    await expect(field).toHaveAttribute('aria-invalid', 'true')
    await expect(field).toHaveAccessibleDescription(/There is no field/)
    await app.scopePanel.getByRole('button', { name: 'dst.ns', exact: true }).click()
    await expect(field).toHaveValue('dst.ns = backend')
    await field.fill('seen < 5m')
    await field.press('Enter')
    await expect(app.scopePanel).toContainText('A scope cannot ask for seen')
    await expectNoSerious(page)
    await page.keyboard.press('Escape')
    await expect(app.scopePanel).toBeHidden()
    await expect(page.getByRole('button', { name: 'test cluster' })).toBeFocused()
    await expect(app.scope).toHaveCount(0)
  })

  test('is named by an empty screen, whether nothing came or the filter takes all of it away', async ({
    app,
    cluster,
    page,
  }) => {
    await page.goto(`${cluster.url}?scope=src.label.app+%3D+nowhere`)
    await expect(page.getByRole('heading', { name: /no flows of the scope yet/ })).toBeVisible()
    const note = page.getByRole('note', { name: 'Scope' })
    await expect(note).toContainText(
      'Only src.label.app = nowhere is received; 4 records came and did not match it',
    )

    await note.getByRole('button', { name: 'Change the scope' }).click()
    await app.scopePanel.getByRole('combobox', { name: 'Scope' }).fill('dst.ns = db')
    await page.keyboard.press('Enter')
    await app.expectRow({ destination: 'db/db-0' })
    await app.query.fill('dst.ns = backend')
    await app.query.press('Enter')
    await expect(page.getByRole('heading', { name: 'No record matches the filter' })).toBeVisible()
    await expect(note).toContainText('Only dst.ns = db is received')
    await expectNoSerious(page)
    await note.getByRole('button', { name: 'Stream everything' }).click()
    await expect(app.rows({ destination: 'backend/api-*' })).toHaveCount(2)
  })

  test('is a command: set and cleared without the mouse', async ({ app, cluster, page }) => {
    await page.goto(cluster.url)
    await app.expectShortcuts()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('stream only')
    await page.keyboard.press('Enter')
    await expect(app.scopePanel.getByRole('combobox', { name: 'Scope' })).toBeFocused()
    await page.keyboard.type('dst.ns = db')
    await page.keyboard.press('Enter')
    await expect(app.scope).toHaveText('onlydst.ns = db')
    await app.expectRecords(2)
    await page.keyboard.press('Control+k')
    await page.keyboard.type('stream everything')
    await page.keyboard.press('Enter')
    await expect(app.scope).toHaveCount(0)
    await app.expectRecords(4)
  })

  test('does not apply to a capture: the screen says that it is read whole', async ({
    app,
    cluster,
    page,
  }) => {
    await page.goto(`${cluster.url}?scope=dst.ns+%3D+db`)
    await app.expectRecords(2)
    await app.openCapture({
      name: 'flows.jsonl',
      text: [WEB_TO_API, API_TO_DB, WEB_TO_OLD_API].map((flow) => writeFlow(flow)).join('\n'),
    })
    await app.expectRecords(3)
    await expect(app.scope).toHaveText('scope not applied: a capture is read whole')
    await page.getByRole('button', { name: 'flows.jsonl' }).click()
    await expect(page.getByRole('menuitem', { name: 'Stream only…' })).toHaveCount(0)
    await page.getByRole('menuitem', { name: 'Back to test cluster' }).click()
    await expect(app.scope).toHaveText('onlydst.ns = db')
    await app.expectRecords(2)
  })

  test('stays usable on 320 px', async ({ app, cluster, page }) => {
    await page.setViewportSize({ width: 320, height: 640 })
    await page.goto(`${cluster.url}?scope=dst.ns+%3D+backend+and+not+src.ns+%3D+(kube-system,+calico-system)`)
    await app.expectRecords(2)
    await app.scope.getByRole('button', { name: 'Change the scope' }).click()
    await expect(app.scopePanel).toBeVisible()
    await expect(app.scopePanel.getByRole('button', { name: 'Stream only this' })).toBeInViewport({
      ratio: 1,
    })
    await app.expectNoSidewaysScroll()
    await page.keyboard.press('Escape')
    await expect(app.scope.getByRole('button', { name: 'Change the scope' })).toBeFocused()
  })
})
