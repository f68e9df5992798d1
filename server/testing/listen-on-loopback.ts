import type { Server as TcpServer } from 'node:net'
import { ensure } from '../../src/lib/assert.ts'

/** Resolves with the free port of 127.0.0.1 on which the server listens. */
export function listenOnLoopback(server: TcpServer): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' ? ensure(address, 'address').port : 0)
    })
  })
}
