import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { lengthInWords, parseLength, parseTime, printLength, printTime } from './time-choice.ts'

const lengths = fc.integer({ min: 15, max: 86_400 })

describe('a sliding range in the address', () => {
  test('is written with the largest unit that fits', () => {
    expect(printTime({ last: 900 })).toBe('last-15m')
    expect(printTime({ last: 90 })).toBe('last-90s')
    expect(printTime({ last: 7200 })).toBe('last-2h')
    expect(printTime({ last: 5400 })).toBe('last-90m')
    expect(printTime({ last: 86_400 })).toBe('last-24h')
  })

  test('is read back as it was written, and whatever is read has one text', () => {
    fc.assert(
      fc.property(lengths, (last) => {
        expect(parseTime(printTime({ last }))).toEqual({ last })
      }),
    )
    fc.assert(
      fc.property(fc.nat(2000), fc.constantFrom('h', 'm', 's'), (figure, unit) => {
        const time = parseTime(`last-${figure}${unit}`)
        if (time !== null) expect(parseTime(printTime(time))).toEqual(time)
      }),
    )
  })

  test('is from 15 s to 24 h, with a unit; anything else gives null', () => {
    expect(parseTime('last-15s')).toEqual({ last: 15 })
    expect(parseTime('last-1h30m')).toEqual({ last: 5400 })
    for (const text of [
      'last-',
      'last-14s',
      'last-25h',
      'last-86401s',
      'last-15',
      'last-0m',
      'last--5m',
      'last-m',
    ])
      expect(parseTime(text), text).toBeNull()
    for (const text of ['last-1.55s', 'last-9e9s', 'last-15m-20m', 'LAST-15m', '9-3', '5-5', '5', ''])
      expect(parseTime(text), text).toBeNull()
  })

  test('whatever the text, it gives a range or null', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const time = parseTime(`last-${text}`)
        if (time === null) return
        expect(time).toMatchObject({ last: expect.any(Number) as unknown })
        expect(parseTime(printTime(time))).toEqual(time)
      }),
    )
  })
})

describe('a length that a reader types', () => {
  test.each([
    ['90s', 90],
    ['20m', 1200],
    ['20 min', 1200],
    [' 2 H ', 7200],
    ['0.5h', 1800],
  ])('%s', (text, seconds) => {
    expect(parseLength(text)).toBe(seconds)
  })

  test('needs a unit, and stays within bounds', () => {
    for (const text of ['', '20', 'soon', '10s', '2d', '1.01s', '99h']) expect(parseLength(text)).toBeNull()
  })

  test('reads in words', () => {
    expect([900, 90, 7200, 5400].map(lengthInWords)).toEqual(['15 min', '90 s', '2 h', '90 min'])
    fc.assert(
      fc.property(lengths, (length) => {
        expect(parseLength(lengthInWords(length))).toBe(length)
        expect(parseLength(printLength(length))).toBe(length)
      }),
    )
  })
})
