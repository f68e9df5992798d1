import { expect, test } from 'vitest'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { LeftOutRecords } from './captured-buckets.ts'

const NOW = 1_790_002_800
const DAY = 86_400
const flowAt = (startTime: number, seconds = 15) => buildFlow({}, { startTime, endTime: startTime + seconds })

test('records that the history cannot hold are counted by what is wrong with their times', () => {
  const leftOut = new LeftOutRecords(NOW * 1000)
  expect(leftOut.takes(flowAt(NOW + DAY))).toBe(true)
  expect(leftOut.takes(flowAt(NOW - 400 * DAY))).toBe(true)
  expect(leftOut.takes(flowAt(NOW + DAY + 15))).toBe(false)
  expect(leftOut.takes(flowAt(NOW + 400 * DAY))).toBe(false)
  expect(leftOut.takes(flowAt(5_000_000_000))).toBe(false)
  expect(leftOut.takes(flowAt(0))).toBe(false)
  expect(leftOut.takes(flowAt(NOW - 3 * DAY, 2 * DAY))).toBe(false)
  expect(leftOut.lines()).toEqual([
    'Not stored: 1 record without a time',
    'Not stored: 1 record longer than a day',
    'Not stored: 1 record of a time after the year 2105',
    "Not stored: 2 records of a time more than a day ahead of this machine's clock",
  ])
})
