/**
 * What a reader waits for with a million records held: from the key to the painted table. Measured in the page, from
 * the event to the second frame after the table changed.
 */
import type { Page } from '@playwright/test'

import { framesOf, launchBrowser, median, round, startBenchmark, turnsOf, watch } from './canned.ts'
import { traffic } from './traffic.ts'

const FLOWS = 1_000_000
const KEYS = 11_000
const ROUNDS = 5

/** Milliseconds from doing something until the table says another number of rows and that is painted. */
async function toPaint(page: Page, act: 'denied' | 'everything' | 'end' | 'home'): Promise<number> {
  return page.evaluate(async (what) => {
    const grid = document.querySelector('[role=grid]')
    if (!(grid instanceof HTMLElement)) throw new Error('the table is not there')
    const told = () =>
      `${grid.getAttribute('aria-rowcount')} ${grid.querySelector('[role=gridcell]')?.closest('[role=row]')?.getAttribute('aria-rowindex')}`
    const before = told()
    const changed = new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        if (told() === before || grid.querySelector('[aria-busy=true]') !== null) return
        observer.disconnect()
        resolve()
      })
      observer.observe(grid, { subtree: true, childList: true, attributes: true })
    })
    const started = performance.now()
    if (what === 'denied' || what === 'everything') {
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'd', bubbles: true }))
    } else {
      grid.scrollTo({ top: what === 'end' ? grid.scrollHeight : 0 })
    }
    await changed
    await new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))
    return performance.now() - started
  }, act)
}

export async function run(): Promise<void> {
  const made = traffic(FLOWS, KEYS)
  const flows = function* () {
    for (let i = 0; i < FLOWS; i++) yield { id: ((i * 7919) % KEYS) + 1, flow: made.flow(i) }
  }
  const benchmark = await startBenchmark(framesOf(flows()))
  const browser = await launchBrowser()
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.addInitScript({ content: `(${watch.toString()})()` })
  await page.goto(`${benchmark.url}?rows=intervals`)
  await page.waitForFunction(
    (wanted) => document.querySelector('footer')?.textContent.includes(`${wanted} records`),
    FLOWS.toLocaleString('en-US'),
    { polling: 200, timeout: 240_000 },
  )
  const turns = await turnsOf(page)
  const times: Record<'denied' | 'everything' | 'end' | 'home', number[]> = {
    denied: [],
    everything: [],
    end: [],
    home: [],
  }
  for (let i = 0; i < ROUNDS; i++) {
    for (const act of ['denied', 'everything', 'end', 'home'] as const)
      times[act].push(await toPaint(page, act))
  }
  await browser.close()
  await benchmark.close()

  console.log(
    `The screen with ${round(FLOWS)} records of ${round(KEYS)} keys, as intervals, with histogram and facets; medians of ${ROUNDS}\n`,
  )
  console.log('| what | figure |')
  console.log('|---|---|')
  console.log(`| from the key \`d\` to the painted table, denied only | ${round(median(times.denied))} ms |`)
  console.log(
    `| from the key \`d\` to the painted table, everything again | ${round(median(times.everything))} ms |`,
  )
  console.log(`| from a jump to the last row to its paint | ${round(median(times.end))} ms |`)
  console.log(`| from a jump to the first row to its paint | ${round(median(times.home))} ms |`)
  console.log(`| main thread's longest turn while the page itself starts | ${round(turns.starting)} ms |`)
  console.log(
    `| main thread's longest turn after that, a million records streaming in (aim: under 50 ms) | ${round(turns.standing)} ms |`,
  )
}
