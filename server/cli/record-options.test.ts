import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canWriteZstd } from '../lib/compressors.ts'
import { UsageError } from '../lib/usage-error.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { parseRecord } from './record-options.ts'

function parsed(...argv: readonly string[]) {
  const command = parseRecord(argv, {})
  if (command.command !== 'record') throw new Error('not a command to record')
  return command
}

test('a recording has a source, a file and limits', () => {
  const argv = ['--goldmane', 'https://goldmane:7443', '--ca', 'ca.crt', '--out', 'flows.gz']
  expect(
    parsed(...argv, '--for', '10m', '--max-size', '100MB', '--rotate', '3', '--filter', 'action = deny'),
  ).toMatchObject({
    source: {
      kind: 'goldmane',
      cluster: { name: 'goldmane', upstream: { url: 'https://goldmane:7443', tls: { ca: 'ca.crt' } } },
    },
    path: 'flows.gz',
    filterText: 'action = deny',
    duration: 600_000,
    maxBytes: 100 * 1024 ** 2,
    maxFiles: 3,
  })
  expect(parsed('--demo', '--out', '-')).toMatchObject({
    source: { kind: 'demo', step: 'lab' },
    path: null,
    filterText: null,
    duration: null,
    maxBytes: Infinity,
    maxFiles: 1,
    log: { level: 'warn' },
  })
})

test('the demo is recorded under the policies of a step', () => {
  expect(parsed('--demo', 'option-c', '--out', '-')).toMatchObject({
    source: { kind: 'demo', step: 'option-c' },
  })
})

test('one of several clusters of a file is recorded', async () => {
  const path = join(await temporaryFolder(), 'flowtrace.yaml')
  await writeFile(
    path,
    'clusters:\n  - { name: prod, goldmane: https://prod:7443 }\n  - { name: lab, goldmane: https://lab:7443 }\n',
  )
  const argv = ['--config', path, '--out', '-']
  expect(parsed(...argv, '--cluster', 'lab').source).toMatchObject({ cluster: { name: 'lab' } })
  expect(() => parsed(...argv)).toThrow('--cluster NAME has to choose one of prod, lab')
  expect(() => parsed(...argv, '--cluster', 'x')).toThrow('There is no cluster "x"; there are: prod, lab')
})

test.each([
  [['--demo'], '--out FILE'],
  [['--out', 'x'], 'record wants a source'],
  [['--out', 'x', '--demo', 'y'], 'not "y"'],
  [['--out', 'x', '--demo', '--goldmane', 'https://a:1'], 'exclude each other'],
  [['--out', 'x', '--demo', '--rotate', '3'], '--rotate needs --max-size'],
  [['--out', '-', '--demo', '--rotate', '3', '--max-size', '1MB'], '--rotate needs a file'],
  [['--out', 'x', '--demo', '--rotate', '1', '--max-size', '1MB'], 'from 2 to 10000'],
  [['--out', 'x', '--demo', '--max-size', '10'], 'from 1MB to 1024GB'],
  [['--out', 'x', '--demo', '--for', '10'], 'such as 30s, 10m or 2h'],
  [['--out', 'x', '--demo', '--for', '0s'], 'such as 30s'],
  [['--out', 'x', '--demo', '--for', '25d'], 'up to 24d'],
  [['--out', 'x', '--demo', '--filter', 'acton = deny'], '--filter is not a query'],
  [['--out', 'x', '--demo', '--port', '80'], '--port'],
])('%j is refused', (argv, message) => {
  expect(() => parsed(...argv)).toThrow(UsageError)
  expect(() => parsed(...argv)).toThrow(message)
})

test('Parquet is refused with the reason and the way to it, and so is protobuf', () => {
  expect(refusalOf('flows.parquet')).toMatchInlineSnapshot(
    `"record cannot write Parquet: what tells its columns apart stands at the end of the file, so that a recording that is killed could not be read. Record flows.ndjson.gz, then: flowtrace convert flows.ndjson.gz flows.parquet"`,
  )
  expect(refusalOf('a/flows.PB.gz')).toMatchInlineSnapshot(
    `"record writes NDJSON; flowtrace convert makes .PB.gz of it afterwards"`,
  )
})

function refusalOf(out: string): string {
  try {
    parsed('--demo', '--out', out)
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
  throw new Error('it is recorded')
}

test('zstd is written where Node can, and else refused with what to do', () => {
  if (canWriteZstd()) expect(parsed('--demo', '--out', 'flows.ndjson.zst').path).toBe('flows.ndjson.zst')
  else
    expect(refusalOf('flows.ndjson.zst')).toBe(
      `Writing zstd wants Node 22.15 or newer, and this is ${process.version}. Write .gz, or pipe to zstd: … - | zstd`,
    )
})
