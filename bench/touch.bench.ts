/**
 * Every touch of the reader, in a real browser with 100,000 and a million records of about 1 kB held: the first row, opening
 * a row, acts on the table, letters, scrolling, memory; with the floors of the same run. FLOWTRACE_BENCH_RECORDS names
 * other numbers of records, separated by commas.
 */
import process from 'node:process'

import type { Page } from '@playwright/test'

import type { Figures } from './figures.ts'
import { timeToDrop } from './fetch-and-drop.ts'
import { formatTable, formatWhole, median, quantile } from './timing.ts'
import {
  clickFacet,
  clickHeading,
  enterNothing,
  enterQuery,
  jumpToEnd,
  openByClick,
  openNextByKey,
  pressDenied,
  showShape,
  typeLetters,
} from './touch/acts.ts'
import { Floors } from './touch/floors.ts'
import { idleRendererMemory, settledRendererMemory } from './touch/renderer-memory.ts'
import { scrollDown, type Scrolling } from './touch/scrolling.ts'
import { Stage, type Streaming } from './touch/stage.ts'
import { targetsFor } from './touch/targets.ts'

/** scripts/bench.mjs measures other builds of the page in turns with this one. */
export const measuresPage = true

const RECORDS = process.env['FLOWTRACE_BENCH_RECORDS'] ?? '100000,1000000'
/** Of first rows, acts and floors. FLOWTRACE_BENCH_ROUNDS=1 tries whether everything still works. */
const ROUNDS = Number(process.env['FLOWTRACE_BENCH_ROUNDS'] ?? 7)
/** Of pages that load all records anew, each for one first opening; and of scrolling. */
const LONG_ROUNDS = Math.min(3, ROUNDS)
/** A floor is of the size of a frame, for which an act waits: more of them than of acts, so that the median is steady. */
const FLOORS_A_ROUND = 3
const TYPED = 'dst.ns = team-3 and not src.ns = kube-system and port = 443'

interface Loaded extends Streaming {
  readonly firstOpening: number
  readonly memory: number
  readonly drop: number
}

/** Loads all records in a new page, lets the memory settle, and opens the first row. */
async function loadOnce(stage: Stage): Promise<Loaded> {
  const { context, page } = await stage.newPage()
  const streaming = await stage.load(page)
  const memory = await settledRendererMemory(stage.browser)
  const firstOpening = await openByClick(page, 1)
  const drop = await timeToDrop(page, stage.bytes)
  await context.close()
  return { ...streaming, memory, firstOpening, drop }
}

/** Milliseconds of each act in each round, all acts and the floors in turns. */
class Times<Name extends string> {
  readonly #times = new Map<Name, number[]>()

  add(name: Name, ...values: readonly number[]): void {
    this.#times.set(name, [...(this.#times.get(name) ?? []), ...values])
  }

  median(name: Name): number {
    const times = this.#times.get(name) ?? []
    return times.length === 0 ? Number.NaN : median(times)
  }

  p95(name: Name): number {
    return quantile(this.#times.get(name) ?? [], 0.95)
  }
}

type Act =
  | 'opening'
  | 'facet'
  | 'denied'
  | 'enter'
  | 'sort'
  | 'deniedRecords'
  | 'end'
  | 'emptyFloor'
  | 'textsFloor'
  | 'rowsFloor'

async function timeActs(page: Page, floors: Floors): Promise<Times<Act>> {
  const times = new Times<Act>()
  for (let round = 0; round < ROUNDS; round++) {
    for (let again = 0; again < FLOORS_A_ROUND; again++) {
      times.add('emptyFloor', await floors.emptyPage())
      times.add('textsFloor', await floors.textsInPlace())
      times.add('rowsFloor', await floors.rowsReplaced())
    }
    await page.bringToFront()
    await showShape(page, 'groups')
    times.add('facet', await clickFacet(page), await clickFacet(page))
    times.add('denied', await pressDenied(page), await pressDenied(page))
    times.add('enter', await enterQuery(page, `dst.ns = team-${1 + round}`))
    await enterNothing(page)
    await showShape(page, 'intervals')
    times.add('sort', await clickHeading(page), await clickHeading(page))
    times.add('deniedRecords', await pressDenied(page), await pressDenied(page))
    times.add('end', await jumpToEnd(page))
  }
  await showShape(page, 'groups')
  await openByClick(page, 0)
  for (let round = 0; round < ROUNDS; round++) times.add('opening', await openNextByKey(page))
  await page.keyboard.press('Escape')
  return times
}

const joined = (all: readonly Scrolling[]): Scrolling => ({
  frames: all.flatMap(({ frames }) => frames),
  blank: all.reduce((sum, { blank }) => sum + blank, 0),
})

async function scrollInTurns(page: Page, floors: Floors): Promise<{ real: Scrolling; copy: Scrolling }> {
  await page.bringToFront()
  await showShape(page, 'intervals')
  const real: Scrolling[] = []
  const copy: Scrolling[] = []
  for (let round = 0; round < LONG_ROUNDS; round++) {
    copy.push(await floors.scrolledCopy())
    await page.bringToFront()
    real.push(await scrollDown(page))
  }
  return { real: joined(real), copy: joined(copy) }
}

async function measure(records: number, figures: Figures): Promise<void> {
  const targets = targetsFor(`${formatWhole(records)} records`)
  const rows: (readonly string[])[] = []
  const add = (...figure: Parameters<Figures['add']>) => rows.push(figures.add(...figure))
  const stage = await Stage.open(records)
  try {
    const firsts = []
    for (let round = 0; round < ROUNDS; round++) firsts.push(await stage.firstRow())
    add(targets.firstRow, median(firsts.map(({ ms }) => ms)))
    add(targets.requests, median(firsts.map(({ requests }) => requests)))
    add(targets.bytes, median(firsts.map(({ bytes }) => bytes / 1000)))

    const loads: Loaded[] = []
    for (let round = 0; round < LONG_ROUNDS; round++) loads.push(await loadOnce(stage))
    const of = (field: 'allHeld' | 'busy' | 'longestTask' | 'memory' | 'firstOpening' | 'drop') =>
      median(loads.map((each) => each[field]))
    add(targets.allHeld, of('allHeld'), { what: 'fetched and dropped', value: of('drop') })
    add(targets.busy, of('busy'))
    add(targets.longestTask, of('longestTask'))
    add(targets.memory, of('memory'))
    add(targets.firstOpening, of('firstOpening'))

    const { context, page } = await stage.newPage()
    await stage.load(page)
    add(targets.idleMemory, await idleRendererMemory(stage.browser))
    const floors = await Floors.open(context, page)
    const times = await timeActs(page, floors)
    add(targets.opening, times.median('opening'))
    const floor = { what: 'texts in place', value: times.median('textsFloor') }
    for (const act of ['facet', 'denied', 'enter', 'sort', 'deniedRecords', 'end'] as const)
      add(targets[act], times.median(act), floor)
    const letters = await typeLetters(page, TYPED)
    add(targets.letter, quantile(letters, 0.95), { what: "an empty page's", value: times.p95('emptyFloor') })
    const { real, copy } = await scrollInTurns(page, floors)
    const scrollFloor = quantile(copy.frames, 0.95)
    add(targets.scroll, quantile(real.frames, 0.95), { what: 'static copy', value: scrollFloor })
    add(targets.blank, real.blank)
    for (const act of ['emptyFloor', 'textsFloor', 'rowsFloor'] as const) add(targets[act], times.median(act))
    add(targets.scrollFloor, scrollFloor)
    console.log(
      `Every touch with ${formatWhole(records)} records of ${formatWhole(stage.bytes / records)} bytes; ${real.frames.length} frames scrolled\n`,
    )
    console.log(`${formatTable(['what', 'aim', 'figure'], rows)}\n`)
  } finally {
    await stage.close()
  }
}

export async function run(figures: Figures): Promise<void> {
  for (const text of RECORDS.split(',')) {
    const records = Number(text)
    if (!Number.isSafeInteger(records) || records < 1)
      throw new Error(`FLOWTRACE_BENCH_RECORDS: ${text} is not a number of records`)
    await measure(records, figures)
  }
}
