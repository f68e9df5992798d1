import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface StallingRelay {
  readonly url: string
  /** From now on nothing more is read from the server, so that it finds its reader slow. */
  readonly stall: () => void
  readonly resume: () => void
  readonly close: () => Promise<void>
}

/** Starts a TCP relay between a browser and the server at `upstream`: a browser that cannot keep up, at will. */
export async function startStallingRelay(upstream: string): Promise<StallingRelay> {
  const target = new URL(upstream)
  const servers = new Set<Socket>()
  const browsers = new Set<Socket>()
  let isStalled = false
  const relay = createServer((browser) => {
    const server = connect(Number(target.port), target.hostname)
    servers.add(server)
    browsers.add(browser)
    browser.pipe(server)
    server.on('data', (bytes) => {
      if (!browser.write(bytes)) server.pause()
    })
    browser.on('drain', () => {
      if (!isStalled) server.resume()
    })
    if (isStalled) server.pause()
    for (const [socket, other] of [
      [browser, server],
      [server, browser],
    ] as const) {
      socket.on('error', () => undefined)
      socket.on('close', () => {
        servers.delete(socket)
        browsers.delete(socket)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => {
    relay.listen(0, '127.0.0.1', resolve)
  })
  // Not a string, because the server listens on a port and not on a pipe.
  const { port } = relay.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    stall: () => {
      isStalled = true
      for (const server of servers) server.pause()
    },
    resume: () => {
      isStalled = false
      for (const server of servers) server.resume()
    },
    close: () =>
      new Promise((resolve) => {
        relay.close(() => resolve())
        for (const socket of [...browsers, ...servers]) socket.destroy()
      }),
  }
}
