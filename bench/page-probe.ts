/** Measures inside a page of a real browser: long tasks, messages between page and worker, and paints. */
import process from 'node:process'

import { type Browser, chromium, type Page } from '@playwright/test'

import { browserArguments } from '../scripts/browser.mjs'
import { formatWhole } from './timing.ts'

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
  /** Resolves with the time of the first task after the next frame, when that frame is painted. */
  readonly nextPaint: () => Promise<number>
}

/** Sets `window.probe`. Runs in the page before its scripts, so that it can wrap the worker classes. */
export function installProbe(): void {
  const probe: PageProbe = {
    tasks: [],
    loadedAt: Number.POSITIVE_INFINITY,
    viewMessages: [],
    nextPaint: () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel()
          port1.addEventListener('message', () => resolve(performance.now()))
          port1.start()
          port2.postMessage(0)
        })
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
      tapMessages(this.port)
    }
  }
  const Dedicated = window.Worker
  window.Worker = class extends Dedicated {
    constructor(...options: ConstructorParameters<typeof Worker>) {
      super(...options)
      tapMessages(this)
    }
  }
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

/** A longest task as text: the browser reports none under 50 ms. */
export function formatTask(milliseconds: number): string {
  return milliseconds === 0 ? 'under 50 ms' : `${formatWhole(milliseconds)} ms`
}
