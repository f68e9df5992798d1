/** Records a trace of one act with the page's main thread and its workers, and prints what took the time. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import type { Page } from '@playwright/test'

import { writeFlow } from '../src/capture/write.ts'
import { untilRecords } from './page-probe.ts'
import { formatWhole } from './timing.ts'
import { clickFacet, clickHeading, jumpToEnd, openByClick, showShape, typeLetters } from './touch/acts.ts'
import { scrollDown } from './touch/scrolling.ts'
import { Stage } from './touch/stage.ts'
import type { ACTS } from './trace-acts.mjs'
import { formatSummary, summariseTrace, type TraceEvent } from './trace-summary.ts'
import { formatTimeline, timelineOf } from './trace-timeline.ts'
import { traffic } from './traffic.ts'

export type Act = (typeof ACTS)[number]

/** Those of the browser's Performance panel; the samples of all threads, workers included. */
const CATEGORIES = [
  '-*',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.timeline.frame',
  'blink.user_timing',
  'loading',
  'latencyInfo',
  'v8.execute',
  'v8',
  'disabled-by-default-v8.cpu_profiler',
]
const TOP_FUNCTIONS = 10
const CAPTURE_KEYS = 11_000
/** Even: a second act takes the first one back. */
const WARM_UPS = 8
/** Acts that are recorded before the one that is looked at: starting its profiler stops a thread for up to 100 ms. */
const RECORDED_WARM_UPS = 2

interface Scene {
  readonly stage: Stage
  readonly page: Page
  readonly records: number
}

interface Recorded {
  /** Whether the page holds all records when the recording begins; if not, the act opens it. */
  readonly isLoaded: boolean
  /** What is done before the recording. */
  readonly prepare?: (scene: Scene) => Promise<unknown>
  readonly act: (scene: Scene) => Promise<unknown>
  /** How often it is done before the recording, so that the engine has compiled what it runs; 0 unless given. */
  readonly warmUps?: number
}

/** A capture of as many records as the page held, in a file that is removed afterwards. */
async function openCapture({ page, records }: Scene): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'flowtrace-trace-'))
  try {
    const file = path.join(folder, 'flows.jsonl')
    // One more than the page holds, so that the footer tells when all are read.
    const { rows, flow } = traffic(records + 1, Math.min(CAPTURE_KEYS, records + 1), 'full')
    writeFileSync(file, Array.from({ length: rows }, (_, i) => writeFlow(flow(i))).join('\n'))
    await page.getByLabel('Capture file').setInputFiles(file)
    await untilRecords(page, rows)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const RECORDED: Readonly<Record<Act, Recorded>> = {
  start: { isLoaded: false, act: ({ stage, page }) => stage.openFirst(page) },
  live: { isLoaded: false, act: ({ stage, page }) => stage.load(page) },
  open: { isLoaded: true, act: ({ page }) => openByClick(page, 1) },
  filter: { isLoaded: true, act: ({ page }) => clickFacet(page), warmUps: WARM_UPS },
  sort: {
    isLoaded: true,
    prepare: ({ page }) => showShape(page, 'intervals'),
    act: ({ page }) => clickHeading(page),
    warmUps: WARM_UPS,
  },
  jump: {
    isLoaded: true,
    prepare: ({ page }) => showShape(page, 'intervals'),
    act: ({ page }) => jumpToEnd(page),
    warmUps: WARM_UPS,
  },
  letter: { isLoaded: true, act: ({ page }) => typeLetters(page, 'dst.ns = team') },
  scroll: {
    isLoaded: true,
    prepare: ({ page }) => showShape(page, 'intervals'),
    act: ({ page }) => scrollDown(page),
  },
  capture: { isLoaded: true, act: openCapture },
}

/** @param file where the trace is written; its folder is made */
export async function traceAct(options: { act: Act; file: string; records: number }): Promise<void> {
  const { act, file, records } = options
  const recorded = RECORDED[act]
  const acts = recorded.warmUps === undefined ? 1 : RECORDED_WARM_UPS + 1
  await mkdir(path.dirname(file), { recursive: true })
  const stage = await Stage.open(records)
  try {
    const { page } = await stage.newPage()
    const scene = { stage, page, records }
    if (recorded.isLoaded) await stage.load(page)
    await recorded.prepare?.(scene)
    for (let i = 0; i < (recorded.warmUps ?? 0); i++) await recorded.act(scene)
    await stage.browser.startTracing(page, { path: file, categories: CATEGORIES })
    for (let i = 0; i < acts; i++) await recorded.act(scene)
    await stage.browser.stopTracing()
  } finally {
    await stage.close()
  }
  const { traceEvents }: { traceEvents: readonly TraceEvent[] } = JSON.parse(await readFile(file, 'utf8'))
  const times = acts === 1 ? '' : ` ${acts} times`
  console.log(`${act}${times}, ${formatWhole(records)} records, ${formatWhole(traceEvents.length)} events\n`)
  console.log(`${formatSummary(summariseTrace(traceEvents), TOP_FUNCTIONS)}\n`)
  const timeline = timelineOf(traceEvents)
  if (timeline.length > 0) console.log(`From the last input, milliseconds:\n\n${formatTimeline(timeline)}\n`)
  console.log(`Written to ${file}`)
}
