import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { headerLine, recordLine } from '../../../src/capture/capture-writer.ts'
import { EMPTY_HEADER } from '../../../src/capture/format/capture-header.ts'
import { readAll } from '../../../src/capture/testing/samples.ts'
import type { Flow } from '../../../src/flows/flow.ts'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { anyFlow } from '../../../src/filter/testing/arbitrary-queries.ts'
import { MemoryHistory } from '../../history/testing/memory-history.ts'
import { HistoryError } from '../../history/history-error.ts'
import { openHistoryPlace } from './open-place.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { historyCommand, openingOf } from '../../testing/history-command.ts'
import type { RunOptions } from '../../testing/run-file-command.ts'
import type { Ran } from '../../testing/run-on-streams.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

/** A multiple of 15. */
const T = 1_793_613_600
const HEADER = headerLine({ ...EMPTY_HEADER, cluster: 'prod' })

function flowAt(
  startTime: number,
  key: Parameters<typeof buildFlow>[0] = {},
  more: Partial<Flow> = {},
): Flow {
  return buildFlow(key, { startTime, endTime: startTime + 15, ...more })
}

function capture(flows: readonly Flow[], header = HEADER): string {
  return header + flows.map((flow) => recordLine(flow)).join('')
}

/** What is compared of records: a history sorts them, and their labels. */
function shapeOf(flows: readonly Flow[]): readonly string[] {
  return flows
    .map(({ sourceLabels, destLabels, ...flow }) =>
      JSON.stringify({ ...flow, sourceLabels: sourceLabels.toSorted(), destLabels: destLabels.toSorted() }),
    )
    .sort()
}

function sumOf(flows: readonly Flow[], name: 'bytesIn' | 'numConnectionsLive'): number {
  return flows.reduce((sum, flow) => sum + (flow[name] ?? 0), 0)
}

let store: MemoryHistory

beforeEach(() => {
  store = new MemoryHistory()
})

function ran(argv: readonly string[], options?: RunOptions): Promise<Ran> {
  return historyCommand(openingOf(store), [...argv, '--history', '/nowhere'], options)
}

async function importing(flows: readonly Flow[], ...argv: readonly string[]): Promise<string> {
  const { status, error } = await ran(['import', '-', ...argv], { stdin: capture(flows) })
  expect(status).toBe(0)
  return error
}

async function exported(...argv: readonly string[]): Promise<readonly Flow[]> {
  const { bytes } = await ran(['export', '-', ...argv])
  return (await readAll(bytes)).flows
}

describe('an import', () => {
  test('and an export give the records of 15 s back', async () => {
    const flows = [
      flowAt(T),
      flowAt(T, { action: 'Deny' }),
      flowAt(T + 7200, {}, { numConnectionsStarted: null }),
    ]
    expect(await importing(flows)).toBe(
      'Stored: 3 records of cluster prod in 2 buckets, 2026-11-02T10:00:00Z to 2026-11-02T12:00:15Z\n',
    )
    expect(shapeOf(await exported())).toEqual(shapeOf(flows))
  })

  test('a second time changes nothing', async () => {
    const flows = [flowAt(T), flowAt(T + 15)]
    await importing(flows)
    const before = await store.have('prod', { from: 0, to: 2 * T })
    expect(await importing(flows)).toBe(
      'Stored: 0 records of cluster prod in 0 buckets\nNot touched: 2 buckets held as they are, or newer\n',
    )
    expect(await store.have('prod', { from: 0, to: 2 * T })).toEqual(before)
    expect(shapeOf(await exported())).toEqual(shapeOf(flows))
  })

  test('of more records replaces what was imported, of fewer it does not', async () => {
    const [a, b] = [flowAt(T), flowAt(T, { destPort: 443 })]
    await importing([a])
    expect(await importing([a, b])).toContain('Stored: 2 records')
    expect(await importing([b])).toContain('Not touched: 1 bucket held as they are, or newer')
    expect(shapeOf(await exported())).toEqual(shapeOf([a, b]))
  })

  test('counts what is too old for the history', async () => {
    const put = store.put.bind(store)
    store.put = async (bucket) => (bucket.start < T ? 'too old' : put(bucket))
    expect(await importing([flowAt(T - 30), flowAt(T - 30, { destPort: 443 }), flowAt(T)])).toBe(
      'Stored: 1 record of cluster prod in 1 bucket, 2026-11-02T10:00:00Z to 2026-11-02T10:00:15Z\n' +
        'Not stored: 2 records in 1 bucket, too old for the days that the history keeps\n',
    )
  })

  test('never replaces what a gateway recorded', async () => {
    await importing([flowAt(T)])
    const [held] = await store.have('prod', { from: T, to: T + 15 })
    expect(held?.version).toBeLessThan((T + 15) * 1000)
  })

  test('sums the records of one key in a bucket, whatever the order of its labels', async () => {
    const labels = ['app=web', 'tier=front']
    await importing([
      flowAt(
        T + 3,
        {},
        { endTime: T + 15, sourceLabels: labels, bytesIn: 5, bytesOut: null, packetsIn: null },
      ),
      flowAt(
        T + 4,
        {},
        { endTime: T + 15, sourceLabels: labels.toReversed(), bytesIn: 7, bytesOut: 2, packetsIn: null },
      ),
    ])
    expect(await exported()).toMatchObject([
      { startTime: T, endTime: T + 15, bytesIn: 12, bytesOut: 2, packetsIn: null },
    ])
  })

  test.each([
    ['a flow of a moment', T + 3, T + 3, 15],
    ['one without an end', T + 3, 0, 15],
    ['one beyond its bucket', T + 3, T + 18, 30],
    ['five minutes', T, T + 300, 300],
  ])('rounds %s up', async (_, startTime, endTime, seconds) => {
    await importing([flowAt(startTime, {}, { endTime })])
    expect(await store.have('prod', { from: 0, to: 2 * T })).toMatchObject([{ start: T, seconds }])
  })

  test('counts what has no place, and what was refused', async () => {
    const flows = [
      flowAt(T),
      flowAt(0, {}, { endTime: 0 }),
      flowAt(T, {}, { endTime: T + 90_000 }),
      flowAt(2 ** 33),
    ]
    const stdin = `${capture(flows)}nonsense\n`
    const { error } = await ran(['import', '-'], { stdin })
    expect(error).toContain(
      [
        'Not stored: 1 record without a time',
        'Not stored: 1 record longer than a day',
        'Not stored: 1 record of a time after the year 2105',
      ].join('\n'),
    )
    expect(error).toMatch(/standard input/)
    expect(await exported()).toHaveLength(1)
  })

  test('of several captures in any order, filtered, under another name', async () => {
    const folder = await temporaryFolder()
    const paths = [join(folder, 'b.ndjson'), join(folder, 'a.ndjson')] as const
    await writeFile(paths[0], capture([flowAt(T + 30), flowAt(T)]))
    await writeFile(paths[1], capture([flowAt(T + 15), flowAt(T, { action: 'Deny' })], ''))
    await ran(['import', ...paths, '--cluster', 'lab', '--filter', 'action = allow'])
    expect(await store.clusters()).toEqual(['lab'])
    expect((await exported()).map(({ startTime }) => startTime)).toEqual([T, T + 15, T + 30])
  })

  test('notes the gaps of the captures, which an export names again', async () => {
    const gaps = [{ from: T + 15, to: T + 90, reason: 'Goldmane was not reached' }]
    const header = headerLine({ ...EMPTY_HEADER, cluster: 'prod', gaps })
    await ran(['import', '-'], { stdin: capture([flowAt(T), flowAt(T + 90)], header) })
    const { bytes } = await ran(['export', '-'])
    expect((await readAll(bytes)).headers).toMatchObject([{ gaps }])
    // What another capture has of it is missing no more.
    await importing([flowAt(T + 15), flowAt(T + 30)])
    expect(await store.gaps('prod', { from: T, to: T + 90 })).toEqual([
      { from: T + 45, to: T + 90, cause: 'Goldmane was not reached' },
    ])
  })

  test('rolls the hours up', async () => {
    await importing([flowAt(T, {}, { bytesIn: 1 }), flowAt(T + 3000, {}, { bytesIn: 2 })])
    expect(await exported('--hourly')).toMatchObject([{ startTime: T, endTime: T + 3600, bytesIn: 3 }])
  })

  test('keeps what random records hold', async () => {
    const anyStored = anyFlow.map((flow) => ({ ...flow, startTime: T, endTime: T + 15 }))
    await fc.assert(
      fc.asyncProperty(fc.array(anyStored, { minLength: 1, maxLength: 30 }), async (flows) => {
        store = new MemoryHistory()
        await importing(flows)
        const found = await exported()
        expect(sumOf(found, 'bytesIn')).toBe(sumOf(flows, 'bytesIn'))
        expect(sumOf(found, 'numConnectionsLive')).toBe(sumOf(flows, 'numConnectionsLive'))
      }),
      { numRuns: 20 },
    )
  })

  test.each([
    [['import', '-'], capture([flowAt(T)], ''), 'The captures name no cluster: --cluster NAME has to'],
    [
      ['import', '-'],
      HEADER + capture([flowAt(T)], headerLine({ ...EMPTY_HEADER, cluster: 'lab' })),
      'several clusters: --cluster NAME has to choose what they are stored as; they name prod, lab',
    ],
    [['import', '-'], 'nonsense', 'There are no flows in standard input'],
  ])('%j is refused', async (argv, stdin, message) => {
    const refused = ran(argv, { stdin })
    await expect(refused).rejects.toThrow(UsageError)
    await expect(refused).rejects.toThrow(message)
  })

  test('says what the history refuses', async () => {
    store.trouble = new HistoryError('locked', 'Another process has the folder open')
    await expect(importing([flowAt(T)])).rejects.toThrow(
      'The history cannot be written: Another process has the folder open',
    )
  })

  test('ends when it is interrupted, with what was stored', async () => {
    const aborting = new AbortController()
    const put = store.put.bind(store)
    store.put = (bucket) => {
      aborting.abort()
      return put(bucket)
    }
    const stdin = capture([flowAt(T), flowAt(T + 15)])
    const { status, error } = await ran(['import', '-'], { stdin, signal: aborting.signal })
    expect(status).toBe(130)
    expect(error).toContain('Stored: 1 record of cluster prod in 1 bucket')
  })
})

describe('an export', () => {
  const flows = [
    flowAt(T, { action: 'Deny' }),
    flowAt(T + 3600),
    flowAt(T + 3615, { destPort: 443 }),
    flowAt(T + 90_000),
  ]

  beforeEach(() => importing(flows))

  test('is of a time, with a header that names it', async () => {
    await store.addGap('prod', { from: T + 60, to: T + 120, cause: 'The gateway did not run' })
    const { out, error } = await ran(['export', '-', '--from', String(T + 10), '--to', String(T + 3610)])
    expect(error).toBe(
      'Exported to standard output: 2 records of cluster prod, 2026-11-02T10:00:00Z to 2026-11-02T11:00:15Z, 1 gap\n',
    )
    const [header, ...records] = out
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(header).toMatchObject({
      flowtraceCapture: 1,
      tool: 'flowtrace 1.2.3',
      source: { kind: 'history' },
      cluster: 'prod',
      window: { from: '2026-11-02T10:00:00Z', to: '2026-11-02T11:00:15Z' },
      gaps: [{ reason: 'The gateway did not run' }],
    })
    expect(records).toHaveLength(2)
  })

  test('is filtered, and says so', async () => {
    const { out } = await ran(['export', '-', '--filter', 'port = 443 or action = deny'])
    expect(out).toContain('"filter":"port = 443 or action = Deny"')
    expect(out.trimEnd().split('\n')).toHaveLength(3)
    const { bytes, error } = await ran(['export', '-', '--filter', 'port = 1'])
    expect((await readAll(bytes)).flows).toEqual([])
    expect(error).toBe('Exported to standard output: 0 records of cluster prod\n')
  })

  test('counts ages from its end', async () => {
    // The first record is new at the end of its hour, where a question of the export ends.
    await importing([flowAt(T + 3585), flowAt(T + 3615)], '--cluster', 'lab')
    const found = await exported('--cluster', 'lab', '--to', String(T + 3630), '--filter', 'seen <= 10s')
    expect(found).toMatchObject([{ startTime: T + 3615 }])
  })

  test.each(['flows.ndjson.gz', 'flows.pb', 'flows.parquet'])('is %s by its name', async (name) => {
    const path = join(await temporaryFolder(), name)
    const error = `Exported to ${path}: 4 records of cluster prod, 2026-11-02T10:00:00Z to 2026-11-03T11:00:15Z\n`
    expect(await ran(['export', path])).toMatchObject({ status: 0, out: '', error })
    expect(shapeOf((await readAll(await readFile(path))).flows)).toEqual(shapeOf(flows))
  })

  test('is redacted', async () => {
    const folder = await temporaryFolder()
    const argv = ['export', '-', '--redact', 'names', '--salt-file', join(folder, 'salt')]
    const { out } = await ran(argv)
    expect(out).not.toContain('frontend')
  })

  test('of a part says what is missing, and has the status 2', async () => {
    const records = store.records.bind(store)
    store.records = async function* incomplete(...asked) {
      for await (const page of records(...asked)) yield { ...page, incomplete: 'A shard does not answer' }
    }
    const { status, error, out } = await ran(['export', '-'])
    expect({ status, error }).toEqual({
      status: 2,
      error:
        'Exported to standard output: 4 records of cluster prod, 2026-11-02T10:00:00Z to 2026-11-03T11:00:15Z\n' +
        'Not in the output: a part of the history. A shard does not answer\n',
    })
    expect(out.trimEnd().split('\n')).toHaveLength(5)
  })

  test('wants the name of one of several clusters', async () => {
    await importing(flows, '--cluster', 'lab')
    await expect(exported()).rejects.toThrow('--cluster NAME has to choose one of lab, prod')
    await expect(exported('--cluster', 'dev')).rejects.toThrow('no cluster "dev"; there are: lab, prod')
    expect(await exported('--cluster', 'lab')).toHaveLength(4)
  })

  test('of a time without records is refused, and leaves no file', async () => {
    const path = join(await temporaryFolder(), 'a.ndjson')
    const refused = ran(['export', path, '--to', '2020-01-01'])
    await expect(refused).rejects.toThrow('no records of cluster prod to 2020-01-01T00:00:00Z')
    await expect(readFile(path)).rejects.toThrow('ENOENT')
  })
})

describe('a folder', () => {
  test('has with DuckDB what was imported into it', async () => {
    const folder = join(await temporaryFolder(), 'history')
    const flows = [flowAt(T), flowAt(T, { action: 'Deny' }, { bytesIn: null }), flowAt(T + 3600)]
    const there = ['--history', folder]
    const imported = await historyCommand(openHistoryPlace, ['import', '-', ...there], {
      stdin: capture(flows),
    })
    expect(imported.error).toContain('Stored: 3 records of cluster prod in 2 buckets')
    const { bytes, error } = await historyCommand(openHistoryPlace, ['export', '-', ...there])
    expect(error).toMatch(/^Exported to standard output: 3 records of cluster prod, [^\n]+\n$/)
    expect(shapeOf((await readAll(bytes)).flows)).toEqual(shapeOf(flows))
    const hourly = ['export', '-', ...there, '--hourly', '--filter', 'action = deny']
    const { out } = await historyCommand(openHistoryPlace, hourly)
    expect(out).toContain('"window":{"from":"2026-11-02T10:00:00Z","to":"2026-11-02T12:00:00Z"}')
    expect(out.trimEnd().split('\n')).toHaveLength(2)
  })

  test('that is not there has no records, and is not made', async () => {
    const folder = join(await temporaryFolder(), 'history')
    const refused = historyCommand(openHistoryPlace, ['export', '-', '--history', folder])
    await expect(refused).rejects.toThrow(/^There is no history: .+ is no folder$/)
    await expect(readFile(folder)).rejects.toThrow('ENOENT')
  })

  test.each([
    ['--history-ca', /^The history cannot be read: The file of certificates .+ cannot be read \(ENOENT\)$/],
    ['--history-password-file', /^The history cannot be read: The password .+ cannot be read \(ENOENT\)$/],
  ])('in ClickHouse is not asked without the file of %s', async (flag, message) => {
    const file = join(await temporaryFolder(), 'missing')
    const where = ['--history', 'clickhouse://127.0.0.1:1/', flag, file]
    await expect(historyCommand(openHistoryPlace, ['export', '-', ...where])).rejects.toThrow(message)
  })
})

describe('a place', () => {
  test.each([
    ['http://u@127.0.0.1:8123/db', [], /^--history wants a folder, or clickhouse:\/\/.+, not http:\/\/u@/],
    ['.', ['--history-password-file', 'p'], /^--history-password-file needs --history clickhouse:/],
    ['.', ['--history-ca', 'c'], /^--history-ca needs --history clickhouse:/],
    [
      'clickhouse://u@h',
      ['--history-ca', '/nowhere/c'],
      /The file of certificates \/nowhere\/c cannot be read/,
    ],
  ])('%s with %j is refused', async (place, argv, message) => {
    const refused = historyCommand(openHistoryPlace, ['export', '-', '--history', place, ...argv])
    await expect(refused).rejects.toThrow(UsageError)
    await expect(refused).rejects.toThrow(message)
  })

  test('that is another folder is not made one by reading', async () => {
    const folder = await temporaryFolder()
    const refused = historyCommand(openHistoryPlace, ['export', '-', '--history', folder])
    await expect(refused).rejects.toThrow(`There is no history: ${folder} has none of its files`)
    expect(await readdir(folder)).toEqual([])
  })

  test('is not made for a capture that is not there', async () => {
    const folder = join(await temporaryFolder(), 'history')
    const refused = historyCommand(openHistoryPlace, ['import', '/nowhere/a.pb', '--history', folder])
    await expect(refused).rejects.toThrow('The capture a.pb cannot be read (ENOENT)')
    await expect(readFile(folder)).rejects.toThrow('ENOENT')
  })
})
