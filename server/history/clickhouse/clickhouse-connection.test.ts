/** Connections that a ClickHouse, or what is between, cuts. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { parseClickHouseUrl } from './clickhouse-address.ts'
import { ClickHouseConnection } from './clickhouse-connection.ts'

/** More than sockets take in at once. */
const ROWS = Buffer.alloc(8 * 2 ** 20, 7)

/** A server that cuts the first so many requests in the middle, and takes the others. */
async function startServer(cuts: number) {
  const taken: Buffer[] = []
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    if (requests <= cuts) {
      request.once('data', () => request.socket.resetAndDestroy())
      return
    }
    void buffer(request).then((body) => {
      taken.push(body)
      response.end()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo // it listens on a port
  const connection = new ClickHouseConnection({
    address: parseClickHouseUrl(`clickhouse://127.0.0.1:${port}/h?tls=off`),
    password: '',
    ca: null,
  })
  onTestFinished(async () => {
    await connection.close()
    server.closeAllConnections()
    server.close()
  })
  return { connection, taken, requests: () => requests }
}

test('rows whose connection is cut are sent again, whole', async () => {
  const { connection, taken } = await startServer(1)
  await connection.insertBlock('flows', [ROWS], 'token')
  expect(taken).toHaveLength(1)
  expect(taken[0]?.equals(ROWS)).toBe(true)
})

test('a connection that is cut again is told by name', async () => {
  const { connection, requests } = await startServer(9)
  await expect(connection.insertBlock('flows', [ROWS], 'token')).rejects.toMatchObject({
    trouble: 'unavailable',
    message: expect.stringMatching(/^The connection to ClickHouse was cut \((EPIPE|ECONNRESET)\)$/),
  })
  expect(requests()).toBe(2)
})
