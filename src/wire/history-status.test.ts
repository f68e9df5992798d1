import { expect, test } from 'vitest'
import { type HistoryStatus, MAX_STORED_GAPS, parseHistoryStatus } from './history-status.ts'

const STATUS: HistoryStatus = {
  engine: 'duckdb',
  state: 'failing',
  cause: 'The disk is full',
  retryAt: 1_000_010,
  now: 1_000_000,
  from: 900_000,
  to: 999_945,
  hoursFrom: 800_000,
  grain: 15,
  behind: 55,
  days: 7,
  hourDays: 400,
  bytes: 12_345,
  maxBytes: null,
  reachedFirst: 'days',
  gaps: [{ from: 910_000, to: 910_030, cause: 'The gateway did not run' }],
  gapsOmitted: 0,
  dropped: 3,
  damagedFiles: 1,
}

test('a status is read as it was written', () => {
  expect(parseHistoryStatus(JSON.parse(JSON.stringify(STATUS)))).toEqual(STATUS)
})

test('a member that is missing or of another type makes it none', () => {
  for (const member of Object.keys(STATUS)) {
    expect(parseHistoryStatus({ ...STATUS, [member]: undefined }), member).toBeNull()
    expect(parseHistoryStatus({ ...STATUS, [member]: {} }), member).toBeNull()
  }
  expect(parseHistoryStatus(null)).toBeNull()
  expect(parseHistoryStatus({ ...STATUS, gaps: [{ from: 1, to: 2 }] })).toBeNull()
  expect(parseHistoryStatus({ ...STATUS, state: 'dancing' })).toBeNull()
})

test('more gaps than are ever sent are refused', () => {
  const gaps = Array.from({ length: MAX_STORED_GAPS + 1 }, () => STATUS.gaps[0])
  expect(parseHistoryStatus({ ...STATUS, gaps })).toBeNull()
})
