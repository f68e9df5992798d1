/** What a ClickHouse that fails, refuses or is too slow does to the history. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { ensure } from '../../../src/lib/assert.ts'
import {
  type ClickHouseServer,
  type ClickHouseServers,
  NO_CLICKHOUSE,
  SHARDS,
  startClickHouse,
} from '../../testing/clickhouse-server.ts'
import type { HistoryStore } from '../history-store.ts'
import { bucketOf, limitsOf, recordsOf, selectionOf } from '../testing/history-buckets.ts'
import { ddlOf } from './clickhouse-ddl.ts'
import { openClickHouseHistory } from './clickhouse-history.ts'

const NEVER = { raw: null, hours: null }
const START = 1_790_002_800
const ROWS = 300
const flows = Array.from({ length: ROWS }, (_, i) => buildFlow({ sourceName: `pod-${i}` }, { packetsIn: 1 }))
const bucketAt = (i: number, cluster = 'c') => bucketOf({ cluster, start: START + i * 15 }, flows)

describe.skipIf(NO_CLICKHOUSE !== null)('a ClickHouse', () => {
  let started: ClickHouseServers
  let server: ClickHouseServer
  let second: ClickHouseServer

  beforeAll(async () => {
    started = await startClickHouse(2)
    server = ensure(started.servers[0], 'server')
    second = ensure(started.servers[1], 'server')
  }, 90_000)
  afterAll(() => started.close())

  function open(path: string, user = '', password = user): Promise<HistoryStore> {
    const address = `clickhouse://${user === '' ? '' : `${user}@`}127.0.0.1:${server.httpPort}/${path}`
    return openClickHouseHistory(address, { password, ca: null, days: NEVER })
  }

  test('that is killed in the middle of buckets has each one whole or not at all', async () => {
    const store = await open('killed?tls=off')
    const stored = new Set<number>()
    for (const round of [0, 1]) {
      const ids = Array.from({ length: 9 }, (_, i) => round * 100 + i)
      // Three at a time, so that they are at different places when it happens.
      const lanes = [0, 1, 2].map(async (lane) => {
        for (const i of ids.filter((each) => each % 3 === lane)) {
          await store.put(bucketAt(i))
          stored.add(i)
          if (stored.size % 9 === 3 + round) await server.kill()
        }
      })
      const outcomes = await Promise.allSettled(lanes)
      const failures = outcomes.filter((outcome) => outcome.status === 'rejected')
      expect(failures.map(({ reason }) => (reason as { trouble: string }).trouble)).toContain('unavailable')
      await server.start()
      const held = await store.have('c', { from: START, to: START + 10_000 })
      for (const i of stored)
        expect(held).toContainEqual(expect.objectContaining({ start: START + i * 15, rows: ROWS }))
      const [totals] = (await store.query('totals', {}, selectionOf('c'), limitsOf())).rows
      expect(totals?.records).toBe(held.length * ROWS)
      // What was not acknowledged is put again.
      for (const i of ids.filter((each) => !stored.has(each))) {
        await store.put(bucketAt(i))
        stored.add(i)
      }
      const [all] = (await store.query('totals', {}, selectionOf('c'), limitsOf())).rows
      expect(all).toMatchObject({ records: stored.size * ROWS, packetsIn: stored.size * ROWS })
    }
    await store.close()
  })

  describe('with two shards, of which one is down', () => {
    let store: HistoryStore
    beforeAll(async () => {
      const options = { database: 'sharded', cluster: SHARDS, replicated: false, days: NEVER }
      for (const each of started.servers)
        for (const statement of ddlOf(options, 'each server')) await each.run(statement)
      store = await open(`sharded?cluster=${SHARDS}&tls=off`)
      await store.put(bucketAt(0))
    }, 60_000)
    afterAll(() => store.close())

    test('answers with what it has, and says so; what could not be written is written later, once', async () => {
      await second.kill()
      const { rows, incomplete } = await store.query('totals', {}, selectionOf('c'), limitsOf())
      expect(incomplete).toMatch(/shard of ClickHouse is down/)
      const part = rows[0]?.records ?? 0
      expect(part).toBeGreaterThan(0)
      expect(part).toBeLessThan(ROWS)
      expect(await recordsOf(store, selectionOf('c'))).toHaveLength(part)
      for (let tries = 0; tries < 2; tries++)
        await expect(store.put(bucketAt(1))).rejects.toMatchObject({ trouble: 'unavailable' })
      // Nothing of it is seen before all of it is there.
      expect(await recordsOf(store, selectionOf('c'))).toHaveLength(part)

      await second.start()
      expect(await store.put(bucketAt(1))).toBe('stored')
      const whole = await store.query('totals', {}, selectionOf('c'), limitsOf())
      expect(whole).toMatchObject({ rows: [{ records: 2 * ROWS, packetsIn: 2 * ROWS }], incomplete: null })
      expect(await store.put(bucketAt(1))).toBe('known')
    })
  })

  describe('with limits', () => {
    let store: HistoryStore
    beforeAll(async () => {
      store = await open('limits?tls=off')
      await store.put(bucketAt(0))
    }, 60_000)
    afterAll(() => store.close())

    test('of time and memory ends a question with their names', async () => {
      for (const [limits, trouble] of [
        [{ maxMs: 1 }, 'too slow'],
        [{ maxMemory: 10_000 }, 'too much memory'],
      ] as const)
        await expect(store.query('entries', {}, selectionOf('c'), limitsOf(limits))).rejects.toMatchObject({
          trouble,
        })
    })

    test('answers for more keys than a field of a form takes', async () => {
      const [{ entry } = { entry: 0n }] = (await store.query('entries', {}, selectionOf('c'), limitsOf()))
        .rows
      const unknown = Array.from({ length: 9000 }, (_, i) => 2n ** 63n + BigInt(i))
      expect(await store.keysOf('c', [...unknown, entry])).toHaveLength(1)
    })

    test('ends a question when the asker goes while it runs', async () => {
      const gone = new AbortController()
      const answer = store.query('entries', {}, selectionOf('c'), limitsOf({ signal: gone.signal }))
      gone.abort(new Error('gone'))
      await expect(answer).rejects.toThrow('gone')
    })
  })

  test('that is not there, or does not know the user or the cluster, is told by name', async () => {
    await expect(
      openClickHouseHistory('clickhouse://127.0.0.1:1/', { password: '', ca: null, days: NEVER }),
    ).rejects.toMatchObject({ trouble: 'unavailable' })
    await expect(open('x?tls=off', 'nobody', 'wrong')).rejects.toMatchObject({ trouble: 'refused' })
    await expect(open("x?cluster=no'where&tls=off")).rejects.toMatchObject({ trouble: 'refused' })
  })
})
