import { describe, expect, test } from 'vitest'
import { UsageError } from '../../lib/usage-error.ts'
import { parseCommand } from '../command-line.ts'

describe('the format of an output', () => {
  test.each([
    ['a.ndjson', [], 'ndjson', 'none'],
    ['a.flows.ndjson.gz', [], 'ndjson', 'gzip'],
    ['a.jsonl', [], 'ndjson', 'none'],
    ['a.pb', [], 'protobuf', 'none'],
    ['a.binpb.GZ', [], 'protobuf', 'gzip'],
    ['a.parquet', [], 'parquet', 'none'],
    ['-', [], 'ndjson', 'none'],
    ['-', ['--to', 'protobuf.gz'], 'protobuf', 'gzip'],
    ['-', ['--to', 'parquet'], 'parquet', 'none'],
    ['a.txt', ['--to', 'ndjson'], 'ndjson', 'none'],
    ['a.json.gz', ['--to', 'ndjson'], 'ndjson', 'gzip'],
  ] as const)('of %s %j', (path, argv, format, compression) => {
    expect(parseCommand(['convert', 'in', path, ...argv])).toMatchObject({
      command: 'convert',
      inputs: [{ path: 'in', name: 'in' }],
      format,
      output: { path: path === '-' ? null : path, compression },
    })
  })
})

test.each([
  [['convert'], 'convert wants captures IN… and a file OUT; - is standard input or output'],
  [['convert', 'a'], 'convert wants captures IN… and a file OUT; - is standard input or output'],
  [['convert', '-', '-', '-'], 'convert reads standard input once'],
  [['convert', 'a', 'b.json'], 'The name "b.json" does not tell the format; --to does'],
  [
    ['convert', 'a', 'b.parquet.gz', '--to', 'parquet'],
    'Parquet is compressed inside: its file has neither .gz nor .zst',
  ],
  [
    ['convert', 'a', '-', '--to', 'csv'],
    '--to wants ndjson or protobuf, each also with .gz or .zst, or parquet, not "csv"',
  ],
  [['merge', 'a'], 'merge wants captures FILE… and a file OUT; - is standard input or output'],
  [['merge', '-', '-', '-'], 'merge reads standard input once'],
  [['head'], 'head wants captures FILE…, or - for standard input'],
  [['head', 'a', '-n', '0'], '--records wants a number from 1 on, not "0"'],
  [['stats'], 'stats wants captures FILE…, or - for standard input'],
  [['stats', '-', '-'], 'stats reads standard input once'],
  [['head', '-', '-'], 'head reads standard input once'],
  [['stats', 'a', '--to', 'x'], "Unknown option '--to'"],
  [
    ['stats', 'a', '--filter', 'dst.ns backend'],
    /^--filter is not a query: .+ \(at character 1\) Perhaps: dst.ns = backend$/,
  ],
] as const)('%j makes no sense', (argv, message) => {
  const parse = () => parseCommand(argv)
  expect(parse).toThrow(UsageError)
  expect(parse).toThrow(message)
})

test.each(['convert', 'merge', 'head', 'stats'])(
  '%s --help has examples, in lines that a terminal has',
  (name) => {
    const command = parseCommand([name, '--help'])
    if (command.command !== 'file command help') throw new Error('not help')
    expect(command.text).toMatch(new RegExp(`^Usage: flowtrace ${name} `))
    expect(command.text).toContain(`\n  flowtrace ${name} `)
    for (const each of command.text.split('\n')) expect(each.length).toBeLessThanOrEqual(88)
  },
)
