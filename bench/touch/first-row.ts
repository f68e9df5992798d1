/** From the navigation's start to the paint of the first row, and what was loaded until then. */
import type { Page } from '@playwright/test'

export interface FirstRow {
  /** Milliseconds. */
  readonly ms: number
  /** The document, its resources and the workers' scripts, whose loading had ended. */
  readonly requests: number
  /** Of these bodies, as they were encoded for the wire; without headers, and without the stream of flows. */
  readonly bytes: number
}

/** Runs in the page before its scripts: sets `window.firstRow` to a promise of milliseconds since the navigation. */
function watchFirstRow(): void {
  const ROW = '[role=grid] [role=row][aria-rowindex="2"]:not([aria-busy])'
  const firstRow = new Promise<number>((resolve) => {
    const observer = new MutationObserver(() => {
      if (document.querySelector(ROW) === null) return
      observer.disconnect()
      void window.probe.nextPaint().then(resolve)
    })
    observer.observe(document, { subtree: true, childList: true, attributes: true })
  })
  Object.assign(window, { firstRow })
}

/**
 * Runs in the page. Counts by resource timing what had been loaded by then. A page has no timing of what a worker loads: its
 * script, and the scripts which that imports, are fetched once more and counted where the page did not load them itself.
 */
async function countLoaded(until: number): Promise<{ requests: number; bytes: number }> {
  const loaded = new Map<string, number>()
  for (const entry of performance.getEntries()) {
    // A navigation's entry is of this class, too. The stream of flows has no end before the first row.
    if (entry instanceof PerformanceResourceTiming && entry.responseEnd > 0 && entry.responseEnd <= until)
      loaded.set(entry.name, entry.encodedBodySize)
  }
  const scripts = [...window.probe.workerScripts]
  for (let script = scripts.pop(); script !== undefined; script = scripts.pop()) {
    if (loaded.has(script)) continue
    const text = await (await fetch(script, { cache: 'no-store' })).text()
    const entry = performance.getEntriesByName(script, 'resource').at(-1)
    loaded.set(script, entry instanceof PerformanceResourceTiming ? entry.encodedBodySize : Number.NaN)
    for (const [, name = ''] of text.matchAll(/\b(?:from|import)\s*["'`](\.\/[^"'`]+)["'`]/g))
      scripts.push(new URL(name, script).href)
  }
  return { requests: loaded.size, bytes: [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0) }
}

/** Opens the address in a page whose context has never seen it. */
export async function openFirstTime(page: Page, url: string): Promise<FirstRow> {
  await page.addInitScript({ content: `(${watchFirstRow.toString()})()` })
  await page.goto(url)
  const ms = await page.evaluate(() => (window as unknown as { firstRow: Promise<number> }).firstRow) // set above
  return { ms, ...(await page.evaluate(countLoaded, ms)) }
}
