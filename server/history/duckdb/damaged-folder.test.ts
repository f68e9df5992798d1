/** What becomes of a folder of which a file is missing, cut off or not ours. */
import { cp, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HistoryTraffic } from '../../../bench/history/history-rows.ts'
import type { HistoryStats } from '../history-store.ts'
import { openDuckDbHistory } from './duckdb-history.ts'

/** Four minutes before a day ends. */
const START = 1_796_083_200 - 240

const MAIN = 'history.duckdb'

let base: string
let day = ''
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'flowtrace-damaged-'))
  const traffic = new HistoryTraffic({ cluster: 'prod', keys: 40, rowsOfBucket: 20, churnOfHour: 0, seed: 1 })
  const store = openDuckDbHistory(join(base, 'whole'))
  await store.open()
  for (let i = 0; i < 32; i++) await store.put(traffic.bucket(START + i * 15))
  await store.close()
  ;[day = ''] = (await readdir(join(base, 'whole', 'days'))).toSorted()
})
afterAll(async () => {
  await rm(base, { recursive: true })
})

/** Opens a copy of the folder after a change. */
async function openChanged(change: (folder: string) => Promise<void>): Promise<HistoryStats> {
  const folder = await mkdtemp(join(base, 'copy-'))
  await cp(join(base, 'whole'), folder, { recursive: true })
  await change(folder)
  const store = openDuckDbHistory(folder)
  try {
    await store.open()
    return await store.stats()
  } finally {
    await store.close()
  }
}

async function halve(file: string): Promise<void> {
  await truncate(file, Math.floor((await stat(file)).size / 2))
}

test.each([
  ['a day that was cut off', (folder: string) => halve(join(folder, 'days', day)), () => day],
  [
    'a day that is something else',
    (folder: string) => writeFile(join(folder, 'days', day), 'hello'),
    () => day,
  ],
  ['a main file that was cut off', (folder: string) => halve(join(folder, MAIN)), () => MAIN],
  ['no main file', (folder: string) => rm(join(folder, MAIN)), () => MAIN],
])('%s is refused as damaged, by its name', async (_name, change, nameOfFile) => {
  const opened = openChanged(change)
  await expect(opened).rejects.toMatchObject({ trouble: 'damaged' })
  await expect(opened).rejects.toThrow(nameOfFile())
})

test('a day that was removed is gone, and the others are there', async () => {
  const whole = await openChanged(async () => {})
  const without = await openChanged((folder) => rm(join(folder, 'days', day)))
  expect(without.rows).toBeGreaterThan(0)
  expect(without.rows).toBeLessThan(whole.rows)
  expect(without.oldest).toBe(START + 240)
})
