/** Parquet between us and DuckDB, which most people read it with. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordLine } from '../../../src/capture/capture-writer.ts'
import { felixRecord } from '../../../src/capture/testing/felix-samples.ts'
import { netObservLine } from '../../../src/capture/testing/foreign-samples.ts'
import { readAll, whiskerRecord } from '../../../src/capture/testing/samples.ts'
import type { Flow } from '../../../src/flows/flow.ts'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { fileCommand } from '../../testing/run-file-command.ts'

const T = 1_793_613_600
/** More than one row group of ours, with values of every kind missing now and then. */
const FLOWS: readonly Flow[] = Array.from({ length: 3000 }, (_, i) =>
  buildFlow(
    {
      sourceName: `web-${i % 40}`,
      destName: i % 9 === 0 ? 'pub' : `api-${i % 7}`,
      action: i % 5 === 0 ? 'Deny' : 'Allow',
      destPort: i % 11 === 0 ? 0 : 8080 + (i % 3),
    },
    {
      startTime: i % 13 === 0 ? 0 : T + 15 * Math.floor(i / 100),
      endTime: T + 15 * Math.floor(i / 100) + 15,
      bytesIn: i * 1_000_003,
      numConnectionsLive: i % 4 === 0 ? null : i,
      sourceLabels: i % 6 === 0 ? [] : [`app=web-${i % 40}`, 'tier=front'],
    },
  ),
)

let folder = ''
let ours = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowtrace-'))
  await writeFile(join(folder, 'in.ndjson'), FLOWS.map((flow) => recordLine(flow)).join(''))
  ours = join(folder, 'ours.parquet')
  expect(await fileCommand(['convert', join(folder, 'in.ndjson'), ours])).toMatchObject({
    status: 0,
    error: '',
  })
}, 60_000)

afterAll(() => rm(folder, { recursive: true }))

async function sql(query: string): Promise<readonly Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    return (await connection.runAndReadAll(query)).getRowObjectsJson()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

async function countOf(filter: string): Promise<number> {
  const { out, error } = await fileCommand(['convert', ours, '-', '--filter', filter])
  expect(error).toBe('')
  return (await readAll(out)).flows.length
}

describe('a capture that we wrote', () => {
  test('has columns of sensible types in DuckDB', async () => {
    const columns = await sql(`SELECT column_name n, column_type t FROM (DESCRIBE FROM '${ours}')`)
    expect(Object.fromEntries(columns.map(({ n, t }) => [n, t]))).toMatchObject({
      start_time: 'TIMESTAMP WITH TIME ZONE',
      source_name: 'VARCHAR',
      dest_port: 'INTEGER',
      bytes_in: 'BIGINT',
      source_labels: 'VARCHAR[]',
      enforced_policies: 'VARCHAR',
      unknown_members: 'VARCHAR',
      entry: 'INTEGER',
    })
  })

  test('has a number for each key with its labels', async () => {
    const [row] = await sql(
      `SELECT count(DISTINCT entry) AS entries, max(entry) AS last, (SELECT count(*) FROM (SELECT DISTINCT COLUMNS(c ->
       c NOT SIMILAR TO '(entry|unknown_members|.*_time|(packets|bytes|num)_.*)') FROM '${ours}')) AS keys FROM '${ours}'`,
    )
    expect(row).toMatchObject({ entries: row?.keys, last: Number(row?.keys) - 1 })
  })

  test.each([
    ['action = Deny', `action = 'Deny'`],
    ['bytes > 1GB', 'bytes_in + bytes_out > 1e9'],
    ['port = 8081', 'dest_port = 8081'],
    ['dst.name = pub and action = Allow', `dest_name = 'pub' AND action = 'Allow'`],
    ['src.label = "app=web-3"', `list_contains(source_labels, 'app=web-3')`],
  ])('is filtered by DuckDB as by us: %s', async (filter, where) => {
    const [row] = await sql(`SELECT count(*) AS n FROM '${ours}' WHERE ${where}`)
    expect(Number(row?.n)).toBe(await countOf(filter))
    expect(Number(row?.n)).toBeGreaterThan(0)
  })

  test('has the times, sums and nulls that were recorded', async () => {
    const [row] = await sql(
      `SELECT epoch(min(start_time)) AS earliest, epoch(max(end_time)) AS latest, sum(bytes_in)::VARCHAR AS bytes,
       count(start_time) AS timed, count(num_connections_live) AS counted,
       count(DISTINCT enforced_policies->>'$[0].kind') AS kinds FROM '${ours}'`,
    )
    expect(row).toMatchObject({
      earliest: T,
      latest: T + 15 * 30,
      bytes: String(FLOWS.reduce((sum, { bytesIn }) => sum + (bytesIn ?? 0), 0)),
      timed: String(FLOWS.filter(({ startTime }) => startTime > 0).length),
      counted: String(FLOWS.filter(({ numConnectionsLive }) => numConnectionsLive !== null).length),
      kinds: '2',
    })
  })
})

describe('what DuckDB wrote', () => {
  test.each([
    'COMPRESSION snappy',
    'COMPRESSION zstd, ROW_GROUP_SIZE 2048',
    'COMPRESSION gzip',
    'COMPRESSION uncompressed',
    'PARQUET_VERSION v2',
    'PARQUET_VERSION v2, COMPRESSION zstd',
  ])('from our file is read whole: %s', async (options) => {
    const path = join(folder, 'theirs.parquet')
    await sql(`COPY (FROM '${ours}') TO '${path}' (FORMAT parquet, ${options})`)
    const { flows, refusals, format } = await readAll(await readFile(path))
    expect(refusals).toEqual([])
    expect(format).toBe('Goldmane flows (Parquet)')
    expect(flows).toEqual(FLOWS)
  })

  test('from our file with other values and our metadata is read by these values', async () => {
    const [metadata] = await sql(
      `SELECT decode(value) AS value FROM parquet_kv_metadata('${ours}') WHERE decode(key) = 'flowtrace.entries'`,
    )
    const path = join(folder, 'changed.parquet')
    await sql(
      `COPY (SELECT * REPLACE (source_name || '-' || bytes_in AS source_name) FROM '${ours}')
       TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048, KV_METADATA { "flowtrace.entries": '${String(metadata?.value)}' })`,
    )
    const { flows, refusals } = await readAll(await readFile(path))
    expect(refusals).toEqual([])
    expect(flows.map(({ key }) => key.sourceName)).toEqual(
      FLOWS.map(({ key, bytesIn }) => `${key.sourceName}-${bytesIn}`),
    )
  })

  test('from our NDJSON, as text and with fewer columns, is read', async () => {
    const path = join(folder, 'query.parquet')
    await sql(
      `COPY (SELECT flow.Key.sourceName AS source_name, flow.Key.destName AS dest_name, flow.Key.action AS action,
         flow.startTime AS start_time, flow.bytesIn AS bytes_in, to_json(flow.sourceLabels) AS source_labels,
         to_json(flow.Key.policies.enforcedPolicies) AS enforced_policies, 1 AS other
       FROM read_json('${join(folder, 'in.ndjson')}')) TO '${path}'`,
    )
    const { flows, refusals } = await readAll(await readFile(path))
    expect(refusals).toEqual([])
    expect(flows).toHaveLength(FLOWS.length)
    expect(flows[1]).toMatchObject({
      key: {
        sourceName: 'web-1',
        destName: 'api-1',
        action: 'Allow',
        policies: { enforced: FLOWS[1]?.key.policies.enforced },
      },
      startTime: T,
      bytesIn: 1_000_003,
      bytesOut: null,
      sourceLabels: ['app=web-1', 'tier=front'],
    })
  })

  test('of other columns is refused by their names', async () => {
    const path = join(folder, 'other.parquet')
    await sql(`COPY (SELECT 1 AS id, 'x' AS message) TO '${path}'`)
    const { flows, refusals } = await readAll(await readFile(path))
    expect(flows).toEqual([])
    expect(refusals.map(({ reason }) => reason)).toEqual([
      'This Parquet file cannot be read: its columns are not those of flows: it has id, message; flows have source_name, dest_name, action and others',
    ])
  })
})

/** What DuckDB makes of lines of JSON, in a file. */
async function asParquet(lines: readonly object[], options = 'COMPRESSION snappy'): Promise<Buffer> {
  const from = join(folder, 'lines.ndjson')
  const to = join(folder, 'lines.parquet')
  await writeFile(from, lines.map((record) => `${JSON.stringify(record)}\n`).join(''))
  await sql(
    `COPY (FROM read_json('${from}', sample_size = -1, maximum_depth = -1)) TO '${to}' (FORMAT parquet, ${options})`,
  )
  return readFile(to)
}

/** DuckDB has no difference between a missing member and null: a counter of 0 is left out of a line. */
function counted(flow: Flow): Flow {
  return { ...flow, numConnectionsLive: flow.numConnectionsLive ?? 0 }
}

describe('records that DuckDB read as JSON, with structs', () => {
  const goldmane = FLOWS.slice(0, 300)

  test.each(['COMPRESSION snappy', 'COMPRESSION zstd, PARQUET_VERSION v2', 'COMPRESSION uncompressed'])(
    'are read as from their lines: Goldmane, %s',
    async (options) => {
      const lines = goldmane.map((flow) => JSON.parse(recordLine(flow)) as object) // an object is what we write
      const { flows, refusals, format } = await readAll(await asParquet(lines, options))
      expect(refusals).toEqual([])
      expect(format).toBe('Goldmane flows (protojson)')
      expect(flows).toEqual(goldmane.map(counted))
    },
  )

  test.each([
    ['Whisker', Array.from({ length: 50 }, (_, i) => whiskerRecord(i % 7))],
    ['NetObserv', Array.from({ length: 50 }, (_, i) => netObservLine(i))],
    ['Felix', Array.from({ length: 50 }, (_, i) => felixRecord(i))],
  ])('are read as from their lines: %s', async (_, lines) => {
    const wanted = await readAll(lines.map((record) => `${JSON.stringify(record)}\n`).join(''))
    expect(wanted.flows).toHaveLength(50)
    const { flows, refusals, format } = await readAll(await asParquet(lines))
    expect(refusals).toEqual([])
    expect(format).toBe(wanted.format)
    expect(flows).toEqual(wanted.flows)
  })

  test('are refused one by one with their numbers', async () => {
    const lines = [netObservLine(1), { ...netObservLine(2), DstPort: 70_000 }, netObservLine(3)]
    const { flows, refusals } = await readAll(await asParquet(lines))
    expect(flows).toHaveLength(2)
    expect(refusals).toMatchObject([{ line: 2, reason: expect.stringContaining('65535') as string }])
  })
})
