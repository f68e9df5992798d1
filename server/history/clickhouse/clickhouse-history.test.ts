/** The contract of the history, held by a real ClickHouse: one server, and two that are shards of a cluster. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe } from 'vitest'
import { ensure } from '../../../src/lib/assert.ts'
import {
  type ClickHouseServers,
  NO_CLICKHOUSE,
  SHARDS,
  startClickHouse,
} from '../../testing/clickhouse-server.ts'
import type { HistoryStore } from '../history-store.ts'
import { describeHistory } from '../testing/history-contract.ts'
import { ddlOf } from './clickhouse-ddl.ts'
import { type ClickHouseHistory, openClickHouseHistory } from './clickhouse-history.ts'

/** With a TTL, which ends after the test. */
const OPTIONS = { password: '', ca: null, days: { raw: 10_000, hours: 10_000 } }

describe.skipIf(NO_CLICKHOUSE !== null)('the history in ClickHouse', () => {
  let started: ClickHouseServers
  const addresses = new Map<HistoryStore, string>()

  beforeAll(async () => {
    started = await startClickHouse(2)
  }, 90_000)
  afterAll(() => started.close())

  async function open(address: string): Promise<ClickHouseHistory> {
    const history = openClickHouseHistory(address, OPTIONS)
    await history.open()
    addresses.set(history, address)
    return history
  }

  const another = (store: HistoryStore) => open(ensure(addresses.get(store), 'address'))

  describe('on one server', () => {
    describeHistory({
      create: () =>
        open(
          `clickhouse://127.0.0.1:${ensure(started.servers[0], 'server').httpPort}/h_${randomUUID()}?tls=off`,
        ),
      another,
      numRuns: 24,
    })
  })

  describe('on two shards', () => {
    describeHistory({
      create: async () => {
        const database = `h_${randomUUID()}`
        const options = { database, cluster: SHARDS, replicated: false, days: OPTIONS.days }
        for (const server of started.servers)
          for (const statement of ddlOf(options, 'each server')) await server.run(statement)
        return open(
          `clickhouse://127.0.0.1:${ensure(started.servers[0], 'server').httpPort}/${database}?cluster=${SHARDS}&tls=off`,
        )
      },
      another,
      numRuns: 8,
    })
  })
})
