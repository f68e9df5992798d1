/** What the terminal's commands for captures print and write, and their exit statuses. */
import { execFileSync } from 'node:child_process'
import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { captureWriter, headerLine, recordLine } from '../../../src/capture/capture-writer.ts'
import { EMPTY_HEADER } from '../../../src/capture/format/capture-header.ts'
import { line, protojsonFlow, readAll, whiskerRecord } from '../../../src/capture/testing/samples.ts'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { hasHidden } from '../../../src/lib/visible-text.ts'
import { canWriteZstd } from '../../lib/compressors.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { fileCommand } from '../../testing/run-file-command.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

const T = 1_793_613_600
/** A flow of the n-th bucket. */
const at = (n: number, destName = `api-${n}`, more: Parameters<typeof buildFlow>[1] = {}) =>
  buildFlow({ destName }, { startTime: T + 15 * n, endTime: T + 15 * n + 15, ...more })
const DENIED = buildFlow(
  { action: 'Deny', sourceNamespace: 'shop', destName: 'db' },
  { startTime: T, endTime: T + 15 },
)
const HEADER = {
  ...EMPTY_HEADER,
  tool: 'flowtrace 0.1.0',
  source: { kind: 'live', name: 'Production' },
  cluster: 'prod',
  server: 'https://goldmane:7443',
  window: { from: T, to: T + 600 },
  gaps: [{ from: T + 60, to: T + 90, reason: 'the connection was lost' }],
  others: { novelty: [1] },
}

async function fileOf(content: string | Uint8Array, name = 'in.ndjson'): Promise<string> {
  const path = join(await temporaryFolder(), name)
  await writeFile(path, content)
  return path
}

const linesOf = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((each) => JSON.parse(each))

describe('convert', () => {
  test('writes a header and one record a line, byte for byte', async () => {
    const path = await fileOf(line(whiskerRecord(3, { source_labels: '', policies: null })), 'whisker.json')
    expect(await fileCommand(['convert', path, '-'])).toMatchObject({
      status: 0,
      error: '',
      out:
        '{"flowtraceCapture":1,"tool":"flowtrace 1.2.3","source":{"kind":"capture","name":"whisker.json"}}\n' +
        '{"flow":{"Key":{"sourceName":"probe-*","sourceNamespace":"default","destName":"api-3-*",' +
        '"destNamespace":"backend","destPort":"8080","proto":"tcp","reporter":"Dst","action":"Deny","policies":{}},' +
        '"startTime":"1793613615","endTime":"1793613630","destLabels":["app=api"],"packetsIn":"3","bytesIn":"222",' +
        '"numConnectionsStarted":null,"numConnectionsCompleted":null,"numConnectionsLive":null}}\n',
    })
  })

  test.each(['out.ndjson', 'out.jsonl.gz', 'out.pb', 'out.binpb.gz', 'out.PB', 'out.parquet'])(
    'to %s and back loses nothing, unknown members of the header among it',
    async (name) => {
      const flows = [at(0), DENIED, at(1)]
      const path = await fileOf(headerLine(HEADER) + flows.map((flow) => recordLine(flow)).join(''))
      const out = join(await temporaryFolder(), name)
      expect(await fileCommand(['convert', path, out])).toMatchObject({ status: 0, out: '', error: '' })
      const written = await readFile(out)
      expect(written[0] === 0x1f).toBe(name.endsWith('.gz'))
      expect(await readAll(written)).toMatchObject({ flows, refused: 0 })
      const back = await fileCommand(['convert', out, '-'])
      expect(await readAll(back.out)).toMatchObject({
        flows,
        headers: [{ ...HEADER, tool: 'flowtrace 1.2.3' }],
        refused: 0,
      })
    },
  )

  test.skipIf(!canWriteZstd())(
    `to zstd and back loses nothing (${canWriteZstd() ? 'run' : `Node ${process.version} cannot write it`})`,
    async () => {
      const flows = Array.from({ length: 3000 }, (_, i) => at(i))
      const path = await fileOf(headerLine(HEADER) + flows.map((flow) => recordLine(flow)).join(''))
      for (const name of ['out.ndjson.zst', 'out.pb.zst']) {
        const out = join(await temporaryFolder(), name)
        expect(await fileCommand(['convert', path, out])).toMatchObject({ status: 0, out: '', error: '' })
        const written = await readFile(out)
        expect(written.readUInt32LE(0)).toBe(0xfd2fb528)
        expect(await readAll(written)).toMatchObject({ flows, refused: 0 })
        const merged = await fileCommand(['merge', out, path, '-', '--to', 'ndjson.zst'])
        expect((await readAll(merged.bytes)).flows).toHaveLength(2 * flows.length)
      }
    },
  )

  test('keeps members of records that it does not know', async () => {
    const record = { id: '7', flow: { ...protojsonFlow(), novelty: { a: 1 } } }
    const { out } = await fileCommand(['convert', '-', '-'], { stdin: line(record) + line(record) })
    expect(linesOf(out).slice(1)).toMatchObject([record, record])
  })

  test('writes what the filter leaves, and says so in the header', async () => {
    const stdin =
      headerLine({ ...EMPTY_HEADER, filter: 'port = 80' }) + recordLine(at(0)) + recordLine(DENIED)
    const { out } = await fileCommand(['convert', '-', '-', '--filter', 'action = deny'], { stdin })
    expect(await readAll(out)).toMatchObject({
      flows: [DENIED],
      headers: [{ filter: '(port = 80) and (action = Deny)' }],
    })
    const none = await fileCommand(['convert', '-', '-', '--filter', 'port = 1'], { stdin })
    expect({ status: none.status, lines: linesOf(none.out).length }).toEqual({ status: 0, lines: 1 })
  })

  test.each([
    ['bytes > 1000', ['big']],
    ['packets >= 9', ['many']],
    ['conns > 6', ['busy']],
    ['seen < 1m', ['late']],
    ['seen > 3m and not name = big', ['many', 'busy']],
  ])('knows of counters and ages what the page knows: %s', async (query, names) => {
    const small = { packetsIn: 1, packetsOut: 1, bytesIn: 1, bytesOut: 1, numConnectionsStarted: 1 }
    const stdin = [
      at(0, 'big', { ...small, bytesIn: 1000 }),
      at(1, 'many', { ...small, packetsOut: 8 }),
      at(2, 'busy', { ...small, numConnectionsStarted: 7 }),
      at(20, 'late', small),
    ]
      .map((flow) => recordLine(flow))
      .join('')
    const { out } = await fileCommand(['convert', '-', '-', '--filter', query], { stdin })
    expect((await readAll(out)).flows.map(({ key }) => key.destName)).toEqual(names)
  })

  test('reports what cannot be read with its place, and writes the rest', async () => {
    const path = await fileOf(`${recordLine(at(0))}oops\n${recordLine(at(1))}`)
    const { status, out, error } = await fileCommand(['convert', path, '-'])
    expect({ status, error }).toEqual({
      status: 0,
      error: 'in.ndjson:2:1: This line is not a record: there is no JSON in it: oops\n',
    })
    expect(linesOf(out)).toHaveLength(3)
  })

  test('says what protobuf cannot hold', async () => {
    const stdin = recordLine(buildFlow({ action: 'Unknown(Audit)' }))
    const { status, error } = await fileCommand(['convert', '-', '-', '--to', 'protobuf'], { stdin })
    expect({ status, error }).toEqual({
      status: 0,
      error: 'Not in the output: 1 record with a word outside an enum, which protobuf has only by number\n',
    })
  })

  test('to its own input replaces it', async () => {
    const path = await fileOf(line(whiskerRecord()))
    await fileCommand(['convert', path, path])
    expect(linesOf(await readFile(path, 'utf8'))).toHaveLength(2)
    expect(await readdir(join(path, '..'))).toEqual(['in.ndjson'])
  })

  test('to a link writes the file that it leads to', async () => {
    const path = await fileOf('old', 'target.ndjson')
    const link = join(path, '../link.ndjson')
    await symlink(path, link)
    await fileCommand(['convert', '-', link], { stdin: recordLine(at(0)) })
    expect(linesOf(await readFile(path, 'utf8'))).toHaveLength(2)
  })

  test('to a FIFO writes into it, and leaves it there', async () => {
    const path = join(await temporaryFolder(), 'fifo.ndjson')
    execFileSync('mkfifo', [path])
    const [read] = await Promise.all([
      readFile(path, 'utf8'),
      fileCommand(['convert', '-', path], { stdin: recordLine(at(0)) }),
    ])
    expect(linesOf(read)).toHaveLength(2)
    expect((await stat(path)).isFIFO()).toBe(true)
  })

  test.each([
    ['an input without flows', 'nothing\n', 'There are no flows in standard input'],
    ['an empty input', '', 'There are no flows in standard input'],
  ])('with %s leaves what was there before', async (_, stdin, message) => {
    const path = await fileOf('before', 'out.ndjson')
    await expect(fileCommand(['convert', '-', path], { stdin })).rejects.toThrow(new UsageError(message))
    expect(await readFile(path, 'utf8')).toBe('before')
    expect(await readdir(join(path, '..'))).toEqual(['out.ndjson'])
  })

  test('stopped by Ctrl+C has status 130, and leaves no half file', async () => {
    const path = await fileOf('before', 'out.ndjson')
    const interrupted = new AbortController()
    const stdin = new PassThrough()
    stdin.write(recordLine(at(0)))
    stdin.once('data', () => interrupted.abort())
    const { status, error } = await fileCommand(['convert', '-', path], { stdin, signal: interrupted.signal })
    expect({ status, error }).toEqual({ status: 130, error: '' })
    expect(await readFile(path, 'utf8')).toBe('before')
    expect(await readdir(join(path, '..'))).toEqual(['out.ndjson'])
  })

  test.each([
    [['convert', '/none/in.ndjson', '-'], 'The capture in.ndjson cannot be read (ENOENT)'],
    [['convert', '/', '-'], 'cannot be read (EISDIR)'],
    [['convert', '-', '/none/out.ndjson'], '/none/out.ndjson cannot be written (ENOENT)'],
  ])('says which file is at fault: %j', async (argv, message) => {
    await expect(fileCommand(argv, { stdin: recordLine(at(0)) })).rejects.toThrow(message)
  })

  test('reads from a pipe that ends late', async () => {
    const stdin = Readable.from(
      [recordLine(at(0)).slice(0, 50), recordLine(at(0)).slice(50)].map((part) => Buffer.from(part)),
    )
    expect(await readAll((await fileCommand(['convert', '-', '-'], { stdin })).out)).toMatchObject({
      flows: [at(0)],
    })
  })
})

describe('merge', () => {
  test('sorts by start; of one start in the order of the files', async () => {
    const a = await fileOf(
      headerLine({ ...HEADER, cluster: 'a' }) + [at(4, 'a4'), at(1, 'a1')].map((f) => recordLine(f)).join(''),
      'a.ndjson',
    )
    const b = await fileOf(gzipSync([at(1, 'b1'), at(0, 'b0')].map((f) => recordLine(f)).join('')), 'b.gz')
    const { out, error } = await fileCommand(['merge', a, b, '-', '-'], { stdin: recordLine(at(1, 'c1')) })
    const { flows, headers } = await readAll(out)
    expect(error).toBe('')
    expect(flows.map(({ key }) => key.destName)).toEqual(['b0', 'a1', 'b1', 'c1', 'a4'])
    expect(headers).toMatchObject([
      { cluster: 'a', window: HEADER.window, gaps: HEADER.gaps },
      { source: { kind: 'capture', name: 'b.gz' }, gaps: null },
      { source: { kind: 'capture', name: 'standard input' } },
    ])
  })

  test('into protobuf keeps what was not recorded apart', async () => {
    const flow = at(0, 'api', { numConnectionsStarted: null })
    const { bytes } = await fileCommand(['merge', '-', '-', '--to', 'protobuf.gz'], {
      stdin: recordLine(at(1)) + recordLine(flow),
    })
    expect(await readAll(gunzipSync(bytes))).toMatchObject({ flows: [flow, at(1)], refused: 0 })
  })

  test('leaves out ids, which hold for one server’s run, and keeps other unknown members', async () => {
    const record = { id: '7', flow: { ...protojsonFlow(), novelty: 1 } }
    const { out } = await fileCommand(['merge', '-', '-'], { stdin: line(record) })
    expect(linesOf(out)[1]).toMatchObject({ flow: { novelty: 1 } })
    expect(out).not.toContain('"id"')
  })

  test('sorts by ages of all files', async () => {
    const a = await fileOf(recordLine(at(0, 'old')))
    const b = await fileOf(recordLine(at(40, 'new')))
    const { out } = await fileCommand(['merge', a, b, '-', '--filter', 'seen < 5m'])
    expect((await readAll(out)).flows.map(({ key }) => key.destName)).toEqual(['new'])
  })
})

describe('head', () => {
  const many = Array.from({ length: 30 }, (_, n) => recordLine(at(n))).join('')

  test('prints ten records, or as many as asked, behind the header', async () => {
    expect(linesOf((await fileCommand(['head', '-'], { stdin: many })).out)).toHaveLength(11)
    const { out } = await fileCommand(['head', '-', '-n', '2', '--filter', 'name = (api-5, api-7, api-9)'], {
      stdin: headerLine(HEADER) + many,
    })
    const { flows, headers } = await readAll(out)
    expect(flows).toEqual([at(5), at(7)])
    // The window of the whole file would be too long for two records.
    expect(headers).toMatchObject([{ cluster: 'prod', window: null }])
  })

  test('reads no further than it needs', async () => {
    const endless = Readable.from(
      (function* () {
        for (let n = 0; ; n++) yield Buffer.from(recordLine(at(n % 100)))
      })(),
    )
    expect(await fileCommand(['head', '-', '-n', '1'], { stdin: endless })).toMatchObject({ status: 0 })
    expect(endless.destroyed).toBe(true)
  })

  test('prints no control character of a record', async () => {
    const stdin = recordLine(buildFlow({ sourceName: '\u{9B}2J\u{202E}' }))
    const { out } = await fileCommand(['head', '-'], { stdin })
    expect(hasHidden(out.replaceAll('\n', ''))).toBe(false)
  })
})

describe('stats', () => {
  const content =
    headerLine(HEADER) +
    [at(0), at(2), DENIED].map((flow) => recordLine(flow)).join('') +
    'oops\n{"a":1}\nmore\n'

  test('says in words what the capture holds', async () => {
    const { status, out, error } = await fileCommand(['stats', await fileOf(content)])
    expect({ status, error }).toEqual({ status: 0, error: '' })
    expect(out).toBe(`in.ndjson: Goldmane flows (protojson)
  Source      live, Production · prod · https://goldmane:7443
  Written by  flowtrace 0.1.0
  Window      2026-11-02T10:00:00Z to 2026-11-02T10:10:00Z
  Gaps        1: 2026-11-02T10:01:00Z to 2026-11-02T10:01:30Z (the connection was lost)
  Records     3
  Times       2026-11-02T10:00:00Z to 2026-11-02T10:00:45Z
  Verdicts    Allow 2, Deny 1
  Reporters   Src 3
  Namespaces  backend 3, frontend 2, shop 1
  Refused     3
              This line is not a record: there is no JSON in it (2×, first in line 5)
              This is not a flow in any form that Flowtrace reads (1×, first in line 6)
`)
  })

  test('says of several captures what they hold together, and in which file a reason stands', async () => {
    const [a, b] = [
      await fileOf(recordLine(at(0)), 'a.ndjson'),
      await fileOf(`${recordLine(DENIED)}oops\n`, 'b.ndjson'),
    ]
    const { status, out } = await fileCommand(['stats', a, b])
    expect(status).toBe(0)
    expect(out).toContain('a.ndjson, b.ndjson: Goldmane flows (protojson)\n')
    expect(out).toContain('Records     2\n')
    expect(out).toContain('(1×, first in line 2 of b.ndjson)')
  })

  test('as JSON, of what the filter leaves', async () => {
    const { out } = await fileCommand(['stats', '-', '--json', '--filter', 'action = deny'], {
      stdin: content,
    })
    expect(JSON.parse(out)).toMatchObject({
      name: 'standard input',
      format: 'Goldmane flows (protojson)',
      headers: [{ flowtraceCapture: 1, cluster: 'prod', novelty: [1] }],
      read: 3,
      matched: 1,
      from: '2026-11-02T10:00:00Z',
      to: '2026-11-02T10:00:15Z',
      verdicts: { Deny: 1 },
      namespaces: { backend: 1, shop: 1 },
      refused: 3,
      reasons: [
        { count: 2, firstLine: 5 },
        { count: 1, firstLine: 6 },
      ],
    })
  })

  test('of a file without records says why, and has status 2', async () => {
    await expect(fileCommand(['stats', '-'], { stdin: 'oops\n' })).rejects.toThrow(
      new UsageError('There are no flows in standard input'),
    )
  })

  test('of records without times and connections says that they were not recorded', async () => {
    const trace = line({ enforced: [{ kind: 'Profile', name: 'kns.x', action: 'Allow' }], pending: [] })
    const { out } = await fileCommand(['stats', '-'], { stdin: trace })
    expect(out).toContain('  Times       not recorded\n')
    expect(out).toContain('  Namespaces  not recorded 1\n')
  })
})

test('protobuf of another program, without a header, is converted too', async () => {
  const writer = captureWriter('protobuf')
  writer.record(at(0), null)
  const { out } = await fileCommand(['convert', '-', '-'], { stdin: Buffer.from(writer.end()) })
  expect(await readAll(out)).toMatchObject({ flows: [at(0)], headers: [{ source: { kind: 'capture' } }] })
})
