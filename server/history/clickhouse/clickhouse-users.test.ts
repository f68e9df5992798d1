/** What users of a real ClickHouse may do who have the rights and limits that are printed for them, or tighter ones. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { ensure } from '../../../src/lib/assert.ts'
import {
  type ClickHouseServers,
  NO_CLICKHOUSE,
  SHARDS,
  startClickHouse,
} from '../../testing/clickhouse-server.ts'
import type { HistoryStore } from '../history-store.ts'
import { bucketOf, limitsOf, recordsOf, selectionOf } from '../testing/history-buckets.ts'
import { ddlOf } from './clickhouse-ddl.ts'
import { openClickHouseHistory } from './clickhouse-history.ts'
import { printDdl, READER_PROFILE, roleNames } from './clickhouse-users.ts'

const DAYS = { raw: 10_000, hours: 10_000 }
/** A whole hour. */
const START = 1_790_002_800
const ROWS = 300
const flows = Array.from({ length: ROWS }, (_, i) => buildFlow({ sourceName: `pod-${i}` }, { packetsIn: 1 }))
const bucketAt = (i: number, cluster = 'c') => bucketOf({ cluster, start: START + i * 15 }, flows)

const PRINTED = printDdl({ database: 'limited', cluster: null, replicated: false, days: DAYS })
const SHARDED = printDdl({ database: 'sharded', cluster: SHARDS, replicated: false, days: DAYS })
/** The rights of the roles, as they are printed. */
const roles: Record<string, string[]> = {}
for (const [, right = '', role = ''] of `${PRINTED}${SHARDED}`.matchAll(
  /^grant(?: on cluster '\w+')? (.+) to `(\w+)`;$/gm,
))
  (roles[role] ??= []).push(right)
const of = (kind: 'writer' | 'reader') => ['limited', 'sharded'].map((database) => roleNames(database)[kind])
const fixed = (value: number | string) => ({ value, max: null })
/** A profile that allows no setting. */
const READ_ONLY = { readonly: fixed(1), max_rows_to_read: fixed(1000) }

describe.skipIf(NO_CLICKHOUSE !== null)('a user of ClickHouse', () => {
  let started: ClickHouseServers

  beforeAll(async () => {
    const [writers, readers] = [of('writer'), of('reader')]
    const users = {
      writer: { grants: writers },
      reader: { grants: readers, profile: READER_PROFILE },
      strict: { grants: readers, profile: READ_ONLY },
      sharded: { grants: readers, profile: { ...READ_ONLY, distributed_product_mode: fixed('local') } },
      both: { grants: [...writers, ...readers] },
      stranger: { grants: [] },
    }
    started = await startClickHouse(2, users, undefined, roles)
    await (await open('limited?tls=off')).close()
    const options = { database: 'sharded', cluster: SHARDS, replicated: false, days: DAYS }
    for (const each of started.servers)
      for (const statement of ddlOf(options, 'each server')) await each.run(statement)
  }, 90_000)
  afterAll(() => started.close())

  function open(path: string, user = '', reader = '', readerPassword = reader): Promise<HistoryStore> {
    const { httpPort } = ensure(started.servers[0], 'server')
    return openClickHouseHistory(
      `clickhouse://${user === '' ? '' : `${user}@`}127.0.0.1:${httpPort}/${path}`,
      {
        password: user,
        ca: null,
        days: DAYS,
        reader: reader === '' ? null : { user: reader, password: readerPassword },
      },
    )
  }

  test.each([
    ['one server', 'limited?tls=off'],
    ['two shards', `sharded?cluster=${SHARDS}&tls=off`],
  ])('who writes cannot read, and with one who reads it is a whole history: %s', async (_, path) => {
    const both = await open(path, 'writer', 'reader')
    expect(await both.put(bucketAt(0))).toBe('stored')
    expect(await both.put(bucketAt(1))).toBe('stored')
    await both.addGap('c', { from: START + 60, to: START + 75, cause: 'Lost' })
    expect(await both.gaps('c', { from: START, to: START + 90 })).toHaveLength(1)
    expect(await recordsOf(both, selectionOf('c'))).toHaveLength(2 * ROWS)
    // The sums of an hour pass from the one to the other.
    expect(await both.rollUp('c', START + 3600)).toBe(1)
    expect(await both.rollUp('c', START + 3600)).toBe(0)
    const [hour] = (await both.query('totals', {}, selectionOf('c', { grain: 'hour' }), limitsOf())).rows
    expect(hour).toMatchObject({
      records: 2 * ROWS,
      keys: ROWS,
      packetsIn: 2 * ROWS,
      first: START,
      last: START + 30,
    })
    const { rows, entries, bytes } = await both.stats()
    expect({ rows, entries, hasBytes: bytes > 0 }).toEqual({ rows: 2 * ROWS, entries: ROWS, hasBytes: true })
    // What the tables delete by themselves is not taken, nor what was dropped.
    expect(await both.put(bucketOf({ cluster: 'c', start: 15 }, flows))).toBe('too old')
    expect(await both.put(bucketAt(-5))).toBe('stored')
    expect(await both.drop({ raw: START, hours: START })).toEqual({ rows: ROWS })
    expect(await both.put(bucketAt(-5))).toBe('too old')
    await both.close()

    const writer = await open(path, 'writer')
    expect(await writer.put(bucketAt(0))).toBe('known')
    await expect(recordsOf(writer, selectionOf('c'))).rejects.toMatchObject({ trouble: 'refused' })
    await writer.close()
    const reader = await open(path, 'reader')
    expect(await recordsOf(reader, selectionOf('c'))).toHaveLength(2 * ROWS)
    await expect(reader.put(bucketAt(7))).rejects.toMatchObject({ trouble: 'refused' })
    await reader.close()
  })

  test('whose profile allows no setting is answered within the limits of the profile', async () => {
    const store = await open('limited?tls=off', 'writer', 'strict')
    await store.put(bucketAt(0))
    expect((await recordsOf(store, selectionOf('c'))).length).toBeGreaterThanOrEqual(ROWS)
    for (let i = 10; i < 14; i++) await store.put(bucketAt(i))
    await expect(store.query('totals', {}, selectionOf('c'), limitsOf())).rejects.toMatchObject({
      trouble: 'too large',
    })
    await store.close()
  })

  test('whose profile lacks what the answer of shards depends on is told what it needs', async () => {
    const path = `sharded?cluster=${SHARDS}&tls=off`
    await expect(open(path, 'writer', 'strict')).rejects.toMatchObject({
      trouble: 'refused',
      message: expect.stringContaining("its profile needs distributed_product_mode = 'local'") as string,
    })
    const store = await open(path, 'writer', 'sharded')
    await store.put(bucketAt(0))
    expect((await recordsOf(store, selectionOf('c'))).length).toBeGreaterThanOrEqual(ROWS)
    await store.close()
  })

  test('who may not make the tables, or nothing, is told what to run', async () => {
    await expect(open('elsewhere?tls=off', 'writer')).rejects.toMatchObject({
      trouble: 'refused',
      message: expect.stringContaining('flowtrace history ddl') as string,
    })
    await expect(open('limited?tls=off', 'stranger')).rejects.toMatchObject({ trouble: 'refused' })
  })

  test.each([
    ['has another password', 'reader', 'wrong', 'reader: Authentication failed'],
    ['may not read', 'stranger', 'stranger', 'stranger: Not enough privileges'],
    ['only writes', 'writer', 'writer', 'writer: Not enough privileges'],
  ])('who is named as the reader and %s is refused at the start', async (_, user, password, words) => {
    await expect(open('limited?tls=off', 'writer', user, password)).rejects.toMatchObject({
      trouble: 'refused',
      message: expect.stringContaining(words) as string,
    })
  })

  test('has the rights of both roles without the profile, where there is one user', async () => {
    const store = await open('limited?tls=off', 'both')
    expect(await store.put(bucketAt(20, 'both'))).toBe('stored')
    expect(await store.put(bucketAt(21, 'both'))).toBe('stored')
    expect(await recordsOf(store, selectionOf('both'))).toHaveLength(2 * ROWS)
    await store.addGap('both', { from: START, to: START + 15, cause: 'Lost' })
    expect(await store.gaps('both', { from: START, to: START + 3600 })).toHaveLength(1)
    // The server itself reads the records and writes their sums.
    expect(await store.rollUp('both', START + 3600)).toBe(1)
    const hours = selectionOf('both', { grain: 'hour' })
    const { rows } = await store.query('totals', {}, hours, limitsOf())
    expect(rows).toMatchObject([{ records: 2 * ROWS, keys: ROWS, packetsIn: 2 * ROWS }])
    expect((await store.stats()).bytes).toBeGreaterThan(0)
    await store.close()
  })

  test('gets a role and a profile by statements that ClickHouse runs', async () => {
    const statements = PRINTED.split(/;\n/)
      .map((statement) => statement.replaceAll(/^--.*\n/gm, '').trim())
      .filter((statement) => /^(create (role|settings)|grant)/.test(statement))
    expect(statements.length).toBeGreaterThan(8)
    const server = ensure(started.servers[0], 'server')
    // All is checked before it is to be stored, for which this server has no place.
    for (const statement of statements)
      await expect(server.run(statement)).rejects.toThrow(
        /ACCESS_STORAGE_READONLY|ACCESS_STORAGE_FOR_INSERTION_NOT_FOUND/,
      )
  })
})
