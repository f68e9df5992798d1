// `flowtrace record` as a process: its output, its exit status, and what it leaves behind when it is killed.
import { once } from 'node:events'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { BUCKET_SECONDS, bucketStart } from '../src/flows/bucket.ts'
import { Goldmane } from '../src/goldmane/goldmane.ts'
import { RECORD_HELP } from './cli/record-options.ts'
import { serveGoldmane } from './demo/goldmane-grpc.ts'
import { BuiltProgram, outcomeOf } from './testing/built-program.ts'
import { flowAt } from './testing/followed-goldmane.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

const program = BuiltProgram.ofThisFile()

const BUCKETS = 200
const KEYS = 120

/** A Goldmane with as many records as a recording takes a while for; its address. */
async function startGoldmane(keys = KEYS): Promise<string> {
  const goldmane = new Goldmane({ now: () => Date.now() / 1000 })
  const current = bucketStart(Date.now() / 1000)
  for (let n = BUCKETS; n > 0; n--)
    for (let port = 1; port <= keys; port++) goldmane.ingest(flowAt(current - n * BUCKET_SECONDS, port))
  const { port, close } = await serveGoldmane(goldmane)
  onTestFinished(close)
  return `http://127.0.0.1:${port}`
}

/** What `gzip -dc` can give of a file that may be cut off. */
async function gunzipped(bytes: Buffer): Promise<string> {
  const gunzip = createGunzip()
  const chunks: Buffer[] = []
  gunzip.on('data', (chunk: Buffer) => chunks.push(chunk))
  const end = new Promise<void>((resolve) => {
    gunzip.once('end', resolve)
    gunzip.once('error', () => resolve())
  })
  gunzip.end(bytes)
  await end
  return Buffer.concat(chunks).toString()
}

/** The records of a recording's text, as `bucket/port`. Throws for a line that is not whole, but for the last. */
function wholeRecords(text: string): string[] {
  const lines = text.split('\n')
  // What follows the last newline.
  lines.pop()
  return lines.slice(1).map((line) => {
    const { flow } = JSON.parse(line) as { flow: { startTime: string; Key: { destPort: string } } } // Or it fails below.
    return `${flow.startTime}/${flow.Key.destPort}`
  })
}

describe('a process that is killed while it records', () => {
  test.each([
    ['flows.ndjson', 1],
    ['flows.ndjson', 5_000_000],
    ['flows.ndjson.gz', 1],
    ['flows.ndjson.gz', 25_000],
  ])('leaves whole records in %s, killed after %i bytes', async (name, bytes) => {
    const url = await startGoldmane()
    const path = join(await temporaryFolder(), name)
    const child = program.start('record', '--goldmane', url, '--out', path)
    await expect
      .poll(async () => (await stat(path).catch(() => null))?.size ?? 0, { interval: 1 })
      .toBeGreaterThanOrEqual(bytes)
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
    const file = await readFile(path)
    const records = wholeRecords(name.endsWith('.gz') ? await gunzipped(file) : file.toString())
    // A prefix of what Goldmane sends: whole buckets, ascending, each with all keys in order.
    const first = Number(records[0]?.split('/')[0] ?? 0)
    expect(records).toEqual(
      records.map((_, i) => `${first + Math.floor(i / KEYS) * BUCKET_SECONDS}/${(i % KEYS) + 1}`),
    )
    if (bytes > 1) expect(records.length).toBeGreaterThan(1000)
  })
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends a recording well, with a summary', async (signal) => {
  const url = await startGoldmane(1)
  const path = join(await temporaryFolder(), 'flows.ndjson')
  const child = program.start('record', '--goldmane', url, '--out', path)
  await expect.poll(async () => (await stat(path).catch(() => null))?.size ?? 0).toBeGreaterThan(0)
  const outcome = outcomeOf(child)
  child.kill(signal)
  const { out, error, code } = await outcome
  const records = wholeRecords(await readFile(path, 'utf8'))
  expect({ out, code }).toEqual({ out: '', code: 0 })
  expect(error).toMatch(
    new RegExp(
      `^Recorded to .*flows\\.ndjson: ${records.length} records \\(.*B\\) in 0:00:\\d\\d, 0 gaps, 0 dup`,
    ),
  )
  // Standard error is no terminal here.
  expect(error).not.toContain('\r')
})

test('standard output is for the records alone', async () => {
  const { out, error, code } = await program.run(
    'record',
    '--goldmane',
    await startGoldmane(2),
    '--out=-',
    '--for=3s',
    '--filter=port = 2',
  )
  const [header] = out.split('\n')
  expect(JSON.parse(header ?? '')).toMatchObject({
    flowtraceCapture: 1,
    tool: expect.stringMatching(/^flowtrace \d/),
    cluster: 'goldmane',
    filter: 'port = 2',
  })
  expect(new Set(wholeRecords(out).map((record) => record.split('/')[1]))).toEqual(new Set(['2']))
  expect(error).toMatch(/^Recorded to standard output: \d+ records .* not of the filter\.\n$/)
  expect(code).toBe(0)
})

test('a disk that is full, a file that is there, and a Goldmane that is away', async () => {
  const path = join(program.folder, 'server/main.js')
  expect(await program.run('record', '--demo', '--out', path)).toEqual({
    out: '',
    error: `flowtrace: ${path} is there already, and is not written over. --help lists the options.\n`,
    code: 2,
  })
  expect(await program.run('record', '--goldmane', await startGoldmane(1), '--out', '/dev/full')).toEqual({
    out: '',
    error:
      'flowtrace: /dev/full can no longer be written: the disk is full (ENOSPC); what was written before is whole: 0 records.\n',
    code: 1,
  })
  const away = [
    'record',
    '--goldmane',
    'http://127.0.0.1:1',
    '--out',
    '-',
    '--for',
    '1s',
    '--log-level',
    'error',
  ]
  const { error, code } = await program.run(...away)
  expect(error).toMatch(
    /flowtrace: Goldmane was never reached: 127\.0\.0\.1:1 refused the TCP connection.*\.\n$/,
  )
  expect(code).toBe(1)
})

test('record --help, and what record does not take', async () => {
  expect(await program.run('record', '--help')).toEqual({ out: RECORD_HELP, error: '', code: 0 })
  expect(await program.run('record', '--out', 'x')).toMatchObject({
    error: expect.stringContaining('record wants a source'),
    code: 2,
  })
})
