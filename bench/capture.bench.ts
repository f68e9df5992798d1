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
import type { Figures } from './figures.ts'
import { launchBrowser, longestTasks, newProbedPage, untilLoaded } from './page-probe.ts'
import { formatTable, formatWhole, median } from './timing.ts'
import { traffic, type Weight } from './traffic.ts'

/** scripts/bench.mjs measures other builds of the page in turns with this one. */
export const measuresPage = true

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

/** The aims, in records a second. */
const MIN_RATES: Readonly<Record<Weight, { text: number; protobuf: number }>> = {
  light: { text: 80_000, protobuf: 200_000 },
  full: { text: 60_000, protobuf: 140_000 },
}

/** The traffic in each format. */
function capturesOf(weight: Weight) {
  const set = traffic(RECORDS, KEYS, weight)
  const flows = Array.from({ length: RECORDS }, (_, i) => set.flow(i))
  const text = Buffer.from(flows.map(writeFlow).join('\n'))
  const delimited = Buffer.concat(
    flows.map((flow) => new BinaryWriter().bytes(toBinary(FlowSchema, flowToMessage(flow))).finish()),
  )
  const over = MIN_RATES[weight]
  return [
    { what: 'NDJSON', over: over.text, name: 'flows.jsonl', bytes: text },
    { what: 'NDJSON.gz', over: over.text, name: 'flows.jsonl.gz', bytes: gzipSync(text, { level: 6 }) },
    { what: 'length-delimited protobuf', over: over.protobuf, name: 'flows.pb', bytes: delimited },
  ]
}

export async function run(figures: Figures): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'flowtrace-bench-'))
  const cluster = await startCannedCluster([])
  const browser = await launchBrowser()
  const rows: (readonly string[])[] = []
  try {
    for (const weight of ['light', 'full'] as const) {
      for (const { what, over, name, bytes } of capturesOf(weight)) {
        const file = path.join(folder, name)
        await writeFile(file, bytes)
        const times: number[] = []
        const tasks: number[] = []
        for (let i = 0; i < ROUNDS; i++) {
          const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
          const page = await newProbedPage(context)
          await page.goto(cluster.url)
          await untilLoaded(page)
          await page.getByRole('contentinfo').waitFor()
          times.push(await timeToOpen(page, file))
          tasks.push((await longestTasks(page)).afterLoaded)
          await context.close()
        }
        const size = `${what}, ${weight}, ${formatWhole(bytes.length / RECORDS)} bytes each`
        rows.push(
          figures.add({ what: size, unit: '/s', aims: [{ over }] }, (RECORDS / median(times)) * 1000),
          figures.add({ what: `longest task, ${size}`, unit: 'ms', aims: [{ under: 50 }] }, median(tasks)),
        )
      }
    }
  } finally {
    await browser.close()
    await cluster.close()
    await rm(folder, { recursive: true })
  }
  console.log(
    `Captures of ${formatWhole(RECORDS)} records, opened in the browser until all is held; medians of ${ROUNDS}, each in a new page\n`,
  )
  console.log(formatTable(['what', 'aim', 'figure'], rows))
}
