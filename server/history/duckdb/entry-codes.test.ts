import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import type { Bucket } from '../history-store.ts'
import { numberedBucket } from '../testing/killed-writer.ts'
import { loadDuckDb } from './duckdb-module.ts'
import { DuckDbSession } from './duckdb-session.ts'
import { EntryCodes } from './entry-codes.ts'
import { MAIN_TABLES } from './part-tables.ts'

async function openSession(): Promise<DuckDbSession> {
  const folder = await temporaryFolder()
  const settings = { memory: 2 ** 28, temporary: join(folder, 'tmp') }
  const session = await DuckDbSession.open(await loadDuckDb(), join(folder, 'history.duckdb'), settings)
  onTestFinished(() => session.close())
  for (const table of MAIN_TABLES) await session.writer.run(table)
  return session
}

async function openCodes(session: DuckDbSession, maxRemembered?: number): Promise<EntryCodes> {
  const codes = new EntryCodes(session, maxRemembered)
  await codes.open()
  return codes
}

/** Of each bucket, with its entries: what a later run has to find again. */
async function codesByEntry(codes: EntryCodes, buckets: readonly { cluster: number; bucket: Bucket }[]) {
  const columns = await codes.codesOf(buckets)
  return buckets.map(({ bucket }, i) =>
    [...bucket.entries].map((entry, row) => [entry, columns[i]?.ks[row], columns[i]?.actions[row]]),
  )
}

const countKeys = async (session: DuckDbSession): Promise<number> =>
  Number((await session.rows('select count(*) from keys', []))[0]?.[0])

/** Three buckets, two of which share their entries, in two clusters. */
const BUCKETS = [0, 3, 1].flatMap((number) =>
  [3, 4].map((cluster) => ({ cluster, bucket: numberedBucket(number, 1) })),
)
const distinct = new Set(BUCKETS.flatMap(({ bucket }) => [...bucket.entries])).size * 2

test('entries that are new are stored once, whichever buckets have them, and get codes of their own', async () => {
  const session = await openSession()
  const found = await codesByEntry(await openCodes(session), BUCKETS)
  expect(await countKeys(session)).toBe(distinct)
  expect(new Set(found.flat().map(([, k]) => k)).size).toBe(distinct)
})

test.each([
  ['all are remembered', undefined],
  ['fewer are remembered than there are', 10],
])('the same codes are found again, also after a restart, where %s', async (_case, max) => {
  const session = await openSession()
  const codes = await openCodes(session, max)
  const first = await codesByEntry(codes, BUCKETS)
  expect(await codesByEntry(codes, BUCKETS)).toEqual(first)
  codes.forget()
  expect(await codesByEntry(codes, BUCKETS)).toEqual(first)
  expect(await codesByEntry(await openCodes(session, max), BUCKETS)).toEqual(first)
  expect(await countKeys(session)).toBe(distinct)
})

test('keys whose transaction failed get codes that no other has', async () => {
  const session = await openSession()
  const codes = await openCodes(session)
  const [held, next] = [BUCKETS[0]!, { cluster: 3, bucket: numberedBucket(500, 1) }]
  const first = await codesByEntry(codes, [held])
  const { keyOf } = next.bucket
  const broken = { ...next.bucket, keyOf: () => keyOf(-1n) }
  await expect(codes.codesOf([{ cluster: 3, bucket: broken }])).rejects.toThrow()
  expect(await codesByEntry(codes, [held])).toEqual(first)
  const ks = (await codesByEntry(codes, [next, held])).flat().map(([entry, k]) => [entry, k])
  expect(new Set(ks.map(([, k]) => k)).size).toBe(new Set(ks.map(([entry]) => entry)).size)
})
