import { describe, expect, test } from 'vitest'

import { encodeFreshness, type Freshness } from '../wire/freshness.ts'
import { StreamReport } from './stream-report.ts'
import { FRESH } from './testing/live-scene.ts'

const NOW = 1_700_000_000
const HOUR_AGO = NOW - 3600
const RECORD = Uint8Array.of(8, 1)

function say(report: StreamReport, freshness: Partial<Freshness>): void {
  expect(report.take([encodeFreshness({ ...FRESH, ...freshness })], NOW)).toEqual([])
}

describe('through a plain proxy', () => {
  test('nothing is known before the first record', () => {
    const report = new StreamReport(HOUR_AGO, NOW)
    expect(report.state(null, NOW)).toBeNull()
    expect(report.awaitsQuiet).toBe(true)
  })

  test('history is being read until the newest bucket is one that has just closed', () => {
    const report = new StreamReport(-3600, NOW)
    expect(report.take([RECORD], NOW)).toEqual([RECORD])
    expect(report.state(HOUR_AGO, NOW)).toEqual({ state: 'reading', from: HOUR_AGO, percent: 0 })
    expect(report.state(NOW - 2340, NOW)).toEqual({ state: 'reading', from: HOUR_AGO, percent: 35 })
    expect(report.state(NOW - 46, NOW)).toMatchObject({ state: 'reading', percent: 98 })
    expect(report.state(NOW - 45, NOW)).toEqual({ state: 'live' })
    // Once it was read, a bucket that is late does not make it unread.
    expect(report.state(NOW - 45, NOW + 60)).toEqual({ state: 'live' })
  })

  test('silence ends the reading, as of a quiet cluster or of one whose clock differs', () => {
    const report = new StreamReport(HOUR_AGO, NOW)
    report.take([RECORD], NOW)
    expect(report.state(NOW + 600, NOW)).toMatchObject({ state: 'reading', percent: 99 })
    expect(report.awaitsQuiet).toBe(true)
    report.onQuiet()
    expect(report.state(NOW + 600, NOW)).toEqual({ state: 'live' })
    expect(report.awaitsQuiet).toBe(false)
  })

  test('silence before the first record is a quiet cluster', () => {
    const report = new StreamReport(HOUR_AGO, NOW)
    report.onQuiet()
    expect(report.state(null, NOW)).toEqual({ state: 'live' })
  })

  test('a resumption after a short break is live at once', () => {
    const report = new StreamReport(NOW - 100, NOW)
    report.take([RECORD], NOW)
    expect(report.state(NOW - 100, NOW)).toEqual({ state: 'live' })
  })

  test('the state is the same object until the percentage changes', () => {
    const report = new StreamReport(HOUR_AGO, NOW)
    report.take([RECORD], NOW)
    const state = report.state(NOW - 1800, NOW)
    expect(report.state(NOW - 1785, NOW)).toBe(state)
    expect(report.state(NOW - 1700, NOW)).not.toBe(state)
  })
})

describe('behind a gateway of ours', () => {
  test('the share of the back-fill counts the records that came since the message', () => {
    const report = new StreamReport(HOUR_AGO, NOW)
    say(report, { backFill: { sent: 0, total: 200 } })
    expect(report.state(null, NOW)).toEqual({ state: 'reading', from: HOUR_AGO, percent: 0 })
    report.take(
      Array.from({ length: 70 }, () => RECORD),
      NOW,
    )
    expect(report.state(NOW - 30, NOW)).toMatchObject({ state: 'reading', percent: 35 })
    say(report, { backFill: { sent: 150, total: 200 } })
    expect(report.state(NOW - 30, NOW)).toMatchObject({ percent: 75 })
    say(report, {})
    expect(report.state(NOW - 30, NOW)).toEqual({ state: 'live' })
  })

  test('silence tells nothing: the gateway says when the back-fill is over', () => {
    const report = new StreamReport(HOUR_AGO, NOW)
    say(report, { backFill: { sent: 10, total: 0 } })
    expect(report.awaitsQuiet).toBe(false)
    report.onQuiet()
    expect(report.state(null, NOW)).toMatchObject({ state: 'reading', percent: 99 })
  })

  test('that still reads back itself is followed by the newest bucket, and is over when it says so', () => {
    const report = new StreamReport(HOUR_AGO, NOW)
    say(report, { state: 'reading' })
    expect(report.state(null, NOW)).toMatchObject({ state: 'reading', percent: null })
    report.take([RECORD], NOW)
    expect(report.state(NOW - 900, NOW)).toMatchObject({ state: 'reading', percent: 75 })
    expect(report.state(NOW - 30, NOW)).toMatchObject({ state: 'reading', percent: 99 })
    say(report, {})
    expect(report.state(NOW - 30, NOW)).toEqual({ state: 'live' })
  })

  test('no announced retry reads as one that has started', () => {
    const report = new StreamReport(HOUR_AGO, NOW)
    say(report, { state: 'unreachable', cause: 'Gone' })
    expect(report.state(null, NOW)).toMatchObject({ state: 'reconnecting', retryAt: NOW * 1000 })
  })
})
