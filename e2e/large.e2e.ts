import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

import { writeFlow } from '../src/capture/write.ts'
import { buildFlow } from '../src/flows/testing/build.ts'
import { expect, test } from './support/test.ts'

const KEYS = 1000
const BUCKETS = 200
const FIRST = 1_790_000_010

/** 200,000 records of 1,000 flows: flow n goes to port n, and every tenth is denied. */
function* lines(): Generator<string> {
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    for (let key = 0; key < KEYS; key++) {
      const startTime = FIRST + bucket * 15
      const flow = buildFlow(
        { destPort: key + 1, action: key % 10 === 0 ? 'Deny' : 'Allow' },
        { startTime, endTime: startTime + 15 },
      )
      yield `${writeFlow(flow)}\n`
    }
  }
}

test('a capture of 200,000 records: counted, filtered, sorted, and scrolled to both ends and back', async ({
  app,
  cluster,
  page,
}) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'flowtrace-large-'))
  try {
    const file = path.join(folder, 'large.jsonl.gz')
    await pipeline(Readable.from(lines()), createGzip({ level: 1 }), createWriteStream(file))
    await page.goto(`${cluster.url}?rows=intervals&sort=port`)
    await page.getByLabel('Capture file').setInputFiles(file)
    await expect(app.footer).toContainText('200,000 records', { timeout: 45_000 })
    await expect(app.source).toHaveText('Capture')
    await expect(app.table).toHaveAttribute('aria-rowcount', '200001')
    const rowAt = (place: number) => app.table.locator(`[aria-rowindex="${place + 1}"]`)
    await expect(rowAt(1)).toContainText('tcp 1')

    await app.table.focus()
    await page.keyboard.press('End')
    await expect(rowAt(200_000)).toContainText('tcp 1000')
    await page.keyboard.press('Home')
    await expect(rowAt(1)).toContainText('tcp 1')
    await page.keyboard.press('PageDown')
    await expect(rowAt(1)).toHaveCount(1)

    await app.choose('action', 'Deny')
    await expect(app.table).toHaveAttribute('aria-rowcount', '20001')
    await app.expectCount('20,000 of 200,000 records')
    await app.table.getByRole('button', { name: 'Port', exact: true }).click()
    await expect(rowAt(1)).toContainText('tcp 991')
  } finally {
    await rm(folder, { recursive: true })
  }
})
