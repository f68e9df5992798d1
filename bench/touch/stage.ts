/** A browser whose page holds all records of a canned cluster, and what was seen while they streamed in. */
import type { Browser, BrowserContext, Page } from '@playwright/test'

import { type CannedCluster, framesOfTraffic, startCannedCluster } from '../canned-goldmane.ts'
import { launchBrowser, longestTaskBetween, newProbedPage, untilLoaded, untilRecords } from '../page-probe.ts'
import { traffic } from '../traffic.ts'
import { type FirstRow, openFirstTime } from './first-row.ts'

export const VIEWPORT = { width: 1440, height: 900 }
const KEYS = 11_000

/** What a page does while its flows stream in, from the first row until all are held. */
export interface Streaming {
  readonly first: FirstRow
  /** Milliseconds from the navigation until the footer counts all records. */
  readonly allHeld: number
  /** The share of the time, in percent, in which the main thread had a task (CDP `TaskDuration`). */
  readonly busy: number
  /** Milliseconds; 0 where no task took 50 ms. */
  readonly longestTask: number
}

/** Counts the time in which the main thread has tasks. One session for both readings: another one counts from 0. */
async function watchTasks(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    const valueOf = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN
    return { tasks: valueOf('TaskDuration'), at: valueOf('Timestamp') }
  }
  const before = await read()
  return async () => {
    const after = await read()
    await session.detach()
    return (100 * (after.tasks - before.tasks)) / (after.at - before.at)
  }
}

export class Stage {
  readonly records: number
  /** Bytes of all frames. */
  readonly bytes: number
  readonly browser: Browser
  readonly #cluster: CannedCluster

  private constructor(records: number, bytes: number, browser: Browser, cluster: CannedCluster) {
    this.records = records
    this.bytes = bytes
    this.browser = browser
    this.#cluster = cluster
  }

  /** Serves so many records of about 1 kB. */
  static async open(records: number): Promise<Stage> {
    const { chunks, bytes } = framesOfTraffic(traffic(records, Math.min(KEYS, records), 'full'))
    const cluster = await startCannedCluster(chunks)
    return new Stage(records, bytes, await launchBrowser(), cluster)
  }

  get url(): string {
    return this.#cluster.url
  }

  /** A page in a context of its own, which finds neither a cache nor the shared worker of another. */
  async newPage(): Promise<{ context: BrowserContext; page: Page }> {
    const context = await this.browser.newContext({ viewport: VIEWPORT })
    return { context, page: await newProbedPage(context) }
  }

  /** Milliseconds from the navigation's start, with nothing but the first row waited for. */
  async firstRow(): Promise<FirstRow> {
    const { context, page } = await this.newPage()
    const first = await this.openFirst(page)
    await context.close()
    return first
  }

  /** Opens the page, and resolves when its first row is painted. */
  async openFirst(page: Page): Promise<FirstRow> {
    return openFirstTime(page, this.url)
  }

  /** Loads the page until all is held. */
  async load(page: Page): Promise<Streaming> {
    const first = await this.openFirst(page)
    const busyPercent = await watchTasks(page)
    const allHeld = await untilRecords(page, this.records)
    const busy = await busyPercent()
    await untilLoaded(page)
    const longestTask = await longestTaskBetween(page, first.ms, allHeld)
    return { first, allHeld, busy, longestTask }
  }

  async close(): Promise<void> {
    await this.browser.close()
    await this.#cluster.close()
  }
}
