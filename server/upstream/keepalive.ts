/** Keep-alive of an HTTP/2 connection by PING frames. */
import type { ClientHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'

/**
 * grpc-go closes a connection at the third ping that comes within 5 minutes of the one before without data between
 * (keepalive.EnforcementPolicy's default MinTime; Goldmane sets no policy).
 */
export const PING_INTERVAL_MS = 5 * 60_000 + 10_000
const MAX_PING_TIMEOUT_MS = 20_000

/**
 * Pings the server when no byte arrived for `interval` milliseconds, and destroys the session when the ping is not
 * answered: behind a proxy, TCP does not notice that the server is gone. Pings only while `hasCalls()`: without calls
 * grpc-go counts every ping within two hours of the one before as early (PermitWithoutStream is false).
 */
export function keepAlive(
  session: ClientHttp2Session,
  socket: Socket,
  interval: number,
  hasCalls: () => boolean,
): void {
  let bytesRead = socket.bytesRead
  const timer = setInterval(() => {
    const silent = socket.bytesRead === bytesRead
    bytesRead = socket.bytesRead
    if (session.destroyed) return clearInterval(timer)
    if (!silent || !hasCalls()) return
    const pingTimeout = setTimeout(
      () => {
        session.destroy()
        socket.destroy()
      },
      Math.min(MAX_PING_TIMEOUT_MS, interval),
    )
    session.ping(() => clearTimeout(pingTimeout))
  }, interval)
  timer.unref()
}
