/**
 * What a reader waits for with a million records held: from the key to the painted table, and from news to its paint.
 * Measured in the page, to the first task after the frame that shows it.
 */
import type { Page } from '@playwright/test'

import {
  type Benchmark,
  framesOf,
  launchBrowser,
  longest,
  median,
  round,
  startBenchmark,
  tasksOf,
  watch,
} from './canned.ts'
import { table } from './timing.ts'
import { traffic } from './traffic.ts'

const FLOWS = 1_000_000
const KEYS = 11_000
const APPENDED = 50_000
const ROUNDS = 7

type Act = 'denied' | 'everything' | 'end' | 'home'
const SHAPES = ['signatures', 'flows', 'intervals'] as const

/** Milliseconds from an act: until the worker was asked, had answered, and the new table was painted. */
interface Times {
  readonly asked: number
  readonly answered: number
  readonly painted: number
}

async function toPaint(page: Page, act: Act): Promise<Times> {
  return page.evaluate(async (what) => {
    const grid = document.querySelector('[role=grid]')
    if (!(grid instanceof HTMLElement)) throw new Error('the table is not there')
    const told = () =>
      `${grid.getAttribute('aria-rowcount')} ${grid.querySelector('[role=gridcell]')?.closest('[role=row]')?.getAttribute('aria-rowindex')}`
    const before = told()
    const { said, painted } = window.watched
    const changed = new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        if (told() === before || grid.querySelector('[aria-busy=true]') !== null) return
        observer.disconnect()
        resolve()
      })
      observer.observe(grid, { subtree: true, childList: true, attributes: true })
    })
    said.length = 0
    const started = performance.now()
    if (what === 'denied' || what === 'everything') {
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'd', bubbles: true }))
    } else {
      grid.scrollTo({ top: what === 'end' ? grid.scrollHeight : 0 })
    }
    await changed
    const end = await painted()
    const asked = said.find((each) => each.what === 'asked')
    const answered = said.find((each) => each.what === 'answered' && each.seq === asked?.seq)
    return {
      asked: (asked?.at ?? started) - started,
      answered: (answered?.at ?? started) - started,
      painted: end - started,
    }
  }, act)
}

function holds(page: Page, records: number): Promise<unknown> {
  return page.waitForFunction(
    (wanted) => document.querySelector('footer')?.textContent.includes(`${wanted} records`),
    records.toLocaleString('en-US'),
    { polling: 'raf', timeout: 240_000 },
  )
}

/** Milliseconds from the answer that holds all that was sent, as it reaches the page, until it is painted. */
async function appended(
  page: Page,
  benchmark: Benchmark,
  frames: readonly Buffer[],
  held: number,
): Promise<number> {
  const arriving = page.evaluate(async (wanted) => {
    const footer = document.querySelector('footer')
    if (footer === null) throw new Error('the page has no footer')
    const text = `${wanted.toLocaleString('en-US')} records`
    await new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        if (footer.textContent.includes(text)) {
          observer.disconnect()
          resolve()
        }
      })
      observer.observe(footer, { subtree: true, childList: true, characterData: true })
    })
    const end = await window.watched.painted()
    const answer = window.watched.said.find(({ what, records }) => what === 'answered' && records === wanted)
    return end - (answer?.at ?? Number.NaN)
  }, held)
  benchmark.send(frames)
  return arriving
}

export async function run(): Promise<void> {
  const made = traffic(FLOWS + ROUNDS * APPENDED, KEYS)
  const flows = function* (from: number, to: number) {
    for (let i = from; i < to; i++) yield { id: ((i * 7919) % KEYS) + 1, flow: made.flow(i) }
  }
  const benchmark = await startBenchmark(framesOf(flows(0, FLOWS)))
  const browser = await launchBrowser()
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.addInitScript({ content: `(${watch.toString()})()` })
  await page.goto(benchmark.url)
  await holds(page, FLOWS)
  const loading = await tasksOf(page)

  const rows: string[][] = []
  for (const shape of SHAPES) {
    await page.getByRole('tab', { name: new RegExp(shape, 'i') }).click()
    const times = new Map<Act, Times[]>([
      ['denied', []],
      ['everything', []],
    ])
    if (shape === 'intervals') {
      times.set('end', [])
      times.set('home', [])
    }
    for (let i = 0; i < ROUNDS; i++) {
      for (const [act, list] of times) list.push(await toPaint(page, act))
    }
    const what: Record<Act, string> = {
      denied: 'key `d`: denied only',
      everything: 'key `d`: everything again',
      end: 'jump to the last row',
      home: 'jump to the first row',
    }
    for (const [act, list] of times) {
      const of = (part: keyof Times): number => median(list.map((each) => each[part]))
      const [asked, answered, painted] = [of('asked'), of('answered'), of('painted')]
      rows.push([
        `${shape}: ${what[act]}`,
        `${round(painted)} ms`,
        `${round(asked)} + ${round(answered - asked)} + ${round(painted - answered)} ms`,
      ])
    }
  }

  await page.getByRole('tab', { name: /flows/i }).click()
  await toPaint(page, 'denied')
  await page.evaluate(() => {
    window.watched.tasks = []
  })
  const news: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const from = FLOWS + i * APPENDED
    news.push(await appended(page, benchmark, framesOf(flows(from, from + APPENDED)), from + APPENDED))
  }
  const appending = await tasksOf(page)
  await browser.close()
  await benchmark.close()

  console.log(
    `The screen with ${round(FLOWS)} records of ${round(KEYS)} keys, with histogram and facets; medians of ${ROUNDS}\n`,
  )
  console.log(
    table(
      ['what (aim: under 33 ms)', 'to paint', 'of that: until the worker is asked + has answered + paint'],
      rows,
    ),
  )
  console.log('')
  console.log(
    table(
      ['what', 'figure'],
      [
        [
          `${round(APPENDED)} more records under a filter: from the answer that has all of them to its paint`,
          `${round(median(news))} ms`,
        ],
        ["main thread's longest task while the page itself starts", longest(loading.starting)],
        [
          "main thread's longest task after that, a million records streaming in (aim: under 50 ms)",
          longest(loading.standing),
        ],
        [
          `main thread's longest task while ${round(APPENDED)} records arrive, ${ROUNDS} times (aim: under 50 ms)`,
          longest(appending.standing),
        ],
      ],
    ),
  )
}
