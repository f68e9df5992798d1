/**
 * With a million records held: the time from a key press to the painted table, and from an answer with new records to
 * its paint. Measured in the page, up to the first task after the frame that shows it.
 */
import type { Page } from '@playwright/test'

import { SHAPES } from '../src/panels/table/bar/shapes.ts'
import { type CannedCluster, framesOf, startCannedCluster } from './canned-goldmane.ts'
import type { Figures } from './figures.ts'
import { launchBrowser, longestTasks, newProbedPage, untilRecords } from './page-probe.ts'
import { formatTable, formatWhole, median } from './timing.ts'
import { titleOf } from './touch/acts.ts'
import { traffic } from './traffic.ts'

const FLOWS = 1_000_000
const KEYS = 11_000
const APPENDED = 50_000
const ROUNDS = 7

/** scripts/bench.mjs measures other builds of the page in turns with this one. */
export const measuresPage = true

type Act = 'denied' | 'everything' | 'end' | 'home'

/** Milliseconds from an act until the worker was asked, had answered, and the new table was painted. */
interface Times {
  readonly asked: number
  readonly answered: number
  readonly painted: number
}

/** Runs in the page: sets `window.acted` to a promise of the times of the act that follows. A key is typed by the driver. */
function watchAct(): void {
  const grid = document.querySelector('[role=grid]')
  if (!(grid instanceof HTMLElement)) throw new Error('the table is not there')
  const tableState = () =>
    `${grid.getAttribute('aria-rowcount')} ${grid.querySelector('[role=gridcell]')?.closest('[role=row]')?.getAttribute('aria-rowindex')}`
  const before = tableState()
  const { viewMessages, nextPaint } = window.probe
  let started = Number.NaN
  const start = ({ timeStamp }: Event): void => {
    started = timeStamp
  }
  window.addEventListener('keydown', start, { capture: true, once: true })
  viewMessages.length = 0
  const acted = new Promise<void>((resolve) => {
    const observer = new MutationObserver(() => {
      if (tableState() === before || grid.querySelector('[aria-busy=true]') !== null) return
      observer.disconnect()
      resolve()
    })
    observer.observe(grid, { subtree: true, childList: true, attributes: true })
  }).then(async () => {
    const end = await nextPaint()
    const asked = viewMessages.find(({ kind }) => kind === 'request')
    const answered = viewMessages.find(({ kind, seq }) => kind === 'answer' && seq === asked?.seq)
    return {
      asked: (asked?.at ?? started) - started,
      answered: (answered?.at ?? started) - started,
      painted: end - started,
    }
  })
  Object.assign(window, { acted })
}

const KEYS_OF: Readonly<Record<Act, string>> = { denied: 'd', everything: 'd', end: 'End', home: 'Home' }

async function timeToPaint(page: Page, act: Act): Promise<Times> {
  await page.getByRole('grid', { name: 'Flows' }).focus()
  await page.evaluate(watchAct)
  await page.keyboard.press(KEYS_OF[act])
  return page.evaluate(() => (window as unknown as { acted: Promise<Times> }).acted) // left there above
}

/** Milliseconds from the arrival of the answer that has all sent records until it is painted. */
async function timeToPaintAppended(
  page: Page,
  cluster: CannedCluster,
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
    const end = await window.probe.nextPaint()
    const answer = window.probe.viewMessages.find(
      ({ kind, records }) => kind === 'answer' && records === wanted,
    )
    return end - (answer?.at ?? Number.NaN)
  }, held)
  cluster.send(frames)
  return arriving
}

const WHAT: Readonly<Record<Act, string>> = {
  denied: 'key `d`: denied only',
  everything: 'key `d`: everything again',
  end: 'jump to the last row',
  home: 'jump to the first row',
}

/** The acts on each kind of rows; rows of a table. */
async function timeShapes(page: Page, figures: Figures): Promise<readonly (readonly string[])[]> {
  const rows: string[][] = []
  for (const { shape, title } of SHAPES) {
    await page.getByRole('tab', { name: new RegExp(`^${title}`) }).click()
    await page.waitForFunction(
      () => document.querySelector('[role=grid] [role=row][aria-rowindex="2"]:not([aria-busy])') !== null,
    )
    const times = new Map<Act, Times[]>([
      ['denied', []],
      ['everything', []],
    ])
    if (shape === 'intervals') {
      times.set('end', [])
      times.set('home', [])
    }
    for (let i = 0; i < ROUNDS; i++) {
      for (const [act, list] of times) list.push(await timeToPaint(page, act))
    }
    for (const [act, list] of times) {
      const of = (part: keyof Times): number => median(list.map((each) => each[part]))
      const [asked, answered, painted] = [of('asked'), of('answered'), of('painted')]
      const target = { what: `${title}: ${WHAT[act]}`, unit: 'ms', aims: [{ under: 50 }] } as const
      rows.push([
        ...figures.add(target, painted),
        `${formatWhole(asked)} + ${formatWhole(answered - asked)} + ${formatWhole(painted - answered)} ms`,
      ])
    }
  }
  return rows
}

export async function run(figures: Figures): Promise<void> {
  const made = traffic(FLOWS + ROUNDS * APPENDED, KEYS)
  const flows = function* (from: number, to: number) {
    for (let i = from; i < to; i++) yield { id: ((i * 7919) % KEYS) + 1, flow: made.flow(i) }
  }
  const cluster = await startCannedCluster(framesOf(flows(0, FLOWS)))
  const browser = await launchBrowser()
  const page = await newProbedPage(await browser.newContext({ viewport: { width: 1440, height: 900 } }))
  await page.goto(cluster.url)
  await untilRecords(page, FLOWS)
  const loading = await longestTasks(page)
  const rows = await timeShapes(page, figures)

  await page.getByRole('tab', { name: new RegExp(`^${titleOf('groups')}`) }).click()
  await timeToPaint(page, 'denied')
  await page.evaluate(() => {
    window.probe.tasks = []
  })
  const paintTimes: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const from = FLOWS + i * APPENDED
    paintTimes.push(
      await timeToPaintAppended(page, cluster, framesOf(flows(from, from + APPENDED)), from + APPENDED),
    )
  }
  const appending = await longestTasks(page)
  await browser.close()
  await cluster.close()

  console.log(
    `The screen with ${formatWhole(FLOWS)} records of ${formatWhole(KEYS)} keys, with histogram and facets; medians of ${ROUNDS}\n`,
  )
  const split = 'of that: until the worker is asked + has answered + paint'
  console.log(formatTable(['what', 'aim', 'to paint', split], rows))
  const ms = (what: string, value: number, ...aims: readonly { under: number }[]) =>
    figures.add({ what, unit: 'ms', aims }, value)
  const streaming = 'longest task, a million records streaming in'
  const arriving = `longest task while ${formatWhole(APPENDED)} records arrive, ${ROUNDS} times`
  console.log(
    `\n${formatTable(
      ['what', 'aim', 'figure'],
      [
        ms(
          `${formatWhole(APPENDED)} more records under a filter: from the answer to its paint`,
          median(paintTimes),
        ),
        ms('longest task while the page itself starts', loading.beforeLoaded),
        ms(streaming, loading.afterLoaded, { under: 50 }),
        ms(arriving, appending.afterLoaded, { under: 50 }),
      ],
    )}`,
  )
}
