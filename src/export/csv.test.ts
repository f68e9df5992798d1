import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { csvLine } from './csv.ts'
import { parseCsv } from './testing/parse-csv.ts'

/** Texts of the characters that a writer of CSV can go wrong with, and any others. */
const anyText = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', '\t', ' ', ';', "'", '=', '+', '-', '@', 'a') }),
  fc.string({ unit: 'binary' }),
)

describe('a line of CSV', () => {
  test('is read back as the same fields by a reader of RFC 4180', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyText, { minLength: 1 })), (lines) => {
        const read = parseCsv(lines.map(csvLine).join(''))
        expect(read.map((fields) => fields.map((field) => field.replace(/^'/, '')))).toEqual(lines)
      }),
      { numRuns: 1000 },
    )
  })

  test('has no field that a spreadsheet would take for a formula', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1 }), (fields) => {
        for (const field of parseCsv(csvLine(fields))[0] ?? []) expect(field).not.toMatch(/^[=+\-@\t\r\n]/)
      }),
    )
  })

  test.each([
    ['=cmd|calc', `'=cmd|calc`],
    ['+1', `'+1`],
    ['-1', `'-1`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ['\t=1', `"'\t=1"`],
    ['＝1', `'＝1`],
    [`'=1`, `''=1`],
    ['web-6f7c', 'web-6f7c'],
  ])('has %j as %j', (text, written) => {
    expect(csvLine([text])).toBe(`${written}\r\n`)
  })

  test('keeps numbers as numbers, and an empty field for what was not recorded', () => {
    expect(csvLine(['a', 0, -3, 1234567, null, Number.NaN])).toBe('a,0,-3,1234567,,\r\n')
    expect(csvLine([null])).toBe('""\r\n')
  })
})
