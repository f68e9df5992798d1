import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { Progress } from './progress.ts'

function shown(isTTY: boolean, times: readonly number[]): string {
  const stderr = Object.assign(new PassThrough(), { isTTY })
  let now = 0
  const progress = new Progress(stderr, () => now)
  for (const [i, time] of times.entries()) {
    now = time
    progress.show('a.pb', { bytes: 1000 * (i + 1), total: i === 0 ? null : 4000, records: i + 1 })
  }
  progress.clear()
  return String(stderr.read() ?? '')
}

test('progress is one line, erased at the end, and not written too often', () => {
  expect(shown(true, [0, 100, 200])).toBe(
    '\r\u{1B}[Ka.pb: 1 kB, 1 record\r\u{1B}[Ka.pb: 3 kB (75 %), 3 records\r\u{1B}[K',
  )
})

test('where nobody watches nothing is written', () => {
  expect(shown(false, [0, 1000])).toBe('')
})
