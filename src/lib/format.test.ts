import { describe, expect, test } from 'vitest'

import {
  formatAge,
  formatBytes,
  formatClocks,
  formatCount,
  formatDays,
  formatMinutes,
  formatPlural,
  formatZone,
} from './format.ts'

describe('numbers', () => {
  test('counts have thousands separators', () => {
    expect(formatCount(1204)).toBe('1,204')
    expect(formatCount(0)).toBe('0')
  })

  test('bytes are in decimal units with three figures', () => {
    expect(formatBytes(0)).toBe('0 B')
    expect(formatBytes(999)).toBe('999 B')
    expect(formatBytes(1500)).toBe('1.5 kB')
    expect(formatBytes(999_700)).toBe('1 MB')
    expect(formatBytes(12_345_678)).toBe('12.3 MB')
    expect(formatBytes(Number.MAX_SAFE_INTEGER)).toBe('9.01 PB')
  })

  test('one is singular, everything else plural', () => {
    expect(formatPlural(1, 'flow')).toBe('1 flow')
    expect(formatPlural(0, 'flow')).toBe('0 flows')
    expect(formatPlural(1200, 'entry', 'entries')).toBe('1,200 entries')
  })
})

describe('ages', () => {
  test('have one unit', () => {
    expect(formatAge(8.4)).toBe('8 s')
    expect(formatAge(60)).toBe('1 min')
    expect(formatAge(3599)).toBe('59 min')
    expect(formatAge(7200)).toBe('2 h')
    expect(formatAge(200_000)).toBe('2 d')
  })

  test('are never negative: a clock that is ahead is not an error', () => {
    expect(formatAge(-5)).toBe('0 s')
  })
})

describe('a range', () => {
  // Noon UTC: one date in every inhabited zone but the outermost.
  const noon = Date.UTC(2026, 10, 22, 12) / 1000

  test('of one day says its date once, and the zone', () => {
    expect(formatDays(noon, noon + 60)).toBe(`22 Nov 2026, ${formatZone(noon)}`)
  })

  test('of several days says the first and the last', () => {
    expect(formatDays(noon, noon + 86_400)).toMatch(/^22\D+23 Nov 2026, \S+$/)
  })

  test('says both times of day to the second', () => {
    expect(formatClocks(noon, noon + 75)).toMatch(/^\d\d:\d\d:00 – \d\d:\d\d:15$/)
    expect(formatClocks(noon, noon)).toMatch(/^\d\d:\d\d:00$/)
  })

  test('says the minutes alone where they differ', () => {
    expect(formatMinutes(noon, noon + 75)).toMatch(/^\d\d:\d\d – \d\d:\d\d$/)
    expect(formatMinutes(noon, noon + 15)).toBe(formatClocks(noon, noon + 15))
    expect(formatMinutes(noon, noon)).toMatch(/^\d\d:\d\d:00$/)
  })
})
