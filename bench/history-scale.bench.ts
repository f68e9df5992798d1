/**
 * What docs/scale.md takes for granted, checked as far as one machine goes: synthetic clusters are written through the interface
 * of the recorder as fast as the engine takes them, while nobody asks and while somebody does, into DuckDB and into the ClickHouse of
 * CLICKHOUSE_URL, or that of the tests. FLOWTRACE_BENCH_CLUSTERS sets how many clusters there are (2, of 20,000 keys), FLOWTRACE_BENCH_HOURS how
 * many hours of each are written (22).
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import type { HistorySelection, HistoryStore } from '../server/history/history-store.ts'
import { parseClickHouseUrl } from '../server/history/clickhouse/clickhouse-address.ts'
import { ClickHouseConnection } from '../server/history/clickhouse/clickhouse-connection.ts'
import { identifier } from '../server/history/clickhouse/clickhouse-ddl.ts'
import { openClickHouseHistory } from '../server/history/clickhouse/clickhouse-history.ts'
import { openDuckDbHistory } from '../server/history/duckdb/duckdb-history.ts'
import type { Figures, Target } from './figures.ts'
import { askScreen, countRecords, selectionOf } from './history/history-questions.ts'
import { HOUR, Load, type Writing } from './history/scale-load.ts'
import { INPUTS, rowsPerDay } from './history/scale-plan.ts'
import { formatTable, formatWhole, median } from './timing.ts'

/** The beginning of a day, which must not be over before its bytes are read. */
const START = 1_795_996_800
const ROUNDS = 5
const MEGABYTE = 2 ** 20

interface Engine {
  readonly name: string
  readonly insertAim: number
  readonly bytesAim: number
  /** Opens an empty history, which is removed at the end. */
  open(): Promise<{ readonly store: HistoryStore; readonly remove: () => Promise<void> }>
}

const DUCKDB: Engine = {
  name: 'DuckDB',
  insertAim: 400_000,
  bytesAim: 13,
  open: async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'flowtrace-scale-'))
    const store = openDuckDbHistory(folder)
    await store.open()
    return { store, remove: () => rm(folder, { recursive: true, force: true }) }
  },
}

/** The ClickHouse of CLICKHOUSE_URL, `http://user:password@host:8123`, in a database of its own. */
function clickHouseOf(text: string): Engine {
  const { hostname, port, protocol, username, password } = new URL(text)
  const database = `flowtrace_scale_${Date.now()}`
  const tls = protocol === 'https:' ? 'on' : 'off'
  const url = `clickhouse://${username || 'default'}@${hostname}:${port || '8123'}/${database}?tls=${tls}`
  const access = { password: decodeURIComponent(password), ca: null }
  return {
    name: 'ClickHouse',
    insertAim: 250_000,
    bytesAim: 12,
    open: async () => {
      const store = await openClickHouseHistory(url, { ...access, days: { raw: null, hours: null } })
      const remove = async () => {
        const connection = new ClickHouseConnection({ ...access, address: parseClickHouseUrl(url) })
        await connection.command(`drop database ${identifier(database)}`)
        await connection.close()
      }
      return { store, remove }
    },
  }
}

function count(name: string, otherwise: number): number {
  const value = Number(process.env[name] ?? otherwise)
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${name} is a whole number from 1`)
  return value
}

type Row = readonly string[]

/** Asks a screen again and again until the other work is done. Milliseconds of each. */
async function askMeanwhile(
  store: HistoryStore,
  selection: HistorySelection,
  work: Promise<Writing>,
): Promise<{ readonly writing: Writing; readonly asked: readonly number[] }> {
  const asked: number[] = []
  const done = work.then(() => true)
  while (!(await Promise.race([done, Promise.resolve(false)]))) asked.push(await timeScreen(store, selection))
  return { writing: await work, asked }
}

async function timeScreen(store: HistoryStore, selection: HistorySelection): Promise<number> {
  const began = performance.now()
  await askScreen(store, selection)
  return performance.now() - began
}

async function medianScreen(store: HistoryStore, selection: HistorySelection): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) times.push(await timeScreen(store, selection))
  return median(times)
}

/** Bytes once all is where it stays: an engine that is closed leaves no log of what it has still to put in its place. */
async function bytesAtRest(store: HistoryStore): Promise<number> {
  await store.close()
  await store.open()
  return (await store.stats()).bytes
}

/** A figure that explains others. */
const info = (what: string, unit: Target['unit']): Target => ({ what, unit, aims: [] })

const percentile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ??
  Number.NaN

async function measureEngine(engine: Engine, figures: Figures): Promise<readonly Row[]> {
  const { store, remove } = await engine.open()
  try {
    return await measureStore(engine, store, figures)
  } finally {
    await store.close()
    await remove()
  }
}

const perSecondAndCore = (rows: number, ms: number): number => (rows / ms / availableParallelism()) * 1000

async function measureStore(engine: Engine, store: HistoryStore, figures: Figures): Promise<readonly Row[]> {
  const add = (target: Target, value: number) =>
    figures.add({ ...target, what: `${engine.name}: ${target.what}` }, value)
  const load = new Load(count('FLOWTRACE_BENCH_CLUSTERS', 2))
  const [cluster = ''] = load.clusters
  const end = START + count('FLOWTRACE_BENCH_HOURS', 22) * HOUR
  const middle = START + (end - START) / 2
  const firstHalf = selectionOf(cluster, { from: START, to: middle })
  const all = selectionOf(cluster, { from: START, to: end })
  const allHours = { ...all, grain: 'hour' } as const

  const alone = await load.write(store, { from: START, to: middle })
  const [bytesAtMiddle, keysAtMiddle] = [await bytesAtRest(store), load.keys]
  const { writing, asked } = await askMeanwhile(
    store,
    firstHalf,
    load.write(store, { from: middle, to: end }),
  )
  const rows = alone.rows + writing.rows
  const bytes = await bytesAtRest(store)
  // The second half has few keys that the first had not.
  const recordBytes = (bytes - bytesAtMiddle) / writing.rows
  const half = await medianScreen(store, firstHalf)
  const screen = await medianScreen(store, all)

  const began = performance.now()
  for (const each of load.clusters) await store.rollUp(each, end)
  const rollUpMs = performance.now() - began
  const summedScreen = await medianScreen(store, all)
  const hours = await countRecords(store, allHours, HOUR)
  const bytesWithHours = await bytesAtRest(store)
  // The engine packs a day that has been over for two hours.
  for (const each of load.clusters) await store.rollUp(each, START + 27 * HOUR)
  const packedBytes = recordBytes - (bytesWithHours - (await bytesAtRest(store))) / rows
  const hourScreen = await medianScreen(store, allHours)
  const rowsOfCluster = rows / load.clusters.length
  return [
    add({ what: 'records written', unit: '/s', aims: [{ over: engine.insertAim }] }, alone.rate),
    add(info('records written while their keys are new', '/s'), alone.firstRate),
    add(info('processor time of a record written', 'µs'), alone.cpu),
    add(info('a bucket is stored after, 99 of 100', 'ms'), percentile(alone.putMs, 0.99)),
    add(info('records written while a screen is asked', '/s'), writing.rate),
    add(info('a screen while records are written, median', 'ms'), percentile(asked, 0.5)),
    add(info('that screen without writing', 'ms'), half),
    add(info(`a screen of ${formatWhole(rowsOfCluster)} records`, 'ms'), screen),
    add(info('the same screen once its hours are summed', 'ms'), summedScreen),
    add(info('of it, records a second and core', '/s'), perSecondAndCore(rowsOfCluster, summedScreen)),
    add(info('the same screen by hours', 'ms'), hourScreen),
    add(info('of it, hours a second and core', '/s'), perSecondAndCore(hours, hourScreen)),
    add(info('records that an hour of the roll-up sums', ''), rowsOfCluster / hours),
    add(info('records rolled up', '/s'), (rows / rollUpMs) * 1000),
    add(info('a record on disk, on its day', 'B'), recordBytes),
    add(
      { what: 'a record on disk, once its day is over', unit: 'B', aims: [{ atMost: engine.bytesAim }] },
      packedBytes,
    ),
    add(info('a key on disk', 'B'), (bytesAtMiddle - recordBytes * alone.rows) / keysAtMiddle),
    add(info('an hour of a key on disk', 'B'), (bytesWithHours - bytes) / (hours * load.clusters.length)),
    add(info('memory of this process', 'MiB'), process.memoryUsage().rss / MEGABYTE),
    add(
      info(`nodes of ${INPUTS.keysSome.value} keys whose day is written in an hour`, ''),
      (alone.rate * HOUR) / rowsPerDay(INPUTS.keysSome.value),
    ),
  ]
}

export async function run(figures: Figures): Promise<void> {
  await measured(DUCKDB, figures)
  const url = process.env['CLICKHOUSE_URL']
  if (url !== undefined) return measured(clickHouseOf(url), figures)
  const { NO_CLICKHOUSE, startClickHouse } = await import('../server/testing/clickhouse-server.ts')
  if (NO_CLICKHOUSE !== null) {
    console.log(`${NO_CLICKHOUSE}: ClickHouse is not measured.`)
    return
  }
  const started = await startClickHouse(1, {}, tmpdir())
  try {
    for (const server of started.servers) await measured(clickHouseOf(server.url), figures)
  } finally {
    await started.close()
  }
}

async function measured(engine: Engine, figures: Figures): Promise<void> {
  const rows = await measureEngine(engine, figures)
  console.log(formatTable(['what', 'aim', 'figure'], rows))
}
