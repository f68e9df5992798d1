import { describe, expect, test } from 'vitest'
import { UsageError } from '../../lib/usage-error.ts'
import { parseCommand } from '../command-line.ts'
import { parseHistory } from './history-command-options.ts'

test('an import is of captures into a history', () => {
  expect(
    parseCommand([
      'history',
      'import',
      'a',
      '-',
      '--history',
      'dir',
      '--cluster',
      'prod',
      '--filter',
      'port = 53',
    ]),
  ).toMatchObject({
    command: 'history import',
    inputs: [{ path: 'a' }, { path: null }],
    place: { location: 'dir', passwordFile: null, caFile: null, reader: null, mayBeNew: true },
    cluster: 'prod',
    filter: { field: 'port' },
  })
})

test('an export is of a time into a file', () => {
  const argv = ['export', 'a.parquet', '--history', 'clickhouse://a', '--history-password-file', 'p']
  expect(
    parseHistory([...argv, '--from', 'now-1h', '--to', '2026-11-28T22:00Z', '--hourly'], 1_700_000_000),
  ).toEqual({
    command: 'history export',
    place: { location: 'clickhouse://a', passwordFile: 'p', caFile: null, reader: null },
    cluster: null,
    from: 1_700_000_000 - 3600,
    to: 1_795_903_200,
    filter: { kind: 'all' },
    grain: 'hour',
    format: 'parquet',
    output: { path: 'a.parquet', compression: 'none' },
    redaction: null,
  })
})

test("another user may read, and the certificate may be of an authority of one's own", () => {
  const access = ['--history-ca', 'ca', '--history-reader', 'r', '--history-reader-password-file', 'q']
  expect(parseHistory(['import', 'a', '--history', 'clickhouse://a', ...access])).toMatchObject({
    place: { passwordFile: null, caFile: 'ca', reader: { user: 'r', passwordFile: 'q' } },
  })
})

test.each([
  [[], 'history wants import, export, hits or ddl'],
  [['query'], 'history wants import, export, hits or ddl, not "query"'],
  [['import', '--history', 'd'], 'history import wants captures FILE…'],
  [['import', 'a'], 'history import wants --history DIR, or --history clickhouse://…'],
  [['import', 'a', '--history', 'd', '--cluster', ''], '--cluster wants a name'],
  [['import', 'a', '--history', 'd', '--history-ca', ''], '--history-ca wants a file'],
  [
    ['import', 'a', '--history', 'd', '--history-reader-password-file', 'q'],
    '--history-reader-password-file needs --history-reader',
  ],
  [['export', '--history', 'd'], 'history export wants one file OUT; - is standard output'],
  [['export', 'a', 'b', '--history', 'd'], 'history export wants one file OUT; - is standard output'],
  [['export', 'a.csv', '--history', 'd'], 'The name "a.csv" does not tell the format; --format does'],
  [['export', 'a', '--format', 'csv', '--history', 'd'], '--format wants ndjson or protobuf'],
  [['export', '-', '--history', 'd', '--from', 'noon'], '--from wants a time such as'],
  [
    ['export', '-', '--history', 'd', '--from', '2026-11-28', '--to', '2026-11-28'],
    '--from wants a time before --to',
  ],
] as const)('%j makes no sense', (argv, message) => {
  expect(() => parseHistory(argv)).toThrow(UsageError)
  expect(() => parseHistory(argv)).toThrow(message)
})

describe('the help', () => {
  test.each([[[]], [['import']], [['export']], [['ddl']]])(
    'of %j is in lines that a terminal has',
    (argv) => {
      const command = parseHistory([...argv, '--help'])
      if (command.command !== 'history help') throw new Error('not help')
      expect(command.text).toMatch(/^Usage: flowtrace history /)
      for (const line of command.text.split('\n')) expect(line.length).toBeLessThanOrEqual(88)
    },
  )
})

test('ddl prints the tables of a database, of a cluster and for so many days', () => {
  const argv = [
    'ddl',
    '--database',
    'h',
    '--cluster',
    'main',
    '--replicated',
    '--days',
    '7',
    '--hour-days',
    '90',
  ]
  const printed = parseHistory(argv)
  expect(printed).toMatchObject({ command: 'history ddl' })
  const text = 'text' in printed ? printed.text : ''
  expect(text).toContain("create table if not exists `h`.flows_local on cluster 'main'")
  expect(text).toMatch(/ttl t \+ interval 8 day[\s\S]+ttl t \+ interval 91 day/)
  for (const [wrong, message] of [
    [['--replicated'], '--replicated needs --cluster NAME'],
    [['--days', '0'], '--days wants a whole number of days, not "0"'],
    [['h'], 'history ddl takes options only'],
  ] as const)
    expect(() => parseHistory(['ddl', ...wrong])).toThrow(new UsageError(message))
})
