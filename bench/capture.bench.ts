/**
 * Opens capture files in a real browser: records a second until all are held, beside reading the bytes alone; the first
 * row; the main thread's longest task; and the export of all records.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

import type { Browser } from '@playwright/test'

import { ensure } from '../src/lib/assert.ts'
import { type CaptureFile, felixFiles, goldmaneFiles } from './capture/files.ts'
import { exportAll, openFile, type Opening, readBytes } from './capture/opening.ts'
import { startCannedCluster } from './canned-goldmane.ts'
import type { Figures } from './figures.ts'
import { launchBrowser, newProbedPage, untilLoaded } from './page-probe.ts'
import { formatTable, formatWhole, median } from './timing.ts'

/** scripts/bench.mjs measures other builds of the page in turns with this one. */
export const measuresPage = true

const RECORDS = Number(process.env['FLOWTRACE_BENCH_CAPTURE_RECORDS'] ?? 1_000_000)
/** Which of the sets of files, with commas between them. */
const SETS = (process.env['FLOWTRACE_BENCH_CAPTURE_SETS'] ?? 'light,full,felix').split(',')
const ROUNDS = Number(process.env['FLOWTRACE_BENCH_ROUNDS'] ?? 3)

interface Measured {
  readonly openings: readonly Opening[]
  readonly bytesAlone: number
  /** Null where it was not asked for. */
  readonly saved: Awaited<ReturnType<typeof exportAll>> | null
}

/** Opens the file in new pages. `withExport`: the last of them saves all records. */
async function measure(browser: Browser, url: string, file: string, withExport: boolean): Promise<Measured> {
  const openings: Opening[] = []
  const alone: number[] = []
  let saved: Measured['saved'] = null
  for (let i = 0; i < ROUNDS; i++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    alone.push(await readBytes(await context.newPage(), file))
    const page = await newProbedPage(context)
    await page.goto(url)
    await untilLoaded(page)
    await page.getByRole('contentinfo').waitFor()
    openings.push(await openFile(page, file, RECORDS))
    if (withExport && i === ROUNDS - 1) saved = await exportAll(page)
    await context.close()
  }
  return { openings, bytesAlone: median(alone), saved }
}

function addFigures(figures: Figures, what: string, over: number, measured: Measured): (readonly string[])[] {
  const { openings, bytesAlone, saved } = measured
  const ms = (of: keyof Opening) => median(openings.map((opening) => opening[of]))
  const rate = (took: number) => (RECORDS / took) * 1000
  const floor = { what: 'reading the bytes alone', value: rate(bytesAlone) }
  const rows = [
    figures.add({ what, unit: '/s', aims: [{ over }] }, rate(ms('all')), floor),
    figures.add(
      { what: `times reading the bytes alone, ${what}`, unit: '', aims: [] },
      ms('all') / bytesAlone,
    ),
    figures.add({ what: `first row, ${what}`, unit: 'ms', aims: [{ under: 300 }] }, ms('firstRow')),
    figures.add({ what: `longest task, ${what}`, unit: 'ms', aims: [{ under: 50 }] }, ms('longestTask')),
  ]
  if (saved === null) return rows
  return [
    ...rows,
    figures.add(
      { what: `export as NDJSON, ${what}`, unit: 'ms', aims: [{ under: 0.008 * RECORDS }] },
      saved.ms,
    ),
    figures.add(
      { what: `longest task of the export, ${what}`, unit: 'ms', aims: [{ under: 50 }] },
      saved.longestTask,
    ),
  ]
}

export async function run(figures: Figures): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'flowtrace-bench-'))
  const cluster = await startCannedCluster([])
  const browser = await launchBrowser()
  const rows: (readonly string[])[] = []
  const sets: Readonly<Record<string, () => Promise<CaptureFile[]>>> = {
    light: () => goldmaneFiles(folder, RECORDS, 'light'),
    full: () => goldmaneFiles(folder, RECORDS, 'full'),
    felix: () => felixFiles(folder, RECORDS),
  }
  try {
    for (const name of SETS) {
      for (const { what, over, file } of await ensure(sets[name], `there is a set ${name}`)()) {
        const bytes = formatWhole((await stat(file)).size / RECORDS)
        const measured = await measure(browser, cluster.url, file, what === 'NDJSON, light')
        const added = addFigures(figures, `${what}, ${bytes} bytes each`, over, measured)
        rows.push(...added)
        // All of it takes a quarter of an hour.
        for (const row of added) console.log(row.join('  '))
        // A million of full records take 3.5 GB in all formats.
        await rm(file)
      }
    }
  } finally {
    await browser.close()
    await cluster.close()
    await rm(folder, { recursive: true })
  }
  console.log(
    `Captures of ${formatWhole(RECORDS)} records, opened in the browser until all is held; medians of ${ROUNDS}, each in a new page\n`,
  )
  console.log(formatTable(['what', 'aim', 'figure'], rows))
}
