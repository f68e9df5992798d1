/** Recording goes before reading: a question ends where the writer has no memory or disk beside it. */
import { setTimeout as delay } from 'node:timers/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { HistoryError } from '../history-error.ts'
import { limitsOf, selectionOf } from '../testing/history-buckets.ts'
import { numberedBucket } from '../testing/killed-writer.ts'
import { loadDuckDb } from './duckdb-module.ts'
import { openDuckDbHistory } from './duckdb-history.ts'
import { DuckDbSession } from './duckdb-session.ts'

async function openSession(): Promise<DuckDbSession> {
  const folder = await temporaryFolder()
  const api = await loadDuckDb()
  const session = await DuckDbSession.open(api, join(folder, 'some.duckdb'), {
    memory: 64 * 2 ** 20,
    temporary: join(folder, 'tmp'),
  })
  onTestFinished(() => session.close())
  return session
}

test.each([
  ['Out of Memory Error: could not allocate block of size 256.0 KiB', 'too much memory'],
  ['IO Error: Could not write file: No space left on device', 'full'],
])(
  'of a write that fails with %s, what is read ends, and the write is tried again',
  async (message, trouble) => {
    const session = await openSession()
    const { signal } = new AbortController()
    const connection = await session.takeReader(signal)
    const reading = session.running(
      async () => connection.run('select count(*) from range(1000000000000) where range % 7 = 3'),
      signal,
    )
    const ended = expect(reading).rejects.toMatchObject({ name: 'HistoryError', trouble })
    await delay(20)
    let tries = 0
    const written = await session.write(async () => {
      tries += 1
      if (tries === 1) throw new Error(message)
      return 'written'
    })
    expect(written).toBe('written')
    await ended
    session.giveBack(connection)
    // The connection reads on afterwards.
    const next = await session.running(async () => connection.run('select 1'), signal)
    expect(await next.getRows()).toEqual([[1]])
  },
)

test('a write that has no memory by itself fails once', async () => {
  const session = await openSession()
  let tries = 0
  const writing = session.write(async () => {
    tries += 1
    throw new Error('Out of Memory Error: could not allocate block')
  })
  await expect(writing).rejects.toMatchObject({ trouble: 'too much memory' })
  expect(tries).toBe(1)
})

/** Inserts a row in a transaction, which another statement may fail. */
async function insert(session: DuckDbSession, fail: string | null): Promise<void> {
  return session.write(async () =>
    session.transaction(async (connection) => {
      await connection.run('create table if not exists numbers (n integer)')
      await connection.run('insert into numbers values (1)')
      if (fail !== null) await connection.run(fail)
    }),
  )
}

async function inserted(session: DuckDbSession): Promise<unknown> {
  return session.write(async () => session.rows('select count(*)::integer from numbers', []))
}

describe('a transaction that failed', () => {
  test('and could not be rolled back for want of memory is rolled back before the next one', async () => {
    const session = await openSession()
    const run = session.writer.run.bind(session.writer)
    let refusals = 1
    vi.spyOn(session.writer, 'run').mockImplementation(async (...args) => {
      if (args[0] === 'rollback' && refusals-- > 0)
        throw new Error('Out of Memory Error: could not allocate block')
      return run(...args)
    })
    await expect(insert(session, `select error('first')`)).rejects.toThrow('first')
    await insert(session, null)
    expect(await inserted(session)).toEqual([[1]])
  })

  test('and was rolled back by DuckDB itself leaves nothing to roll back', async () => {
    const session = await openSession()
    await expect(insert(session, 'rollback')).rejects.toThrow('no transaction is active')
    await insert(session, null)
    expect(await inserted(session)).toEqual([[1]])
  })
})

test('beside questions that take all memory each bucket is stored, and they end with an answer or by name', async () => {
  const history = openDuckDbHistory(await temporaryFolder(), { memory: 20 * 2 ** 20 })
  await history.open()
  onTestFinished(() => history.close())
  const put = async (from: number, count: number) =>
    Promise.all(Array.from({ length: count }, async (_, i) => history.put(numberedBucket(from + i, 1))))
  await put(0, 60)
  const troubles = new Set<string>()
  let answers = 0
  const ask = async (): Promise<void> => {
    for (let round = 0; round < 3; round++) {
      try {
        for await (const page of history.records(selectionOf('prod'), { step: 15 }, limitsOf())) {
          if (page.starts.length > 0) answers += 1
        }
        await history.query(
          'facets',
          { fields: ['src.name', 'dst.port'], top: 100 },
          selectionOf('prod'),
          limitsOf(),
        )
      } catch (error) {
        if (!(error instanceof HistoryError)) throw error
        troubles.add(error.trouble)
      }
    }
  }
  const asking = [ask(), ask(), ask()]
  for (let from = 60; from < 84; from += 8) {
    // One that is known was stored by an attempt that failed at what follows the commit, and was repeated.
    for (const outcome of await put(from, 8)) expect(['stored', 'known']).toContain(outcome)
  }
  await Promise.all(asking)
  expect([...troubles].filter((trouble) => trouble !== 'too much memory')).toEqual([])
  expect(answers + troubles.size).toBeGreaterThan(0)
  expect(await history.have('prod', { from: 0, to: 4_000_000_000 })).toHaveLength(84)
}, 60_000)
