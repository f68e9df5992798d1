/** docs/scale.md has the tables that its formulas give, and the formulas give what is easily computed by hand. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../scripts/run.mjs'
import {
  daysThatFit,
  EMBEDDED,
  FLEET,
  fleetOf,
  hourBytes,
  INPUTS,
  keyBytes,
  recordBytes,
  rowsPerDay,
  rowsPerSecond,
  storedBytes,
} from './scale-plan.ts'
import { embeddedTable, fleetTable, formatAmount, inputsTable, limitsTable } from './scale-tables.ts'

const DOCUMENT = readFileSync(path.join(root, 'docs/scale.md'), 'utf8')

test.each([
  ['inputs', inputsTable],
  ['the embedded engine', embeddedTable],
  ['fleets', fleetTable],
  ['limits', limitsTable],
])('the document has the table of %s', (_name, table) => {
  expect(DOCUMENT).toContain(table())
})

test('every input is measured or assumed, and says so', () => {
  for (const { source } of Object.values(INPUTS)) expect(source).toMatch(/^(measured|assumed)/)
})

describe('the formulas', () => {
  test('5,000 nodes of 20 keys send 6,667 records a second, 0.58 G a day', () => {
    expect(Math.round(rowsPerSecond(100_000))).toBe(6667)
    expect(rowsPerDay(100_000)).toBe(576_000_000)
  })

  test('a key in every bucket for 7 days is 40,320 records', () => {
    expect(recordBytes(1, 7, 10)).toBe(403_200)
    expect(hourBytes(1, 10)).toBe((57_600 / INPUTS.hourRatio.value) * INPUTS.hourRowBytes.value)
    expect(keyBytes(1, 0)).toBe(INPUTS.keyPool.value * INPUTS.keyBytes.value)
    expect(storedBytes(1, 7, 10, 10)).toBe(403_200 + hourBytes(1, 10) + keyBytes(1, 10))
  })

  test('what fits is what fills the volume', () => {
    const days = daysThatFit(2000, EMBEDDED.maxBytes)
    const filled = storedBytes(2000, days, EMBEDDED.hourDays, INPUTS.duckRowBytes.value)
    expect(filled / EMBEDDED.maxBytes).toBeCloseTo(1)
    expect(daysThatFit(1e9, EMBEDDED.maxBytes)).toBe(0)
  })

  test('a fleet gets the shards that its largest cluster and its disks take', () => {
    for (const [nodes, keys] of [
      [10, 20],
      [500, 400],
      [5000, 100],
      [20_000, 400],
    ] as const) {
      const { shards, day, disk } = fleetOf(nodes, keys)
      expect(day).toBeLessThanOrEqual(FLEET.screenSeconds)
      expect(disk).toBeLessThanOrEqual(FLEET.diskBytes)
      expect(shards).toBeGreaterThanOrEqual(1)
    }
    expect(fleetOf(1000, 20).day).toBe(fleetOf(500, 20).day)
  })
})

test.each([
  [0, '0'],
  [5.55, '5.5'],
  [999.4, '999'],
  [999.6, '1 k'],
  [12_345, '12 k'],
  [1.25e12, '1.3 T'],
])('%d is written as %s', (value, text) => {
  expect(formatAmount(value)).toBe(text)
})
