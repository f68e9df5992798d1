/**
 * Times an act of the reader in a page: from the browser's time stamp of the key press or click until the frame that shows
 * its outcome is painted. The act itself is a real one, which the driver sends through the browser.
 */
import { setTimeout as pause } from 'node:timers/promises'

import type { Page } from '@playwright/test'

/** What an act changes, read from the page's roles; the act is done when it differs and no row is a placeholder. */
export type Outcome =
  /** The number of rows, or the first one. */
  | 'rows'
  /** Whether the last row is drawn. */
  | 'last row'
  | 'first row'
  /** The headline of the answer that is open. */
  | 'headline'
  /** The text of the query bar. */
  | 'query'
  /** The text of the body, of pages that measure a floor. */
  | 'body'

/** An act that changed nothing by then has failed. */
const MAX_WAIT_MS = 15_000
/** At 60 frames a second. */
const FRAME_MS = 1000 / 60

/** Runs in the page: sets `window.timedAct` to a promise of milliseconds. */
function armTimer({ outcome, maxWait }: { outcome: Outcome; maxWait: number }): void {
  const { body } = document
  const rowOf = (index: number): Element | null =>
    body.querySelector(`[role=grid] [role=row][aria-rowindex="${index}"]:not([aria-busy])`)
  const readers: Readonly<Record<Outcome, () => string | null>> = {
    rows: () => {
      const grid = document.querySelector('[role=grid]')
      if (grid?.querySelector('[aria-busy=true]') !== null) return null
      return `${grid.getAttribute('aria-rowcount')} ${grid.querySelector('[aria-rowindex]:not([aria-rowindex="1"])')?.textContent}`
    },
    'first row': () => String(rowOf(2) !== null),
    'last row': () => {
      const count = document.querySelector('[role=grid]')?.getAttribute('aria-rowcount')
      return String(rowOf(Number(count)) !== null)
    },
    headline: () => document.querySelector('aside[aria-label=Flow] h2')?.textContent ?? null,
    query: () => document.querySelector('search [role=textbox]')?.textContent ?? null,
    body: () => body.textContent,
  }
  const read = readers[outcome]
  const before = read()
  const timed = new Promise<number>((resolve, reject) => {
    let started = Number.NaN
    const onInput = (event: Event): void => {
      if (Number.isNaN(started)) started = event.timeStamp
    }
    for (const type of ['keydown', 'click'])
      window.addEventListener(type, onInput, { capture: true, once: true })
    const observer = new MutationObserver(() => {
      if (Number.isNaN(started)) return
      const now = read()
      if (now === null || now === before) return
      observer.disconnect()
      clearTimeout(failing)
      void window.probe.nextPaint().then((painted) => resolve(painted - started))
    })
    const failing = setTimeout(() => {
      observer.disconnect()
      reject(new Error(`the ${outcome} did not change: ${before}`))
    }, maxWait)
    observer.observe(body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    })
  })
  // Reported where it is awaited.
  timed.catch(() => {})
  Object.assign(window, { timedAct: timed })
}

/** Resolves when the page has nothing to do, so that an act does not pay for the one before. */
export async function untilIdle(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestIdleCallback(() => resolve(), { timeout: 2000 }))
      }),
  )
}

/** Milliseconds from the first key press or click of `act` to the paint of its outcome. */
export async function timeAct(page: Page, outcome: Outcome, act: () => Promise<unknown>): Promise<number> {
  await untilIdle(page)
  await page.evaluate(armTimer, { outcome, maxWait: MAX_WAIT_MS })
  // An act waits for the next frame: without a pause it would always begin at the same time after the last one.
  await pause(Math.random() * FRAME_MS)
  await act()
  return page.evaluate(() => (window as unknown as { timedAct: Promise<number> }).timedAct) // left there above
}
