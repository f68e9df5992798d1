import { expect, test } from 'vitest'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { type LogFields, silentLog } from './log.ts'
import { SeldomLog } from './seldom-log.ts'

test('a cause is said once in five minutes, with how often it came', () => {
  const clock = new ManualClock()
  const said: (LogFields | undefined)[] = []
  const log = new SeldomLog('refused', { ...silentLog, warn: (_event, fields) => said.push(fields) }, clock)
  for (let i = 0; i < 20; i++) {
    log.warn('down', { why: 'It is down' })
    clock.advance(15_000)
  }
  expect(said).toEqual([{ why: 'It is down', times: 1 }])
  log.warn('slow', { why: 'It is slow' })
  log.warn('down', { why: 'It is down' })
  expect(said.slice(1)).toEqual([
    { why: 'It is slow', times: 1 },
    { why: 'It is down', times: 20 },
  ])
})
