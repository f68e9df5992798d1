/** Measures inside a page of a real browser: long tasks, messages between page and worker, and paints. */
import process from 'node:process'

import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test'

import { browserArguments } from '../scripts/browser.mjs'

export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM']
  return chromium.launch({
    args: browserArguments(),
    ...(executablePath === undefined ? {} : { executablePath }),
  })
}

/** Milliseconds: the longest task of the main thread before and after all chunks of the page were loaded. */
export interface LongestTasks {
  readonly beforeLoaded: number
  readonly afterLoaded: number
}

/** A view request of the page or the worker's answer to it. */
export interface ViewMessage {
  /** Milliseconds on the page's clock. */
  readonly at: number
  readonly kind: 'request' | 'answer'
  readonly seq: number
  /** The number of records held, in an answer; 0 in a request. */
  readonly records: number
}

/** `window.probe`, which {@link installProbe} sets. Times are milliseconds on the page's clock. */
export interface PageProbe {
  /** Tasks of 50 ms and more, which the browser's observer reports. */
  tasks: { readonly start: number; readonly duration: number }[]
  /** When all chunks were loaded; Infinity until then. */
  loadedAt: number
  readonly viewMessages: ViewMessage[]
  /** The addresses of the scripts that the page started as workers. */
  readonly workerScripts: string[]
  /**
   * Resolves with the time of the first task after the next frame, when that frame is painted. The next frame is the
   * present one while callbacks of `requestAnimationFrame` run.
   */
  readonly nextPaint: () => Promise<number>
}

/** Sets `window.probe`. Runs in the page before its scripts, so that it can wrap the worker classes. */
function installProbe(): void {
  const { port1, port2 } = new MessageChannel()
  const waiting: (() => void)[] = []
  port1.addEventListener('message', () => waiting.shift()?.())
  port1.start()
  /** Calls back in the first task after this frame: rendering is a part of the frame's own task. */
  const afterFrame = (callback: () => void): void => {
    waiting.push(callback)
    port2.postMessage(0)
  }
  const request = window.requestAnimationFrame.bind(window)
  let isInFrame = false
  window.requestAnimationFrame = (callback) =>
    request((time) => {
      if (!isInFrame) afterFrame(() => (isInFrame = false))
      isInFrame = true
      callback(time)
    })
  const probe: PageProbe = {
    tasks: [],
    loadedAt: Number.POSITIVE_INFINITY,
    viewMessages: [],
    workerScripts: [],
    nextPaint: () =>
      new Promise((resolve) => {
        const done = () => afterFrame(() => resolve(performance.now()))
        if (isInFrame) done()
        else requestAnimationFrame(done)
      }),
  }
  Object.assign(window, { probe })
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) probe.tasks.push({ start: startTime, duration })
  }).observe({ type: 'longtask', buffered: true })
  new MutationObserver((_changes, observer) => {
    if (document.documentElement?.dataset['loaded'] !== 'all') return
    observer.disconnect()
    probe.loadedAt = performance.now()
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-loaded'] })
  const note = (kind: ViewMessage['kind'], seq: number, records: number): number =>
    probe.viewMessages.push({ at: performance.now(), kind, seq, records })
  const tapMessages = (port: MessagePort | Worker): void => {
    const post = port.postMessage.bind(port)
    port.postMessage = (message: { type: string; seq: number }, ...rest: never[]) => {
      if (message.type === 'view') note('request', message.seq, 0)
      post(message, ...rest)
    }
    port.addEventListener('message', (event) => {
      const { data } = event as MessageEvent<{
        type: string
        seq: number
        status: { holdings: { records: number } }
      }>
      if (data.type === 'view') note('answer', data.seq, data.status.holdings.records)
    })
  }
  const Shared = window.SharedWorker
  window.SharedWorker = class extends Shared {
    constructor(...options: ConstructorParameters<typeof SharedWorker>) {
      super(...options)
      probe.workerScripts.push(new URL(options[0], document.baseURI).href)
      tapMessages(this.port)
    }
  }
  const Dedicated = window.Worker
  window.Worker = class extends Dedicated {
    constructor(...options: ConstructorParameters<typeof Worker>) {
      super(...options)
      probe.workerScripts.push(new URL(options[0], document.baseURI).href)
      tapMessages(this)
    }
  }
}

/** Opens a page with the probe in it. */
export async function newProbedPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await page.addInitScript({ content: `(${installProbe.toString()})()` })
  return page
}

/** Resolves when the footer counts so many records, with milliseconds since the navigation. */
export async function untilRecords(page: Page, records: number): Promise<number> {
  const held = await page.waitForFunction(
    (wanted) =>
      document.querySelector('footer')?.textContent.includes(`${wanted} records`) === true &&
      performance.now(),
    records.toLocaleString('en-US'),
    { polling: 'raf', timeout: 240_000 },
  )
  return Number(await held.jsonValue())
}

/** Resolves when all chunks of the page are loaded, so that no act waits for the network. */
export async function untilLoaded(page: Page): Promise<void> {
  await page.waitForFunction(() => document.documentElement.dataset['loaded'] === 'all')
}

declare global {
  interface Window {
    probe: PageProbe
  }
}

/** The longest tasks since the page opened; 0 where no task took 50 ms. */
export async function longestTasks(page: Page): Promise<LongestTasks> {
  return page.evaluate(() => {
    const { tasks, loadedAt } = window.probe
    const longest = (isIncluded: (start: number) => boolean): number =>
      Math.max(0, ...tasks.filter(({ start }) => isIncluded(start)).map(({ duration }) => duration))
    return {
      beforeLoaded: longest((start) => start < loadedAt),
      afterLoaded: longest((start) => start >= loadedAt),
    }
  })
}

/** The longest task that began between two times of the page's clock; 0 where none took 50 ms. */
export async function longestTaskBetween(page: Page, from: number, to: number): Promise<number> {
  return page.evaluate(
    ([first, last]) =>
      Math.max(
        0,
        ...window.probe.tasks
          .filter(({ start }) => start >= first && start < last)
          .map(({ duration }) => duration),
      ),
    [from, to] as const,
  )
}
