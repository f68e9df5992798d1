/** What several gateways that write the same cluster to one ClickHouse do to each other. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { ensure } from '../../../src/lib/assert.ts'
import { type ClickHouseServers, NO_CLICKHOUSE, startClickHouse } from '../../testing/clickhouse-server.ts'
import type { HistoryStore } from '../history-store.ts'
import { actionCode } from '../sql/tables.ts'
import { bucketOf } from '../testing/history-buckets.ts'
import { BucketLedger, type BucketNote, type LedgerBucket } from './bucket-ledger.ts'
import { parseClickHouseUrl } from './clickhouse-address.ts'
import { ClickHouseConnection } from './clickhouse-connection.ts'
import { openClickHouseHistory } from './clickhouse-history.ts'
import { KnownEntries } from './known-entries.ts'

/** A midnight. */
const START = 1_790_035_200
const DAY = 86_400
const GRAIN = 15

describe.skipIf(NO_CLICKHOUSE !== null)('writers of one ClickHouse', () => {
  let started: ClickHouseServers
  let store: HistoryStore
  let connection: ClickHouseConnection

  beforeAll(async () => {
    started = await startClickHouse(1)
    const url = `clickhouse://127.0.0.1:${ensure(started.servers[0], 'server').httpPort}/writers?tls=off`
    store = await openClickHouseHistory(url, { password: '', ca: null, days: { raw: null, hours: null } })
    connection = new ClickHouseConnection({ address: parseClickHouseUrl(url), password: '', ca: null })
  }, 90_000)
  afterAll(async () => {
    await Promise.all([store.close(), connection.close()])
    await started.close()
  })

  describe('that claim a revision of one bucket', () => {
    let ledger: BucketLedger
    let ours: LedgerBucket
    let theirs: LedgerBucket
    let buckets = 0

    beforeEach(() => {
      ledger = new BucketLedger(connection)
      ours = { cluster: 'c', start: START + 15 * buckets++, seconds: 15, version: 1, rows: 3, digest: 1n }
      theirs = { ...ours, digest: 2n }
    })

    const notesOf = async (bucket: LedgerBucket): Promise<readonly BucketNote[]> =>
      (await ledger.notesOf(GRAIN, [bucket]))[0] ?? []
    /** The revision of a writer that has looked before at what is noted. */
    const claim = async (bucket: LedgerBucket, notes: readonly BucketNote[]): Promise<number> =>
      ensure((await ledger.claim(GRAIN, [bucket], [notes]))[0], 'revision')

    test('have one each, also when none had seen the claim of the other one', async () => {
      const first = await claim(ours, [])
      const second = await claim(theirs, [])
      expect(second).not.toBe(first)
      expect((await notesOf(ours)).map(({ isHeld }) => isHeld)).not.toContain(true)
    })

    test('do not take up a revision again that both have claimed', async () => {
      const first = await claim(ours, [])
      const second = await claim(theirs, [])
      const again = await claim(ours, await notesOf(ours))
      expect([first, second]).not.toContain(again)
      // That of the second one is its own.
      expect(await claim(theirs, await notesOf(theirs))).toBe(second)
      expect(await claim(ours, await notesOf(ours))).toBe(again)
    })

    test('have the same one again for the same rows, and the next one for others', async () => {
      expect(await claim(ours, [])).toBe(0)
      const before = await notesOf(ours)
      expect(await claim(ours, before)).toBe(0)
      expect(await notesOf(ours)).toEqual(before)
      expect(await claim({ ...ours, version: 2 }, before)).toBe(1)
      expect(await claim(theirs, await notesOf(theirs))).toBe(2)
    })

    test('have several buckets at once, each in its own revision', async () => {
      const next = { ...ours, start: START + 15 * buckets++ }
      const noted = { revision: 6, version: 1, digest: 9n, rows: 3, isHeld: true }
      await claim({ ...ours, digest: 3n }, [])
      const [ofNext, ofOurs] = await ledger.claim(GRAIN, [next, ours], [[noted], []])
      expect(ofNext).toBe(7)
      const claims = (await notesOf(ours)).map(({ revision, digest }) => ({ revision, digest }))
      expect(claims).toHaveLength(3)
      expect(claims).toContainEqual({ revision: 0, digest: 1n })
      expect(claims).toContainEqual({ revision: ofOurs, digest: 1n })
      expect(ofOurs).toBeGreaterThan(0)
      expect((await notesOf(next)).map(({ revision }) => revision)).toEqual([7])
    })

    test('are refused when a bucket has as many revisions as there can be', async () => {
      const last = { revision: 65_535, version: 1, digest: 9n, rows: 3, isHeld: true }
      await expect(claim(ours, [last])).rejects.toMatchObject({ trouble: 'unavailable' })
      expect(await notesOf(ours)).toEqual([])
      expect(await claim(ours, [{ ...last, revision: 65_534 }])).toBe(65_535)
    })
  })

  describe('know a key that was sent', () => {
    const cluster = 'keys'
    const denied = bucketOf({ cluster, start: START }, [buildFlow({ action: 'Deny' })])
    const entry = ensure(denied.entries[0], 'entry')
    const at = (days: number) => START + days * DAY

    /** The code of the key's action as a gateway that was just started knows it; null when it would send the key again. */
    async function knownAt(time: number, of = cluster): Promise<number | null> {
      const actions = new Uint8Array(1)
      const known = await new KnownEntries(connection).of(of, time)
      return known.fill(BigUint64Array.of(entry), actions).length === 0 ? ensure(actions[0], 'action') : null
    }

    beforeAll(async () => {
      await store.put(denied)
    })

    test('with records of its day or of the 29 before, and send it again with later ones, which it would not outlive', async () => {
      const known = await Promise.all([-30, -29, 0, 1].map((days) => knownAt(at(days))))
      expect(known).toEqual([null, actionCode('Deny'), actionCode('Deny'), null])
      expect(await knownAt(START, 'another')).toBeNull()
    })

    test('for 30 days, without asking again', async () => {
      const entries = new KnownEntries(connection)
      const known = await entries.of(cluster, at(0))
      expect(await entries.of(cluster, at(30) - 1)).toBe(known)
      expect(await entries.of(cluster, at(30))).not.toBe(known)
      const later = await entries.of(cluster, at(1))
      expect(later).not.toBe(known)
      expect(await entries.of(cluster, at(1) - 1)).not.toBe(later)
    })
  })
})
