import { expect, test } from 'vitest'
import type { Log } from './log.ts'
import { createLog, type LogOptions } from './pino-log.ts'

function written(options: LogOptions, write: (log: Log) => void): string {
  let text = ''
  write(createLog(options, { write: (line) => (text += line) }))
  return text
}

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/

test('JSON is one object a line', () => {
  const text = written({ format: 'json', level: 'info' }, (log) => {
    log.info('goldmane connected', { cluster: 'prod', tries: 2 })
    log.error('goldmane lost')
  })
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(lines).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(TIME),
      event: 'goldmane connected',
      cluster: 'prod',
      tries: 2,
    },
    { level: 'error', time: expect.stringMatching(TIME), event: 'goldmane lost' },
  ])
})

test('text is a line for people', () => {
  const text = written({ format: 'text', level: 'info' }, (log) =>
    log.warn('goldmane lost', { cluster: 'prod', cause: 'DNS gave no answer', at: null, more: true }),
  )
  expect(text.replace(TIME, 'TIME')).toBe(
    'TIME warn goldmane lost cluster=prod cause="DNS gave no answer" at=null more=true\n',
  )
})

test('a value cannot begin a line of its own', () => {
  const text = written({ format: 'text', level: 'info' }, (log) =>
    log.info('viewer refused', { viewer: 'eve\n2026-01-01T00:00:00Z info goldmane connected' }),
  )
  expect(text.match(/\n/g)).toHaveLength(1)
})

test('lines below the level are left out', () => {
  const text = written({ format: 'text', level: 'warn' }, (log) => {
    log.info('left out')
    log.warn('written')
  })
  expect(text).toContain('written')
  expect(text).not.toContain('left out')
})
