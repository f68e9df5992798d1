/**
 * What every history has to do, whatever its engine: the test of each engine calls {@link describeHistory}. What it answers is held to
 * {@link MemoryHistory}, which answers in the most obvious way.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import type { HistoryStore } from '../history-store.ts'
import { describeAnswers } from './contract-answers.ts'
import { bucketOf, limitsOf, recordsOf, selectionOf } from './history-buckets.ts'
import { describeInjection } from './contract-injection.ts'

export interface HistoryEngine {
  /** A history without records, opened. */
  readonly create: () => Promise<HistoryStore>
  /** The same history for another process, opened; null where only one process may have it open. */
  readonly another: ((store: HistoryStore) => Promise<HistoryStore>) | null
  /** Cases of the property test. */
  readonly numRuns: number
}

/** A whole hour, in Unix seconds. */
const HOUR = 1_790_002_800

const pod = (name: string, packetsIn = 1) => buildFlow({ sourceName: name }, { packetsIn })
const names = ['a-*', 'b-*', 'c-*']
const hours = (cluster: string) => selectionOf(cluster, { grain: 'hour' })
const three = (packetsIn = 1) => names.map((name) => pod(name, packetsIn))

export function describeHistory(engine: HistoryEngine): void {
  let store: HistoryStore

  beforeAll(async () => {
    store = await engine.create()
  }, 60_000)
  afterAll(() => store.close())

  /** What a reader sees of a cluster: sources with their packets. */
  async function seen(cluster: string, from = store): Promise<readonly string[]> {
    const flows = await recordsOf(from, selectionOf(cluster))
    return flows
      .map(({ startTime, key, packetsIn }) => `${startTime - HOUR} ${key.sourceName} ${packetsIn}`)
      .toSorted()
  }

  describe('a bucket', () => {
    test('is held once it was put, with what it is of', async () => {
      expect(await store.put(bucketOf({ cluster: 'one', start: HOUR, version: 5 }, three()))).toBe('stored')
      expect(
        await store.put(bucketOf({ cluster: 'one', start: HOUR + 300, seconds: 300 }, [pod('a-*')])),
      ).toBe('stored')
      expect(await store.have('one', { from: HOUR, to: HOUR + 301 })).toEqual([
        { start: HOUR, seconds: 15, version: 5, rows: 3 },
        { start: HOUR + 300, seconds: 300, version: 1, rows: 1 },
      ])
      expect(await store.have('one', { from: HOUR + 1, to: HOUR + 300 })).toEqual([])
      expect(await store.have('nobody', { from: HOUR, to: HOUR + 301 })).toEqual([])
      expect(await seen('one')).toEqual(['0 a-* 1', '0 b-* 1', '0 c-* 1', '300 a-* 1'])
      expect(await store.clusters()).toContain('one')
    })

    test('counts once however often it is put', async () => {
      const bucket = bucketOf({ cluster: 'twice', start: HOUR }, three())
      expect(await store.put(bucket)).toBe('stored')
      expect(await store.put(bucket)).toBe('known')
      expect(await store.put(bucketOf({ cluster: 'twice', start: HOUR, version: 0 }, three(9)))).toBe('known')
      expect(await seen('twice')).toEqual(['0 a-* 1', '0 b-* 1', '0 c-* 1'])
    })

    test('is replaced as a whole by a corrected one', async () => {
      await store.put(bucketOf({ cluster: 'corrected', start: HOUR, version: 1 }, three()))
      const corrected = [pod('a-*', 7), pod('b-*'), pod('d-*')]
      expect(await store.put(bucketOf({ cluster: 'corrected', start: HOUR, version: 2 }, corrected))).toBe(
        'stored',
      )
      expect(await seen('corrected')).toEqual(['0 a-* 7', '0 b-* 1', '0 d-* 1'])
      const [totals] = (await store.query('totals', {}, selectionOf('corrected'), limitsOf())).rows
      expect(totals).toMatchObject({ records: 3, keys: 3, packetsIn: 9 })
    })

    test('is not replaced by a poorer one, as of a Goldmane that was restarted', async () => {
      await store.put(bucketOf({ cluster: 'poorer', start: HOUR, version: 1 }, three()))
      expect(await store.put(bucketOf({ cluster: 'poorer', start: HOUR, version: 2 }, [pod('a-*', 5)]))).toBe(
        'poorer',
      )
      expect(await seen('poorer')).toEqual(['0 a-* 1', '0 b-* 1', '0 c-* 1'])
      expect(await store.put(bucketOf({ cluster: 'poorer', start: HOUR, version: 3 }, three(2)))).toBe(
        'stored',
      )
      expect(await seen('poorer')).toEqual(['0 a-* 2', '0 b-* 2', '0 c-* 2'])
    })

    test('may come late, and may have no records', async () => {
      await store.put(bucketOf({ cluster: 'late', start: HOUR + 15 }, [pod('a-*')]))
      await store.put(bucketOf({ cluster: 'late', start: HOUR }, [pod('b-*')]))
      await store.put(bucketOf({ cluster: 'late', start: HOUR + 30 }, []))
      expect(
        (await store.have('late', { from: 0, to: HOUR * 2 })).map(({ start, rows }) => [start, rows]),
      ).toEqual([
        [HOUR, 1],
        [HOUR + 15, 1],
        [HOUR + 30, 0],
      ])
      expect(await seen('late')).toEqual(['0 b-* 1', '15 a-* 1'])
    })

    test('has counters that were not recorded, and large ones, as they were', async () => {
      const odd = buildFlow(
        {},
        { bytesIn: 2 ** 53, bytesOut: 2 ** 32, packetsIn: null, numConnectionsLive: null },
      )
      await store.put(bucketOf({ cluster: 'odd', start: HOUR }, [odd, pod('a-*')]))
      const records = await recordsOf(store, selectionOf('odd'))
      expect(records).toContainEqual({ ...odd, startTime: HOUR, endTime: HOUR + 15 })
      const [totals] = (await store.query('totals', {}, selectionOf('odd'), limitsOf())).rows
      expect(totals).toMatchObject({ packetsIn: 1 })
    })
  })

  describe.runIf(engine.another !== null)('two writers', () => {
    let other: HistoryStore
    beforeAll(async () => {
      other = (await engine.another?.(store)) ?? store
    })
    afterAll(() => other.close())

    test('see what the other one has put', async () => {
      await store.put(bucketOf({ cluster: 'shared', start: HOUR, version: 1 }, three()))
      expect(await other.put(bucketOf({ cluster: 'shared', start: HOUR, version: 1 }, three()))).toBe('known')
      expect(await other.put(bucketOf({ cluster: 'shared', start: HOUR, version: 2 }, three(2)))).toBe(
        'stored',
      )
      expect(await seen('shared')).toEqual(['0 a-* 2', '0 b-* 2', '0 c-* 2'])
    })

    test('at once, of the same bucket: it counts once', async () => {
      const bucket = bucketOf({ cluster: 'same', start: HOUR, version: 1 }, three())
      await Promise.all([store.put(bucket), other.put(bucket), store.put(bucket)])
      expect(await seen('same')).toEqual(['0 a-* 1', '0 b-* 1', '0 c-* 1'])
    })

    test('at once, of buckets that differ: one of them counts, as a whole', async () => {
      const richest = ['0 a-* 2', '0 b-* 2', '0 c-* 2', '0 d-* 2']
      const newest = ['0 a-* 3', '0 b-* 3', '0 c-* 3']
      const races = Array.from({ length: 2 }, async (_, round) => {
        const cluster = `race ${round}`
        await Promise.all([
          store.put(bucketOf({ cluster, start: HOUR, version: 1 }, three(1))),
          other.put(bucketOf({ cluster, start: HOUR, version: 2 }, [...three(2), pod('d-*', 2)])),
          other.put(bucketOf({ cluster, start: HOUR, version: 3 }, three(3))),
        ])
        expect([richest, newest]).toContainEqual(await seen(cluster))
      })
      await Promise.all(races)
    })
  })

  describe('gaps', () => {
    test('are one where they touch and have one cause', async () => {
      await store.addGap('gaps', { from: HOUR, to: HOUR + 60, cause: "It didn't run" })
      await store.addGap('gaps', { from: HOUR + 60, to: HOUR + 120, cause: "It didn't run" })
      await store.addGap('gaps', { from: HOUR + 120, to: HOUR + 180, cause: 'Goldmane was not reached' })
      expect(await store.gaps('gaps', { from: HOUR + 30, to: HOUR + 150 })).toEqual([
        { from: HOUR + 30, to: HOUR + 120, cause: "It didn't run" },
        { from: HOUR + 120, to: HOUR + 150, cause: 'Goldmane was not reached' },
      ])
      expect(await store.gaps('nobody', { from: HOUR, to: HOUR + 60 })).toEqual([])
    })

    test('are without what has come since', async () => {
      await store.addGap('filled', { from: HOUR, to: HOUR + 600, cause: 'Lost' })
      await store.put(bucketOf({ cluster: 'filled', start: HOUR + 15 }, three()))
      await store.put(bucketOf({ cluster: 'filled', start: HOUR + 300, seconds: 300 }, three()))
      expect(await store.gaps('filled', { from: 0, to: 2 * HOUR })).toEqual([
        { from: HOUR, to: HOUR + 15, cause: 'Lost' },
        { from: HOUR + 30, to: HOUR + 300, cause: 'Lost' },
      ])
    })
  })

  describe('the roll-up', () => {
    test('sums closed hours, once', async () => {
      await store.put(bucketOf({ cluster: 'rolled', start: HOUR }, three(1)))
      await store.put(bucketOf({ cluster: 'rolled', start: HOUR + 3585 }, three(2)))
      await store.put(bucketOf({ cluster: 'rolled', start: HOUR + 3600 }, three(5)))
      expect(await store.rollUp('rolled', HOUR + 3599)).toBe(0)
      expect(await store.rollUp('rolled', HOUR + 7199)).toBe(1)
      expect(await store.rollUp('rolled', HOUR + 7199)).toBe(0)
      const [totals] = (await store.query('totals', {}, hours('rolled'), limitsOf())).rows
      expect(totals).toMatchObject({ records: 6, keys: 3, packetsIn: 9, first: HOUR, last: HOUR + 3600 })
      // An hour counts when a part of it is in the range.
      const partly = { ...hours('rolled'), range: { from: HOUR + 3599, to: HOUR + 3600 } }
      expect(await recordsOf(store, partly, 3600)).toHaveLength(3)
      const after = { ...hours('rolled'), range: { from: HOUR + 3600, to: HOUR + 3700 } }
      expect(await recordsOf(store, after, 3600)).toEqual([])
    })

    test('follows a bucket that was corrected', async () => {
      await store.put(bucketOf({ cluster: 'again', start: HOUR, version: 1 }, three(1)))
      await store.rollUp('again', HOUR + 3600)
      await store.put(bucketOf({ cluster: 'again', start: HOUR, version: 2 }, three(4)))
      expect(await store.rollUp('again', HOUR + 3600)).toBe(1)
      const [totals] = (await store.query('totals', {}, hours('again'), limitsOf())).rows
      expect(totals).toMatchObject({ records: 3, packetsIn: 12 })
    })

    test('is not read in place of records that have changed since', async () => {
      const raw = async () => (await store.query('totals', {}, selectionOf('since'), limitsOf())).rows[0]
      await store.put(bucketOf({ cluster: 'since', start: HOUR, version: 1 }, three(1)))
      await store.rollUp('since', HOUR + 3600)
      expect(await raw()).toMatchObject({ records: 3, packetsIn: 3 })
      await store.put(bucketOf({ cluster: 'since', start: HOUR, version: 2 }, three(4)))
      expect(await raw()).toMatchObject({ records: 3, packetsIn: 12 })
      await store.put(bucketOf({ cluster: 'since', start: HOUR + 15 }, three(1)))
      expect(await raw()).toMatchObject({ records: 6, packetsIn: 15, last: HOUR + 30 })
    })
  })

  describe('limits', () => {
    beforeAll(async () => {
      for (let i = 0; i < 4; i++)
        await store.put(bucketOf({ cluster: 'limits', start: HOUR + i * 15 }, three()))
    }, 60_000)

    test('of rows end a question', async () => {
      const limits = limitsOf({ maxRows: 11 })
      await expect(store.query('totals', {}, selectionOf('limits'), limits)).rejects.toMatchObject({
        name: 'HistoryError',
        trouble: 'too large',
      })
      await expect(
        store.query('totals', {}, selectionOf('limits'), limitsOf({ maxRows: 12 })),
      ).resolves.toBeDefined()
    })

    test('of rows end records before the first page', async () => {
      const pages = store.records(selectionOf('limits'), { step: 15 }, limitsOf({ maxRows: 11 }))
      await expect(pages[Symbol.asyncIterator]().next()).rejects.toMatchObject({ trouble: 'too large' })
      // Summed they are fewer.
      expect(await recordsOf(store, selectionOf('limits'), 60, limitsOf({ maxRows: 11 }))).toHaveLength(3)
      const minute = selectionOf('limits', { range: { from: HOUR, to: HOUR + 60 } })
      expect(await recordsOf(store, minute, 60, limitsOf({ maxRows: 3 }))).toHaveLength(3)
      await expect(recordsOf(store, minute, 30, limitsOf({ maxRows: 3 }))).rejects.toMatchObject({
        trouble: 'too large',
      })
    })

    test('are no more when the asker has gone', async () => {
      const signal = AbortSignal.abort(new Error('gone'))
      await expect(store.query('totals', {}, selectionOf('limits'), limitsOf({ signal }))).rejects.toThrow(
        'gone',
      )
      await expect(recordsOf(store, selectionOf('limits'), 15, limitsOf({ signal }))).rejects.toThrow('gone')
    })
  })

  describeAnswers(engine)
  describeInjection(() => store, engine.numRuns)
  describeRetention(engine)
}

function describeRetention(engine: HistoryEngine): void {
  test('an hour that was summed keeps its sums when a part of its records is dropped', async () => {
    const store = await engine.create()
    const records = async () => {
      const { rows } = await store.query('totals', {}, hours('cut'), limitsOf())
      return rows[0]?.records
    }
    try {
      await store.put(bucketOf({ cluster: 'cut', start: HOUR }, three()))
      await store.put(bucketOf({ cluster: 'cut', start: HOUR + 1800 }, three()))
      expect(await store.rollUp('cut', HOUR + 3600)).toBe(1)
      expect(await store.drop({ raw: HOUR + 900, hours: 0 })).toEqual({ rows: 3 })
      expect(await store.rollUp('cut', HOUR + 3600)).toBe(0)
      expect(await records()).toBe(6)
      // Nor when what is left of it changes.
      await store.put(bucketOf({ cluster: 'cut', start: HOUR + 1800, version: 2 }, three(2)))
      expect(await store.rollUp('cut', HOUR + 3600)).toBe(0)
      expect(await records()).toBe(6)
      // Of an hour that was not summed before, what is left is.
      await store.put(bucketOf({ cluster: 'cut', start: HOUR + 3600 }, three()))
      await store.put(bucketOf({ cluster: 'cut', start: HOUR + 5400 }, three()))
      expect(await store.drop({ raw: HOUR + 4500, hours: 0 })).toEqual({ rows: 6 })
      expect(await store.rollUp('cut', HOUR + 7200)).toBe(1)
      expect(await store.rollUp('cut', HOUR + 7200)).toBe(0)
      expect(await records()).toBe(9)
    } finally {
      await store.close()
    }
  })

  test('a gap that was filled stays so when the records that filled it are dropped', async () => {
    const store = await engine.create()
    try {
      await store.addGap('refilled', { from: HOUR, to: HOUR + 600, cause: 'Lost' })
      await store.put(bucketOf({ cluster: 'refilled', start: HOUR + 15 }, three()))
      await store.put(bucketOf({ cluster: 'refilled', start: HOUR + 300, seconds: 300 }, three()))
      const open = [
        { from: HOUR, to: HOUR + 15, cause: 'Lost' },
        { from: HOUR + 30, to: HOUR + 300, cause: 'Lost' },
      ]
      for (const raw of [HOUR + 60, HOUR + 3600]) {
        await store.drop({ raw, hours: HOUR - 3600 })
        expect(await store.gaps('refilled', { from: 0, to: 2 * HOUR })).toEqual(open)
      }
    } finally {
      await store.close()
    }
  })

  test('what is kept is told of each cluster by itself', async () => {
    const store = await engine.create()
    try {
      await store.put(bucketOf({ cluster: 'old', start: HOUR }, three()))
      await store.put(bucketOf({ cluster: 'old', start: HOUR + 7200 }, three()))
      await store.rollUp('old', HOUR + 3600)
      await store.put(bucketOf({ cluster: 'young', start: HOUR + 3600 }, three()))
      expect(await store.keptTimes('old')).toEqual({ oldest: HOUR, newest: HOUR + 7215, oldestHour: HOUR })
      const ofYoung = { oldest: HOUR + 3600, newest: HOUR + 3615, oldestHour: null }
      expect(await store.keptTimes('young')).toEqual(ofYoung)
      await store.rollUp('young', HOUR + 7200)
      expect(await store.keptTimes('young')).toEqual({ ...ofYoung, oldestHour: HOUR + 3600 })
      await store.drop({ raw: HOUR + 3615, hours: HOUR })
      const sumsAlone = { oldest: null, newest: null, oldestHour: HOUR + 3600 }
      expect(await store.keptTimes('young')).toEqual(sumsAlone)
      expect(await store.keptTimes('nobody')).toEqual({ oldest: null, newest: null, oldestHour: null })
      expect(await store.stats()).toMatchObject({
        oldest: HOUR + 7200,
        newest: HOUR + 7215,
        oldestHour: HOUR,
      })
    } finally {
      await store.close()
    }
  })

  test('retention drops what ended before, of records and of hours', async () => {
    const store = await engine.create()
    const totals = async () => (await store.query('totals', {}, selectionOf('kept'), limitsOf())).rows[0]
    try {
      for (const start of [HOUR, HOUR + 3585, HOUR + 3600, HOUR + 7200])
        await store.put(bucketOf({ cluster: 'kept', start }, three()))
      await store.rollUp('kept', HOUR + 7200)
      expect(await store.stats()).toMatchObject({
        rows: 12,
        entries: 3,
        oldest: HOUR,
        newest: HOUR + 7215,
        oldestHour: HOUR,
      })
      expect(await store.drop({ raw: HOUR + 3610, hours: HOUR })).toEqual({ rows: 6 })
      // The roll-up has the first hour still.
      expect(await totals()).toMatchObject({ records: 6, first: HOUR + 3600, last: HOUR + 7215 })
      expect(await store.drop({ raw: HOUR + 3610, hours: HOUR + 3600 })).toEqual({ rows: 3 })
      expect(await store.drop({ raw: HOUR + 3610, hours: HOUR + 3600 })).toEqual({ rows: 0 })
      expect(await store.stats()).toMatchObject({ rows: 6, oldest: HOUR + 3600, oldestHour: HOUR + 3600 })
      expect((await store.have('kept', { from: 0, to: 2 * HOUR })).map(({ start }) => start)).toEqual([
        HOUR + 3600,
        HOUR + 7200,
      ])
      expect(await recordsOf(store, selectionOf('kept'))).toHaveLength(6)
      expect(await recordsOf(store, selectionOf('kept', { grain: 'hour' }), 3600)).toHaveLength(3)
      await store.put(bucketOf({ cluster: 'kept', start: HOUR + 7215 }, three()))
      await store.rollUp('kept', HOUR + 10_800)
      await store.drop({ raw: HOUR + 7215, hours: HOUR })
      // The roll-up has more of that hour than the records that are left.
      expect(await totals()).toMatchObject({ records: 3, first: HOUR + 7215, last: HOUR + 7230 })
    } finally {
      await store.close()
    }
  })
}
