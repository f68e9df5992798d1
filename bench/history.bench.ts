/**
 * Measures the embedded history: what a record costs to store and to hold, the questions of a day, of a week through the roll-up and of
 * one flow, the memory, and whether the question of a day takes longer the more days are held.
 */
import { cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { type DuckDbHistory, openDuckDbHistory } from '../server/history/duckdb/duckdb-history.ts'
import { DEFAULT_HISTORY_MEMORY } from '../server/history/history-options.ts'
import type { HistoryRange } from '../server/history/history-store.ts'
import type { Expression } from '../src/filter/tree/expression.ts'
import type { FieldId } from '../src/flows/field.ts'
import type { LabelledKey } from '../src/flows/flow.ts'
import type { Figures, Target } from './figures.ts'
import { ownRole } from './gateway/processes.ts'
import { runUpstream } from './gateway/upstream-role.ts'
import { askHistogram, askScreen, countRecords, selectionOf } from './history/history-questions.ts'
import { DAY_OF_7_MILLION, HistoryTraffic } from './history/history-rows.ts'
import { measureRecording } from './history/recording-memory.ts'
import { runRecording } from './history/recording-role.ts'
import { formatTable, formatWhole, median } from './timing.ts'

const CLUSTER = 'prod'
const KEYS = DAY_OF_7_MILLION.keys
const DAY = 86_400
const HOUR = 3600
const BUCKETS_OF_DAY = DAY / 15
/** Midnight, UTC. */
const FIRST_DAY = 1_790_035_200
const DAYS = 7
const ROUNDS = 5
/** Of two histories that are held to each other. */
const TURNS = 9
/** Buckets that are put at the same time, as a writer that catches up does: one transaction. 5,760 is a multiple. */
const AT_ONCE = 16
/** Of the key whose records are asked for: one that most buckets have. */
const COMMON_RANK = 100
/** Records of the whole day, as a cluster of 20,000 keys sends them. */
const RECORDS_OF_DAY = Number(process.env['FLOWTRACE_BENCH_HISTORY_RECORDS'] ?? 7_000_000)
/** Records held for the growth, each day with as many: 1, 10 and 100 times. */
const GROWTH = (process.env['FLOWTRACE_BENCH_HISTORY_GROWTH'] ?? '1000000,10000000').split(',').map(Number)

/** Always the same keys, so that those of a day that was not written are known, too. */
function trafficOf(recordsOfDay: number): HistoryTraffic {
  const rowsOfBucket = recordsOfDay / BUCKETS_OF_DAY
  return new HistoryTraffic({ ...DAY_OF_7_MILLION, cluster: CLUSTER, rowsOfBucket, churnOfHour: 0 })
}

/** The so many-th day, from 0. */
function dayAt(day: number): HistoryRange {
  return { from: FIRST_DAY + day * DAY, to: FIRST_DAY + (day + 1) * DAY }
}

/** Milliseconds by the clock and of this process's CPU, its threads included. */
async function timed(task: () => Promise<unknown>): Promise<{ readonly ms: number; readonly cpu: number }> {
  const before = process.cpuUsage()
  const started = performance.now()
  await task()
  const { user, system } = process.cpuUsage(before)
  return { ms: performance.now() - started, cpu: (user + system) / 1000 }
}

async function medianOf(task: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) times.push((await timed(task)).ms)
  return median(times)
}

interface Stored {
  readonly records: number
  readonly ms: number
  readonly cpu: number
}

async function store(history: DuckDbHistory, traffic: HistoryTraffic, day: number): Promise<Stored> {
  let [records, ms, cpu] = [0, 0, 0]
  for (let at = 0; at < BUCKETS_OF_DAY; at += AT_ONCE) {
    const buckets = Array.from({ length: AT_ONCE }, (_, i) =>
      traffic.bucket(FIRST_DAY + day * DAY + (at + i) * 15),
    )
    const taken = await timed(() => Promise.all(buckets.map((bucket) => history.put(bucket))))
    records += buckets.reduce((sum, { entries }) => sum + entries.length, 0)
    ms += taken.ms
    cpu += taken.cpu
  }
  return { records, ms, cpu }
}

function equals(field: FieldId, text: string): Expression {
  return { kind: 'compare', field, operator: '=', values: [{ kind: 'text', text, wildcard: false }] }
}

function filterOf({ key }: LabelledKey): Expression {
  return { kind: 'and', terms: [equals('src.name', key.sourceName), equals('dst.name', key.destName)] }
}

/** Stores a day that ends now: of its hours the last one is not rolled up. */
async function storeDay(history: DuckDbHistory, traffic: HistoryTraffic, day: number): Promise<void> {
  await store(history, traffic, day)
  await history.rollUp(CLUSTER, dayAt(day).to - HOUR)
}

/**
 * Times of the question of the last day, with one day, ten and a hundred of so many records in all. A history that holds one
 * day is asked in turns with it: between the first figure and the last one the machine's speed changes.
 */
async function measureGrowth(row: Row): Promise<void> {
  const perDay = Math.min(...GROWTH)
  const folder = await mkdtemp(join(tmpdir(), 'flowtrace-history-growth-'))
  const [one, history] = [openDuckDbHistory(join(folder, 'one')), openDuckDbHistory(join(folder, 'many'))]
  try {
    const traffic = trafficOf(perDay)
    await one.open()
    await storeDay(one, traffic, 0)
    await history.open()
    let days = 0
    for (const held of GROWTH) {
      for (; days * perDay < held; days++) await storeDay(history, traffic, days)
      const ofLastDay = async () => askScreen(history, selectionOf(CLUSTER, dayAt(days - 1)))
      const [ms, least] = await askedInTurns(ofLastDay, async () =>
        askScreen(one, selectionOf(CLUSTER, dayAt(0))),
      )
      const what = `the last day's questions, ${formatWhole(held)} records held`
      row({ what, unit: 'ms', aims: [{ timesFloor: 1.3 }] }, ms, least)
    }
  } finally {
    await Promise.all([one.close(), history.close()])
    await rm(folder, { recursive: true, force: true })
  }
}

/** Medians in milliseconds, after one round for warming up. */
async function askedInTurns(
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
): Promise<readonly [number, number]> {
  const times: [number, number][] = []
  for (let round = 0; round <= TURNS; round++) times.push([(await timed(first)).ms, (await timed(second)).ms])
  const kept = times.slice(1)
  return [median(kept.map(([ms]) => ms)), median(kept.map(([, ms]) => ms))]
}

type Row = (target: Target, value: number, floor?: number) => void

/** Bytes of the files of records, without keys and roll-up. */
async function bytesOfDays(folder: string): Promise<number> {
  const days = join(folder, 'days')
  const sizes = (await readdir(days)).map(async (file) => (await stat(join(days, file))).size)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

async function measureDay(
  history: DuckDbHistory,
  folder: string,
  traffic: HistoryTraffic,
  row: Row,
): Promise<void> {
  // All keys once, in the day before: what is measured is a history that runs, to which few keys are new.
  await history.put(traffic.bucket(FIRST_DAY + (DAYS - 1) * DAY - 15, Number.POSITIVE_INFINITY))
  const stored = await store(history, traffic, DAYS - 1)
  row({ what: 'records stored', unit: '/s', aims: [{ over: 400_000 }] }, stored.records / (stored.ms / 1000))
  row(
    { what: 'CPU of a record stored', unit: 'µs', aims: [{ under: 2 }] },
    (stored.cpu * 1000) / stored.records,
  )
  const range = dayAt(DAYS - 1)
  const day = selectionOf(CLUSTER, range)
  row(
    { what: "a day's questions, nothing rolled up", unit: 'ms', aims: [] },
    await medianOf(() => askScreen(history, day)),
  )
  // As the recorder does two minutes after the end of each hour; of a day that ends now the last hour is not.
  await history.rollUp(CLUSTER, range.to - HOUR)
  await history.close()
  await measureMemory(folder, row)
  await history.open()
  row(
    { what: 'bytes of a record, the day open', unit: 'B', aims: [] },
    (await bytesOfDays(folder)) / stored.records,
  )

  const cold = await timed(() => askScreen(history, day))
  row({ what: "a day's questions, cold", unit: 'ms', aims: [{ under: 700 }] }, cold.ms)
  row(
    { what: "a day's questions, warm", unit: 'ms', aims: [{ under: 400 }] },
    await medianOf(() => askScreen(history, day)),
  )
  row(
    { what: "a day's histogram", unit: 'ms', aims: [{ under: 250 }] },
    await medianOf(() => askHistogram(history, day)),
  )
  await history.rollUp(CLUSTER, range.to)
  await history.rollUp(CLUSTER, range.to + DAY)
  const { bytes, entries } = await history.stats()
  const ofDays = await bytesOfDays(folder)
  row(
    { what: 'bytes of a record, the day closed', unit: 'B', aims: [{ atMost: 13 }] },
    ofDays / stored.records,
  )
  row({ what: 'bytes of a key, its hours included', unit: 'B', aims: [] }, (bytes - ofDays) / entries)
  row(
    { what: "a closed day's questions, warm", unit: 'ms', aims: [{ under: 400 }] },
    await medianOf(() => askScreen(history, day)),
  )
}

/**
 * Of a gateway in a process of its own, while it stores an hour of another cluster, is asked for the day, and writes that day anew,
 * because it is closed.
 */
async function measureMemory(folder: string, row: Row): Promise<void> {
  const copy = `${folder}-recording`
  await cp(folder, copy, { recursive: true })
  try {
    const { peak } = await measureRecording(fileURLToPath(import.meta.url), {
      folder: copy,
      memory: DEFAULT_HISTORY_MEMORY,
      cluster: CLUSTER,
      range: dayAt(DAYS - 1),
    })
    row(
      {
        what: 'memory of a gateway in its image that records and answers',
        unit: 'MiB',
        aims: [{ atMost: 400 }],
      },
      peak / 2 ** 20,
    )
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

/** The days before: one bucket an hour, with the keys of an hour. The roll-up has as much of them as of whole ones. */
async function measureWeek(history: DuckDbHistory, traffic: HistoryTraffic, row: Row): Promise<void> {
  for (let hour = 0; hour < (DAYS - 1) * 24; hour++) {
    await history.put(traffic.bucket(FIRST_DAY + hour * HOUR, 20))
  }
  await history.rollUp(CLUSTER, FIRST_DAY + DAYS * DAY)
  const range = { from: FIRST_DAY, to: FIRST_DAY + DAYS * DAY }
  row(
    { what: 'seven days, by the roll-up', unit: 'ms', aims: [{ under: 500 }] },
    await medianOf(() => askScreen(history, selectionOf(CLUSTER, range, { grain: 'hour' }))),
  )
  const oneFlow = selectionOf(CLUSTER, range, { filter: filterOf(traffic.keyAt(COMMON_RANK)) })
  let rows = 0
  const ofOne = await medianOf(async () => (rows = await countRecords(history, oneFlow, 15)))
  row(
    { what: `records of one flow in seven days (${formatWhole(rows)})`, unit: 'ms', aims: [{ under: 150 }] },
    ofOne,
  )
}

export async function run(figures: Figures): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'flowtrace-history-'))
  const history = openDuckDbHistory(folder)
  const rows: (readonly string[])[] = []
  const row: Row = (target, value, floor) => {
    const least = floor === undefined ? null : { what: 'with one day held', value: floor }
    rows.push(figures.add(target, value, least))
  }
  try {
    await history.open()
    const traffic = trafficOf(RECORDS_OF_DAY)
    await measureDay(history, folder, traffic, row)
    await measureWeek(history, traffic, row)
    const { rss } = process.memoryUsage()
    row({ what: 'memory of this process, which makes the records', unit: 'MiB', aims: [] }, rss / 2 ** 20)
  } finally {
    await history.close()
    await rm(folder, { recursive: true, force: true })
  }
  await measureGrowth(row)
  console.log(
    `The embedded history: ${formatWhole(RECORDS_OF_DAY)} records a day of ${formatWhole(KEYS)} keys; medians of ${ROUNDS}\n`,
  )
  console.log(formatTable(['what', 'aim', 'figure'], rows))
}

const ROLES: Readonly<Record<string, () => Promise<void>>> = {
  upstream: runUpstream,
  recording: runRecording,
}
const role = ownRole()
if (role !== undefined) await ROLES[role]?.()
