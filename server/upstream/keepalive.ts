/** PING frames of an HTTP/2 connection: keep-alive by itself, and one early ping when somebody doubts the connection. */
import type { ClientHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { Clock } from '../../src/lib/clock.ts'

/**
 * grpc-go closes a connection at the third ping that comes within 5 minutes of the one before without data between
 * (keepalive.EnforcementPolicy's default MinTime; Goldmane sets no policy).
 */
export const PING_INTERVAL_MS = 5 * 60_000 + 10_000
const MAX_PING_TIMEOUT_MS = 20_000

export interface KeepAliveOptions {
  readonly session: ClientHttp2Session
  readonly socket: Socket
  /** Milliseconds between two pings without data from the server between them. */
  readonly interval: number
  /** Without calls grpc-go counts every ping within two hours of the one before as early (PermitWithoutStream). */
  readonly hasCalls: () => boolean
  readonly clock: Clock
}

/**
 * Pings the server when no byte arrived for an interval, while there are calls, and destroys the session when the ping
 * is not answered: behind a proxy, TCP does not notice that the server is gone.
 */
export class KeepAlive {
  readonly #options: KeepAliveOptions
  #bytesRead: number
  /** Milliseconds of the clock. */
  #lastPingAt = -Infinity
  #cancelTimer = () => {}

  constructor(options: KeepAliveOptions) {
    this.#options = options
    this.#bytesRead = options.socket.bytesRead
    this.#arm()
    options.session.once('close', () => this.#cancelTimer())
  }

  /**
   * Resolves with whether the server answered a ping within the time, or with null when none may be sent now, because
   * grpc-go would count it as early. `dataCame`: whether the server sent data since the last ping, which permits another.
   */
  async pingEarly(timeoutMs: number, dataCame: boolean): Promise<boolean | null> {
    const { clock, interval, session } = this.#options
    if (session.destroyed) return false
    if (!dataCame && clock.now() - this.#lastPingAt < interval) return null
    return this.#ping(timeoutMs)
  }

  /** Ends the connection and every call on it. */
  destroy(): void {
    this.#options.session.destroy()
    this.#options.socket.destroy()
  }

  #arm(): void {
    const { clock, interval, session } = this.#options
    this.#cancelTimer = clock.after(interval, () => {
      if (session.destroyed) return
      this.#check()
      this.#arm()
    })
  }

  #check(): void {
    const { socket, hasCalls, interval, clock } = this.#options
    const silent = socket.bytesRead === this.#bytesRead
    this.#bytesRead = socket.bytesRead
    if (!silent || !hasCalls() || clock.now() - this.#lastPingAt < interval) return
    void this.#ping(Math.min(MAX_PING_TIMEOUT_MS, interval)).then((answered) => {
      if (!answered) this.destroy()
    })
  }

  #ping(timeoutMs: number): Promise<boolean> {
    const { session, clock } = this.#options
    this.#lastPingAt = clock.now()
    return new Promise((resolve) => {
      const cancelTimer = clock.after(timeoutMs, () => resolve(false))
      // The callback gets an error when the session ends before the answer. It is not called when false is returned,
      // because too many pings are on their way: the timer ends that.
      session.ping((error) => {
        cancelTimer()
        resolve(error === null)
      })
    })
  }
}
