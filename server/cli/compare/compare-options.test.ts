import { expect, test } from 'vitest'
import { UsageError } from '../../lib/usage-error.ts'
import { COMPARE_HELP } from './compare-help.ts'
import { parseCompare } from './compare-options.ts'

const NOW = Date.parse('2026-11-29T12:00:00Z') / 1000
const TEN = Date.parse('2026-11-28T10:00:00Z') / 1000
const HOUR = 3600

function parsed(...argv: readonly string[]) {
  const command = parseCompare(argv, NOW)
  if (command.command !== 'compare') throw new Error('that is a call for help')
  return command
}

test('two captures are compared as a whole unless a part is named', () => {
  expect(parsed('a.jsonl', 'b.jsonl')).toEqual({
    command: 'compare',
    input: {
      kind: 'captures',
      a: { paths: ['a.jsonl'], window: null },
      b: { paths: ['b.jsonl'], window: null },
    },
    filter: { kind: 'all' },
    filterText: null,
    format: 'text',
    failOn: new Set(),
  })
  expect(parsed('day@2026-11-28T10:00Z..2026-11-28T11:00Z', '-').input).toMatchObject({
    a: { paths: ['day'], window: { from: TEN, to: TEN + HOUR } },
    b: { paths: [], window: null },
  })
  expect(parsed('me@home.jsonl', 'b').input).toMatchObject({ a: { paths: ['me@home.jsonl'], window: null } })
})

test('two windows of one source are around a moment, or each has its own times', () => {
  expect(parsed('a', 'b', '--around', '2026-11-28T10:00Z').input).toEqual({
    kind: 'one capture',
    paths: ['a', 'b'],
    a: { from: TEN - 1800, to: TEN },
    b: { from: TEN, to: TEN + 1800 },
  })
  expect(parsed('-', '--around', String(TEN), '--for', '1h30m').input).toMatchObject({
    paths: [],
    b: { from: TEN, to: TEN + 5400 },
  })
  const windows = [
    '--a',
    '2026-11-28T12:00+02:00..2026-11-28T11:00',
    '--b',
    '2026-11-28..2026-11-28T10:00:00z',
  ]
  expect(parsed('a', ...windows).input).toMatchObject({
    a: { from: TEN, to: TEN + HOUR },
    b: { from: TEN - 10 * HOUR, to: TEN },
  })
})

test('windows of a history may count back from now', () => {
  const argv = ['--history', '/var/lib/flowtrace', '--a', 'now-25h..now-24h', '--b', 'now-1h..now']
  expect(parsed(...argv, '--cluster', 'lab').input).toEqual({
    kind: 'history',
    place: { location: '/var/lib/flowtrace', passwordFile: null, caFile: null, reader: null },
    cluster: 'lab',
    a: { from: NOW - 25 * HOUR, to: NOW - 24 * HOUR },
    b: { from: NOW - HOUR, to: NOW },
    now: NOW,
  })
})

test('several changes may make it fail', () => {
  expect(parsed('a', 'b', '--fail-on', 'new-denials, flipped', '--fail-on', 'any').failOn).toEqual(
    new Set(['new-denials', 'flipped', 'any']),
  )
})

const WINDOW = '2026-11-28T10:00Z..2026-11-28T11:00Z'

test.each([
  [[], 'compare wants two captures A and B, or one with --around, or with --a and --b'],
  [['a'], 'compare wants two captures A and B, or one with --around, or with --a and --b'],
  [['a', 'b', 'c'], 'compare wants two captures A and B, or one with --around, or with --a and --b'],
  [['a', ''], 'compare wants a capture for B'],
  [['-', '-'], 'compare reads standard input once; --a and --b are two windows of it'],
  [['a@x..y', 'b'], 'A wants a time such as 2026-11-28T22:00Z, in UTC unless it names a zone, not "x"'],
  [['--around', '2026-11-28'], 'compare wants a capture FILE, or - for standard input'],
  [['a', '-', '--around', '2026-11-28'], 'compare reads standard input alone, not beside files'],
  [['a', '--around', 'now'], '--around of a capture wants a time of its own, not "now"'],
  [['a', '--around', '2026-11-28', '--a', WINDOW], 'compare takes --around or --a and --b'],
  [
    ['a', '--around', '2026-02-30'],
    '--around wants a time such as 2026-11-28T22:00Z, in UTC unless it names a zone, not "2026-02-30"',
  ],
  [['a', '--around', '2026-11-28', '--for', '30'], '--for wants a length such as 30m, 2h or 7d, not "30"'],
  [['a', 'b', '--for', '30m'], '--for needs --around'],
  [['a', '--a', WINDOW], '--a needs --b'],
  [['a', '--b', WINDOW], '--b needs --a'],
  [['a', '--a', WINDOW, '--b', '2026-11-28'], '--b wants FROM..TO, not "2026-11-28"'],
  [
    ['a', '--a', WINDOW, '--b', '2026-11-28..2026-11-27'],
    '--b wants FROM before TO, not "2026-11-28..2026-11-27"',
  ],
  [['--history', 'h'], 'compare --history wants two windows: --a and --b, or --around'],
  [['a', '--history', 'h', '--around', 'now-1h'], 'compare takes captures or --history, not both: "a"'],
  [
    ['--history', 'h', '--around', 'now-soon'],
    '--around wants a time such as 2026-11-28T22:00Z, in UTC unless it names a zone, or now-1h, not "now-soon"',
  ],
  [['a', 'b', '--cluster', 'lab'], '--cluster needs --history'],
  [['a', 'b', '--history-password-file', 'p'], '--history-password-file needs --history'],
  [['a', 'b', '--format', 'xml'], '--format wants text, json, markdown, not "xml"'],
  [
    ['a', 'b', '--fail-on', 'new-denial'],
    '--fail-on wants new-denials, flipped, denials-gone, gone-quiet, new-talkers, more-or-less, any, not "new-denial". Perhaps: new-denials',
  ],
  [
    ['a', 'b', '--filter', 'seen < 10m'],
    '--filter of compare cannot ask for seen: the windows say which records are meant',
  ],
])('refuses %j', (argv, message) => {
  expect(() => parseCompare(argv, NOW)).toThrow(new UsageError(message))
})

test('help has lines of at most 88 characters', () => {
  expect(parseCompare(['--help'])).toEqual({ command: 'compare help' })
  expect(Math.max(...COMPARE_HELP.split('\n').map((line) => line.length))).toBeLessThanOrEqual(88)
})
