/**
 * Streams flows from Goldmane into the page's store, in a real browser: flows per second, beside the time to fetch the
 * same bytes and drop them, and the main thread's longest task meanwhile.
 */
import type { Page } from '@playwright/test'

import { framesOfTraffic, startCannedCluster } from './canned-goldmane.ts'
import { timeToDrop } from './fetch-and-drop.ts'
import type { Figures } from './figures.ts'
import { launchBrowser, type LongestTasks, longestTasks, newProbedPage, untilRecords } from './page-probe.ts'
import { formatTable, formatWhole, median } from './timing.ts'
import { traffic, type Weight } from './traffic.ts'

/** scripts/bench.mjs measures other builds of the page in turns with this one. */
export const measuresPage = true

const FLOWS = 200_000
const KEYS = 2000
const ROUNDS = 3

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
  await untilRecords(page, FLOWS)
  const ms = performance.now() - started
  return { start, ms, tasks: await longestTasks(page) }
}

async function measure(weight: Weight, figures: Figures): Promise<void> {
  const { chunks, bytes } = framesOfTraffic(traffic(FLOWS, KEYS, weight))
  const cluster = await startCannedCluster(chunks)
  const browser = await launchBrowser()
  const loads: { start: number; ms: number; tasks: LongestTasks }[] = []
  const drops: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    // Each round has its own context, so that it does not find the shared worker of the round before.
    const context = await browser.newContext()
    const page = await newProbedPage(context)
    loads.push(await timeToLoad(page, cluster.url))
    drops.push(await timeToDrop(page, bytes))
    await context.close()
  }
  await browser.close()
  await cluster.close()

  const ms = median(loads.map((each) => each.ms))
  const drop = median(drops)
  const size = `${weight}, ${formatWhole(bytes / FLOWS)} bytes`
  const add = (what: string, value: number, ...aims: readonly { under: number }[]) =>
    figures.add({ what: `${what}, ${size}`, unit: 'ms', aims }, value)
  const longestTask = (phase: keyof LongestTasks): number => median(loads.map(({ tasks }) => tasks[phase]))
  const all = {
    what: `until all is in the store, ${size}`,
    unit: 'ms',
    aims: [{ timesFloor: 400 / 150 }],
  } as const
  const floor = { what: 'fetched and dropped', value: drop }
  console.log(
    `Stream into the store: ${formatWhole(FLOWS)} ${weight} flows, medians of ${ROUNDS}: ${formatWhole(FLOWS / (ms / 1000))}/s, of ${formatWhole(FLOWS / (drop / 1000))}/s fetched and dropped\n`,
  )
  console.log(
    formatTable(
      ['what', 'aim', 'figure'],
      [
        figures.add(all, ms, floor),
        add('until the first flows', median(loads.map((each) => each.start))),
        add('fetch the same bytes and drop them', drop),
        add('longest task while the page itself starts', longestTask('beforeLoaded')),
        add('longest task after that, flows streaming in', longestTask('afterLoaded'), { under: 50 }),
      ],
    ),
  )
}

export async function run(figures: Figures): Promise<void> {
  for (const weight of ['light', 'full'] as const) {
    await measure(weight, figures)
    console.log('')
  }
}
