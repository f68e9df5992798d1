import type { Page } from '@playwright/test'

import { buildFlow } from '../src/flows/testing/build.ts'
import { expectNoSeriousInBothThemes } from './support/axe.ts'
import type { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

const MARKED = '?rows=flows&highlight=dst.ns+%3D+backend'

async function save(page: Page, app: Screen, query: string, name: string): Promise<void> {
  await app.query.fill(query)
  await app.query.press('Enter')
  await page.getByRole('button', { name: /^Saved/ }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: `Delete ${name}` })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
}

test.beforeEach(({ cluster }) => {
  for (const destNamespace of ['backend', 'db', 'web']) cluster.receive(buildFlow({ destNamespace }), 4)
  cluster.receive(buildFlow({ destNamespace: 'backend', destPort: 443 }), 4)
})

test('a saved query highlights its rows and keeps the others; a click ends it, and back restores it', async ({
  app,
  cluster,
  page,
}) => {
  await page.goto(`${cluster.url}?rows=flows`)
  await expect(app.rows()).toHaveCount(4)
  await save(page, app, 'dst.ns = backend', 'To the backend')

  await page.getByRole('button', { name: 'Saved 1' }).click()
  await page.getByRole('button', { name: 'Highlight matches of To the backend' }).click()
  await expect(app.highlightedRows('Highlighted')).toHaveCount(2)
  await expect(app.rows()).toHaveCount(4)
  await expect(app.highlight).toContainText('To the backend')
  await expect(app.highlight).toContainText('2 of 4 rows shown are highlighted · 2 in all')
  await expect(app.clauses).toHaveCount(0)

  await page.getByRole('button', { name: 'Saved 1' }).click()
  const toggle = page.getByRole('button', { name: 'Highlight matches of To the backend' })
  await expect(toggle).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Stop highlighting To the backend' }).click()
  await expect(app.highlight).toHaveCount(0)
  await expect(app.highlightedRows('Highlighted')).toHaveCount(0)
  await page.goBack()
  await expect(app.highlightedRows('Highlighted')).toHaveCount(2)
})

test('the link opens with the same highlight for a colleague, under another filter too', async ({
  app,
  cluster,
  page,
}) => {
  await page.goto(`${cluster.url}${MARKED}&q=port+%3D+80`)
  await expect(app.rows()).toHaveCount(3)
  await expect(app.highlightedRows('Highlighted')).toHaveCount(1)
  await expect(app.highlight).toContainText('dst.ns = backend')
  await expect(app.highlight).toContainText('1 of 3 rows shown is highlighted · 1 in all')
})

test('a link whose highlight is not a query says so and highlights nothing', async ({
  app,
  cluster,
  page,
}) => {
  await page.goto(`${cluster.url}?rows=flows&highlight=dst.nss+%3D+backend`)
  await expect(app.rows()).toHaveCount(4)
  await expect(page.getByText('the highlight “dst.nss = backend”')).toBeVisible()
  await expect(app.highlightedRows('Highlighted')).toHaveCount(0)
})

test('a row of several flows of which only one is known is shown as unknown', async ({
  app,
  cluster,
  page,
}) => {
  cluster.receive(buildFlow({ destNamespace: 'backend', destServiceName: 'api-canary' }), 3)
  await page.goto(`${cluster.url}?rows=signatures&highlight=service+%3D+api`)
  await expect(app.rows()).toHaveCount(4)
  await expect(app.highlightedRows('Highlighted')).toHaveCount(3)
  await expect(app.highlightedRows('Not known whether it matches')).toHaveCount(1)
  await expect(app.highlight).toContainText(
    '3 of 4 rows shown are highlighted; of 1 it cannot be told · 4 in all',
  )
})

test('rows of two lines are highlighted too, and nothing scrolls sideways', async ({
  app,
  cluster,
  page,
}) => {
  await page.setViewportSize({ width: 320, height: 900 })
  await page.goto(`${cluster.url}${MARKED}`)
  await expect(app.highlightedRows('Highlighted')).toHaveCount(2)
  await app.expectNoSidewaysScroll()
})

test('axe finds nothing serious about marked rows', async ({ app, cluster, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(`${cluster.url}${MARKED}`)
  await expect(app.highlightedRows('Highlighted')).toHaveCount(2)
  await expect(app.highlight).toContainText('in all')
  await expectNoSeriousInBothThemes(page)
})
