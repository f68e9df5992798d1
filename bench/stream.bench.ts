/**
 * Streams flows from Goldmane into the page's store, in a real browser: flows per second, beside the time to fetch the
 * same bytes and drop them, and the main thread's longest task meanwhile.
 */
import type { Page } from '@playwright/test'

import { framesOf, startCannedCluster } from './canned-goldmane.ts'
import { formatTask, installProbe, launchBrowser, type LongestTasks, longestTasks } from './page-probe.ts'
import { formatWhole, median } from './timing.ts'
import { traffic } from './traffic.ts'

const FLOWS = 200_000
const KEYS = 2000
const ROUNDS = 3

/** Milliseconds to read the same bytes and drop them: a lower bound for any store. */
async function timeToDrop(page: Page, bytes: number): Promise<number> {
  return page.evaluate(async (wanted) => {
    const started = performance.now()
    const response = await fetch('./goldmane.Flows/Stream', {
      method: 'POST',
      headers: { 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1' },
      // An empty frame head, then start_time_gte = −3585 as a ten-byte varint.
      body: Uint8Array.of(0, 0, 0, 0, 11, 8, 0xff, 0xe3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
    })
    const reader = response.body?.getReader()
    if (reader === undefined) throw new Error('the answer has no body')
    let read = 0
    while (read < wanted) {
      const { value, done } = await reader.read()
      if (done) break
      read += value.length
    }
    await reader.cancel()
    return performance.now() - started
  }, bytes)
}

/** Milliseconds from the navigation until the footer counts the first records (`start`) and all of them (`ms`). */
async function timeToLoad(
  page: Page,
  url: string,
): Promise<{ start: number; ms: number; tasks: LongestTasks }> {
  const started = performance.now()
  await page.goto(url)
  await page.waitForFunction(() =>
    /[1-9][\d,]* records/.test(document.querySelector('footer')?.textContent ?? ''),
  )
  const start = performance.now() - started
  await page.waitForFunction(
    (wanted) => document.querySelector('footer')?.textContent.includes(`${wanted} records`),
    FLOWS.toLocaleString('en-US'),
    { polling: 50, timeout: 120_000 },
  )
  const ms = performance.now() - started
  return { start, ms, tasks: await longestTasks(page) }
}

export async function run(): Promise<void> {
  const made = traffic(FLOWS, KEYS)
  const chunks = framesOf(
    Array.from({ length: FLOWS }, (_, i) => ({ id: ((i * 7919) % KEYS) + 1, flow: made.flow(i) })),
  )
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const cluster = await startCannedCluster(chunks)
  const browser = await launchBrowser()
  const loads: { start: number; ms: number; tasks: LongestTasks }[] = []
  const drops: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    // Each round has its own context, so that it does not find the shared worker of the round before.
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.addInitScript({ content: `(${installProbe.toString()})()` })
    loads.push(await timeToLoad(page, cluster.url))
    drops.push(await timeToDrop(page, bytes))
    await context.close()
  }
  await browser.close()
  await cluster.close()

  const ms = median(loads.map((each) => each.ms))
  const ceiling = median(drops)
  console.log(
    `Stream into the store: ${formatWhole(FLOWS)} flows of ${formatWhole(bytes / FLOWS)} bytes, medians of ${ROUNDS}\n`,
  )
  console.log('| what | figure |')
  console.log('|---|---|')
  console.log(
    `| from opening the page until all is in the store | ${formatWhole(ms)} ms: ${formatWhole(FLOWS / (ms / 1000))} flows/s |`,
  )
  console.log(
    `| of that until the first flows | ${formatWhole(median(loads.map((each) => each.start)))} ms |`,
  )
  console.log(
    `| fetch the same bytes and drop them | ${formatWhole(ceiling)} ms: ${formatWhole(FLOWS / (ceiling / 1000))} flows/s |`,
  )
  console.log(`| store, as a share of that | ${(ceiling / ms).toFixed(2)} |`)
  const longestTask = (phase: keyof LongestTasks): string =>
    formatTask(median(loads.map(({ tasks }) => tasks[phase])))
  console.log(`| main thread's longest task while the page itself starts | ${longestTask('beforeLoaded')} |`)
  console.log(
    `| main thread's longest task after that, flows streaming in (aim: under 50 ms) | ${longestTask('afterLoaded')} |`,
  )
}
