import { expect, test } from 'vitest'
import { UsageError } from '../lib/usage-error.ts'
import { readConfiguration } from './configuration.ts'
import { historyFromSettings } from './history-from-settings.ts'

const historyOf = (flags: Record<string, string>) => historyFromSettings(readConfiguration(flags, {}).values)

test('nothing is recorded unless it is said where', () => {
  expect(historyOf({})).toBeNull()
})

test('a folder and a ClickHouse keep records for times of their own', () => {
  expect(historyOf({ history: '/data' })).toEqual({
    where: '/data',
    days: 7,
    hourDays: 400,
    maxBytes: null,
    memory: 128 * 2 ** 20,
    passwordFile: null,
    caFile: null,
    reader: null,
  })
  const url = 'clickhouse://flowtrace@ch:8443/flowtrace'
  const flags = { history: url, 'history-password-file': '/p', 'history-ca': '/ca' }
  expect(historyOf(flags)).toMatchObject({ where: url, days: 30, passwordFile: '/p', caFile: '/ca' })
  const reader = { ...flags, 'history-reader': 'reader', 'history-reader-password-file': '/r' }
  expect(historyOf(reader)).toMatchObject({
    passwordFile: '/p',
    reader: { user: 'reader', passwordFile: '/r' },
  })
  expect(historyOf({ history: url, 'history-days': '3' })).toMatchObject({ days: 3 })
})

test.each([
  [{ history: 'clickhouse://me:secret@ch:8443/x' }, '--history wants a folder'],
  [{ history: 'postgres://ch/x' }, '--history wants a folder'],
  [{ 'history-days': '3' }, '--history-days needs --history'],
  [{ 'history-receiver': ':1' }, '--history-receiver wants HOST:PORT'],
  [
    { history: '/d', 'history-password-file': '/p' },
    '--history-password-file needs --history clickhouse://…',
  ],
  [{ history: '/d', 'history-reader': 'r' }, '--history-reader needs --history clickhouse://…'],
  [
    { history: 'clickhouse://ch/x', 'history-reader-password-file': '/r' },
    '--history-reader-password-file needs --history-reader',
  ],
  [
    { history: '/d', 'history-receiver': '[::]:9443', 'history-receiver-ca': '/ca' },
    '--history-receiver needs --history-receiver-cert',
  ],
  [{ history: '/d', 'history-receiver-key': '/k' }, '--history-receiver-key needs --history-receiver'],
])('%j is refused', (flags: Record<string, string>, why) => {
  expect(() => historyOf(flags)).toThrow(UsageError)
  expect(() => historyOf(flags)).toThrow(why)
})

test('a password in an address is not printed', () => {
  expect(() => historyOf({ history: 'clickhouse://me:secret@ch:8443/x' })).toThrow(
    '"clickhouse://me:…@ch:8443/x"',
  )
})
