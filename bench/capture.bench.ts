/** Opens capture files in a real browser: records a second until all are held, and the main thread's longest task. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

import { toBinary } from '@bufbuild/protobuf'
import { BinaryWriter } from '@bufbuild/protobuf/wire'
import type { Page } from '@playwright/test'

import { flowToMessage } from '../src/wire/testing/flow-to-message.ts'
import { writeFlow } from '../src/capture/write.ts'
import { FlowSchema } from '../src/gen/goldmane/api_pb.ts'
import { startCannedCluster } from './canned-goldmane.ts'
import { formatTask, installProbe, launchBrowser, longestTasks } from './page-probe.ts'
import { formatTable, formatWhole, median } from './timing.ts'
import { traffic } from './traffic.ts'

const RECORDS = 200_000
const KEYS = 11_000
const ROUNDS = 3

/** Milliseconds from giving the file to the page until the footer counts all its records. */
async function timeToOpen(page: Page, file: string): Promise<number> {
  await page.evaluate(
    (wanted) => {
      const footer = document.querySelector('footer')
      if (footer === null) throw new Error('the page has no footer')
      window.probe.tasks = []
      const took = new Promise<number>((resolve) => {
        let started = 0
        const start = (): void => {
          started = performance.now()
        }
        document.addEventListener('change', start, { once: true, capture: true })
        const observer = new MutationObserver(() => {
          if (started === 0 || !footer.textContent.includes(wanted)) return
          observer.disconnect()
          resolve(performance.now() - started)
        })
        observer.observe(footer, { subtree: true, childList: true, characterData: true })
      })
      Object.assign(window, { took })
    },
    `${RECORDS.toLocaleString('en-US')} records`,
  )
  await page.getByLabel('Capture file').setInputFiles(file)
  return page.evaluate(() => (window as unknown as { took: Promise<number> }).took) // left there above
}

export async function run(): Promise<void> {
  const set = traffic(RECORDS, KEYS)
  const flows = Array.from({ length: RECORDS }, (_, i) => set.flow(i))
  const text = Buffer.from(flows.map(writeFlow).join('\n'))
  const delimited = Buffer.concat(
    flows.map((flow) => new BinaryWriter().bytes(toBinary(FlowSchema, flowToMessage(flow))).finish()),
  )
  const folder = await mkdtemp(path.join(tmpdir(), 'flowtrace-bench-'))
  const files = [
    { what: 'NDJSON', aim: '> 80,000/s', name: 'flows.jsonl', bytes: text },
    { what: 'NDJSON.gz', aim: '> 80,000/s', name: 'flows.jsonl.gz', bytes: gzipSync(text, { level: 6 }) },
    { what: 'length-delimited protobuf', aim: '> 200,000/s', name: 'flows.pb', bytes: delimited },
  ]
  const cluster = await startCannedCluster([])
  const browser = await launchBrowser()
  const rows: string[][] = []
  try {
    for (const { what, aim, name, bytes } of files) {
      const file = path.join(folder, name)
      await writeFile(file, bytes)
      const times: number[] = []
      const tasks: number[] = []
      for (let i = 0; i < ROUNDS; i++) {
        const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
        await page.addInitScript({ content: `(${installProbe.toString()})()` })
        await page.goto(cluster.url)
        await page.waitForFunction(() => document.documentElement.dataset['loaded'] === 'all')
        await page.getByRole('contentinfo').waitFor()
        times.push(await timeToOpen(page, file))
        tasks.push((await longestTasks(page)).afterLoaded)
        await page.close()
      }
      rows.push([
        `${what}, ${formatWhole(bytes.length / 1e6)} MB`,
        aim,
        `${formatWhole((RECORDS / median(times)) * 1000)}/s`,
        formatTask(median(tasks)),
      ])
    }
  } finally {
    await browser.close()
    await cluster.close()
    await rm(folder, { recursive: true })
  }
  console.log(
    `Captures of ${formatWhole(RECORDS)} records, opened in the browser; medians of ${ROUNDS}, each in a new page\n`,
  )
  console.log(
    formatTable(['what', 'aim', 'until all is held', "main thread's longest task (aim: under 50 ms)"], rows),
  )
}
