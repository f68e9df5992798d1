/** What becomes of records while the folder, or a file of it, is gone from where it was opened. */
import { cp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { bucketOf, selectionOf } from '../testing/history-buckets.ts'
import { type DuckDbHistory, openDuckDbHistory } from './duckdb-history.ts'

const START = 1_790_035_200
const bucketAt = (i: number) => bucketOf({ cluster: 'prod', start: START + i * 15 }, [buildFlow({}, {})])

async function openWithOne(): Promise<{ readonly folder: string; readonly store: DuckDbHistory }> {
  const folder = join(await temporaryFolder(), 'history')
  const store = openDuckDbHistory(folder)
  await store.open()
  onTestFinished(() => store.close())
  expect(await store.put(bucketAt(0))).toBe('stored')
  return { folder, store }
}

const storedIn = async (store: DuckDbHistory) =>
  (await store.have('prod', selectionOf('prod').range)).map(({ start }) => (start - START) / 15)

test('nothing is acknowledged while the folder is away, and it goes on when it is back', async () => {
  const { folder, store } = await openWithOne()
  await rename(folder, `${folder}.away`)
  const refused = { trouble: 'unavailable', message: expect.stringContaining('was removed or replaced') }
  await expect(store.put(bucketAt(1))).rejects.toMatchObject(refused)
  await rename(`${folder}.away`, folder)
  expect(await store.put(bucketAt(2))).toBe('stored')
  await store.close()
  await store.open()
  expect(await storedIn(store)).toEqual([0, 2])
})

test('nothing is acknowledged while another folder is in its place', async () => {
  const { folder, store } = await openWithOne()
  await cp(folder, `${folder}.copy`, { recursive: true })
  await rm(folder, { recursive: true })
  await rename(`${folder}.copy`, folder)
  await expect(store.put(bucketAt(1))).rejects.toMatchObject({ trouble: 'unavailable' })
})

test('nothing is acknowledged without the file of its day', async () => {
  const { folder, store } = await openWithOne()
  await rm(join(folder, 'days/2026-09-22.1.duckdb'))
  await expect(store.put(bucketAt(1))).rejects.toMatchObject({
    trouble: 'unavailable',
    message: expect.stringContaining('days/2026-09-22.1.duckdb'),
  })
  await expect(store.put(bucketAt(86_400 / 15))).resolves.toBe('stored')
})
