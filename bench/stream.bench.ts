/**
 * From Goldmane's stream into the page's store, in a real browser: flows per second, beside the time to fetch the same
 * bytes and drop them, and the longest that the main thread was away meanwhile.
 */
import type { Page } from '@playwright/test'

import {
  framesOf,
  launchBrowser,
  median,
  round,
  startBenchmark,
  longest,
  type Tasks,
  tasksOf,
  watch,
} from './canned.ts'
import { traffic } from './traffic.ts'

const FLOWS = 200_000
const KEYS = 2000
const ROUNDS = 3

/** Reads the same stream to the same length and drops it: what no store can be faster than. */
async function drop(page: Page, bytes: number): Promise<number> {
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

/** From the navigation until the page says that it holds all: the page's own start is in it, and is measured beside. */
async function load(page: Page, url: string): Promise<{ start: number; ms: number; tasks: Tasks }> {
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
  return { start, ms, tasks: await tasksOf(page) }
}

export async function run(): Promise<void> {
  const made = traffic(FLOWS, KEYS)
  const chunks = framesOf(
    Array.from({ length: FLOWS }, (_, i) => ({ id: ((i * 7919) % KEYS) + 1, flow: made.flow(i) })),
  )
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const benchmark = await startBenchmark(chunks)
  const browser = await launchBrowser()
  const loads: { start: number; ms: number; tasks: Tasks }[] = []
  const drops: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    // A context of its own, so that no round finds the shared worker of the one before.
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.addInitScript({ content: `(${watch.toString()})()` })
    loads.push(await load(page, benchmark.url))
    drops.push(await drop(page, bytes))
    await context.close()
  }
  await browser.close()
  await benchmark.close()

  const ms = median(loads.map((each) => each.ms))
  const ceiling = median(drops)
  console.log(
    `Stream into the store: ${round(FLOWS)} flows of ${round(bytes / FLOWS)} bytes, medians of ${ROUNDS}\n`,
  )
  console.log('| what | figure |')
  console.log('|---|---|')
  console.log(
    `| from opening the page until all is in the store | ${round(ms)} ms: ${round(FLOWS / (ms / 1000))} flows/s |`,
  )
  console.log(`| of that until the first flows | ${round(median(loads.map((each) => each.start)))} ms |`)
  console.log(
    `| fetch the same bytes and drop them | ${round(ceiling)} ms: ${round(FLOWS / (ceiling / 1000))} flows/s |`,
  )
  console.log(`| store, as a share of that | ${(ceiling / ms).toFixed(2)} |`)
  const longestTask = (phase: keyof Tasks): string => longest(median(loads.map(({ tasks }) => tasks[phase])))
  console.log(`| main thread's longest task while the page itself starts | ${longestTask('starting')} |`)
  console.log(
    `| main thread's longest task after that, flows streaming in (aim: under 50 ms) | ${longestTask('standing')} |`,
  )
}
