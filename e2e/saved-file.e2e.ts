/** A long export goes through the service worker to the disk while it is written. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { recordLine } from '../src/capture/capture-writer.ts'
import { buildFlow } from '../src/flows/testing/build.ts'
import { expect, test } from './support/test.ts'

test.use({ serviceWorkers: 'allow' })

/** Of so many records the file is longer than the part from which on it is saved while it is written. */
const RECORDS = 30_000

test('a long export is saved while it is written, byte by byte what was opened', async ({
  app,
  cluster,
  page,
}) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'flowtrace-saved-'))
  try {
    const start = 1_790_000_010
    const line = (number: number) =>
      recordLine(
        buildFlow(
          { sourceName: `web-${number % 100}`, destName: 'a-name-as-long-as-they-are-in-clusters'.repeat(3) },
          {
            startTime: start + 15 * Math.floor(number / 100),
            endTime: start + 15 + 15 * Math.floor(number / 100),
          },
        ),
      )
    const capture = path.join(folder, 'long.ndjson')
    writeFileSync(capture, Array.from({ length: RECORDS }, (_, i) => line(i)).join(''))
    await page.goto(cluster.url)
    await app.expectKeptOffline()
    await page.getByLabel('Capture file').setInputFiles(capture)
    await app.expectRecords(RECORDS)

    await page.getByRole('button', { name: 'Export', exact: true }).click()
    const panel = page.getByRole('dialog', { name: 'Export' })
    await panel.getByRole('radio', { name: /^JSON lines/ }).check()
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      panel.getByRole('button', { name: /^Save/ }).click(),
    ])
    expect(saved.url()).toContain('/saved-files/')
    expect(saved.suggestedFilename()).toMatch(/^flowtrace-long-.*\.ndjson$/)
    expect(readFileSync(await saved.path()).equals(readFileSync(capture))).toBe(true)
    await expect(panel.getByRole('status')).toContainText('30,000 records')
    await expect(page.locator('iframe')).toHaveCount(0)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
