/** The contract of the history, held by a real ClickHouse: one server, and two that are shards of a cluster. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe } from 'vitest'
import { ensure } from '../../../src/lib/assert.ts'
import {
  type ClickHouseServers,
  NO_CLICKHOUSE,
  OWN_CLICKHOUSE,
  SHARDS,
  startClickHouse,
} from '../../testing/clickhouse-server.ts'
import type { HistoryStore } from '../history-store.ts'
import { describeHistory } from '../testing/history-contract.ts'
import { parseClickHouseUrl } from './clickhouse-address.ts'
import { ClickHouseConnection } from './clickhouse-connection.ts'
import { ddlOf, identifier } from './clickhouse-ddl.ts'
import { openClickHouseHistory } from './clickhouse-history.ts'

/** With a TTL, which ends after the test. */
const DAYS = { raw: 10_000, hours: 10_000 }
const PASSWORD = OWN_CLICKHOUSE === '' ? '' : (process.env['CLICKHOUSE_PASSWORD'] ?? '')

const addresses = new Map<HistoryStore, string>()

async function open(address: string): Promise<HistoryStore> {
  const history = await openClickHouseHistory(address, { password: PASSWORD, ca: null, days: DAYS })
  addresses.set(history, address)
  return history
}

const another = (store: HistoryStore) => open(ensure(addresses.get(store), 'address'))

describe.skipIf(OWN_CLICKHOUSE === '')('the history in the ClickHouse of CLICKHOUSE_URL', () => {
  const databases: string[] = []

  afterAll(async () => {
    const access = { address: parseClickHouseUrl(OWN_CLICKHOUSE), password: PASSWORD, ca: null }
    const connection = new ClickHouseConnection(access)
    for (const database of databases)
      await connection.command(`drop database if exists ${identifier(database)}`)
    await connection.close()
  })

  describeHistory({
    create: () => {
      const database = `flowtrace_test_${randomUUID()}`
      databases.push(database)
      const url = new URL(OWN_CLICKHOUSE)
      url.pathname = database
      return open(url.href)
    },
    another,
    numRuns: 24,
  })
})

describe.skipIf(NO_CLICKHOUSE !== null)('the history in ClickHouse', () => {
  let started: ClickHouseServers

  beforeAll(async () => {
    started = await startClickHouse(2)
  }, 90_000)
  afterAll(() => started.close())

  const addressOf = (path: string) =>
    `clickhouse://127.0.0.1:${ensure(started.servers[0], 'server').httpPort}/${path}`

  describe('on one server', () => {
    describeHistory({ create: () => open(addressOf(`h_${randomUUID()}?tls=off`)), another, numRuns: 16 })
  })

  describe('on two shards', () => {
    describeHistory({
      create: async () => {
        const database = `h_${randomUUID()}`
        const options = { database, cluster: SHARDS, replicated: false, days: DAYS }
        for (const server of started.servers)
          for (const statement of ddlOf(options, 'each server')) await server.run(statement)
        return open(addressOf(`${database}?cluster=${SHARDS}&tls=off`))
      },
      another,
      numRuns: 6,
    })
  })
})
