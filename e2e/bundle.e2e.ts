/** An incident bundle: written of a denial, and opened in a fresh browser without a network. */
import { readFile } from 'node:fs/promises'

import type { Page } from '@playwright/test'

import { expectNoSerious } from './support/axe.ts'
import { Screen } from './support/screen.ts'
import { expect, test } from './support/test.ts'

test.use({ serviceWorkers: 'allow' })

const NOTES = 'Checkout fails since 22:15.\nTicket 4711: we rolled back, which did not help.'

/** Saves a bundle with the notes, and returns its name and bytes. */
async function saveBundle(page: Page) {
  await page.keyboard.press('Control+s')
  const panel = page.getByRole('dialog', { name: 'Export' })
  await panel.getByRole('radio', { name: /^Incident bundle/ }).check()
  await panel.getByRole('textbox', { name: 'Notes' }).fill(NOTES)
  await expectNoSerious(page, '[role=dialog]')
  const saved = page.waitForEvent('download')
  await panel.getByRole('button', { name: 'Save bundle' }).click()
  const download = await saved
  await expect(panel.getByRole('status')).toContainText('Saved flowtrace-test-cluster-')
  await panel.getByRole('button', { name: 'Close' }).click()
  return { name: download.suggestedFilename(), buffer: await readFile(await download.path()) }
}

test('a bundle of a denial restores query, row and notes in a fresh profile without a network', async ({
  app,
  cluster,
  page,
  browser,
}) => {
  cluster.receiveDemo(20)
  await page.goto(cluster.url)
  await app.expectPreloaded()
  await app.choose('action', 'Deny')
  await app.rows().first().click()
  const headline = page.getByRole('complementary', { name: 'Flow' }).getByRole('heading').first()
  await expect(headline).toContainText('Denied')
  const said = await headline.innerText()
  const { name, buffer } = await saveBundle(page)
  expect(name).toMatch(/^flowtrace-test-cluster-\d{8}T\d{6}Z-\d{8}T\d{6}Z\.zip$/)

  const context = await browser.newContext({ serviceWorkers: 'allow' })
  try {
    const fresh = await context.newPage()
    const there = new Screen(fresh)
    await fresh.goto(cluster.url)
    await there.expectKeptOffline()
    const url = fresh.url()
    await cluster.stopGateway()
    await fresh.goto(url)
    const bundle = { name, mimeType: 'application/zip', buffer }
    await fresh.getByLabel('Capture file').setInputFiles(bundle)

    await expect(there.source).toHaveText('Capture')
    await expect(fresh.getByRole('complementary', { name: 'Flow' }).getByRole('heading').first()).toHaveText(
      said,
    )
    expect(new URL(fresh.url()).searchParams.get('q')).toBe('action = Deny')
    const notes = fresh.getByRole('region', { name: 'Notes of the bundle' })
    await expect(notes).toContainText('Checkout fails since 22:15.')
    await notes.getByRole('button', { name: 'Read all' }).click()
    await expect(notes).toContainText('Ticket 4711')
    await expectNoSerious(fresh, '[aria-label="Notes of the bundle"]')

    // After a reload the page asks for the bundle, and what the reader changed meanwhile stays.
    await fresh.goto(fresh.url().replace(/q=[^&]*/, 'q=action+%3D+Allow'))
    await fresh.getByLabel('Capture file').setInputFiles(bundle)
    await expect(notes).toContainText('Checkout fails since 22:15.')
    expect(new URL(fresh.url()).searchParams.get('q')).toBe('action = Allow')
  } finally {
    await context.close()
  }
})
