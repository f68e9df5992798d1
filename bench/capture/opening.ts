/** Opens a file in the page, reads its bytes alone, and exports what is held. */
import type { Page } from '@playwright/test'

import { longestTasks } from '../page-probe.ts'

export interface Opening {
  /** Milliseconds from giving the file to the page until a row is in the table, and until the footer counts all records. */
  readonly firstRow: number
  readonly all: number
  /** The longest task of the page's thread; 0 where none took 50 ms. */
  readonly longestTask: number
}

/** Runs in the page: sets `window.opening` to a promise. */
function watchOpening(wanted: string): void {
  const ROW = '[role=grid] [role=row][aria-rowindex="2"]:not([aria-busy])'
  window.probe.tasks = []
  const opening = new Promise<Omit<Opening, 'longestTask'>>((resolve) => {
    let started = 0
    let firstRow = 0
    const start = (): void => {
      started = performance.now()
    }
    document.addEventListener('change', start, { once: true, capture: true })
    const observer = new MutationObserver(() => {
      if (started === 0) return
      if (firstRow === 0 && document.querySelector(ROW) !== null) firstRow = performance.now() - started
      if (document.querySelector('footer')?.textContent.includes(wanted) !== true) return
      observer.disconnect()
      resolve({ firstRow, all: performance.now() - started })
    })
    observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
  })
  Object.assign(window, { opening })
}

const DIALOG_MS = 1500

/** As a reader does before a file is chosen. */
async function openSourceMenu(page: Page): Promise<void> {
  await page.getByRole('banner').locator('button[aria-haspopup=menu]').first().click()
  await page.getByRole('menuitem', { name: /^Open a capture/ }).waitFor()
  await page.keyboard.press('Escape')
  // The worker for files is started meanwhile; choosing a file takes a reader longer.
  await page.waitForTimeout(DIALOG_MS)
}

export async function openFile(page: Page, file: string, records: number): Promise<Opening> {
  await openSourceMenu(page)
  await page.evaluate(watchOpening, `${records.toLocaleString('en-US')} records`)
  await page.getByLabel('Capture file').setInputFiles(file)
  const times = await page.evaluate(
    () => (window as unknown as { opening: Promise<Omit<Opening, 'longestTask'>> }).opening, // set above
  )
  return { ...times, longestTask: (await longestTasks(page)).afterLoaded }
}

/** Milliseconds to read the bytes of a file in a worker, and do nothing with them. `page` is an empty one. */
export async function readBytes(page: Page, file: string): Promise<number> {
  await page.setContent('<input type="file" aria-label="File">')
  await page.getByLabel('File').setInputFiles(file)
  return page.evaluate(async () => {
    const read = `onmessage = async ({ data }) => {
      const started = performance.now()
      const reader = data.stream().getReader()
      while (!(await reader.read()).done);
      postMessage(performance.now() - started)
    }`
    const worker = new Worker(URL.createObjectURL(new Blob([read])))
    const took = new Promise<number>((resolve) => {
      worker.addEventListener('message', (event: MessageEvent<number>) => resolve(event.data))
    })
    // A worker has no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    worker.postMessage(document.querySelector('input')?.files?.[0])
    const ms = await took
    worker.terminate()
    return ms
  })
}

/** Milliseconds to save all records as JSON lines, and the longest task of the page meanwhile. */
export async function exportAll(page: Page): Promise<{ readonly ms: number; readonly longestTask: number }> {
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  const panel = page.getByRole('dialog', { name: 'Export' })
  await panel.getByRole('radio', { name: /^JSON lines/ }).check()
  await page.evaluate(() => {
    window.probe.tasks = []
  })
  const saved = page.waitForEvent('download', { timeout: 240_000 })
  const started = performance.now()
  await panel.getByRole('button', { name: /^Save/ }).click()
  await (await saved).path()
  return { ms: performance.now() - started, longestTask: (await longestTasks(page)).afterLoaded }
}
