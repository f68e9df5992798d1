/** Keeps a port of the loopback forwarded to Goldmane: a `kubectl port-forward` that is started again when it ends. */
import process from 'node:process'
import { createInterface } from 'node:readline'
import type { Clock } from '../../src/lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { failureOf, type KubectlFailure } from './kubectl-failure.ts'
import type { Kubectl, KubectlProcess } from './kubectl.ts'

/** The one port of Goldmane that does not change between versions. */
const GOLDMANE_PORT = 7443
const START_TIMEOUT_MS = 30_000
/** The first wait before another attempt; each failure doubles it. */
const MIN_RETRY_MS = 1000
const MAX_RETRY_MS = 30_000
/** Characters of its errors that are kept; the last of them say why it ended. */
const MAX_STDERR_LENGTH = 8192

export interface PortForwardOptions {
  readonly kubectl: Kubectl
  readonly namespace: string
  readonly log: Log
  readonly clock: Clock
}

export class PortForward {
  readonly #options: PortForwardOptions
  /** Null until the first start, and then for ever the same, because the gateway dials it. */
  #port: number | null = null
  #child: KubectlProcess | null = null
  #cancelRetry: (() => void) | null = null
  #retryMs = MIN_RETRY_MS
  #closed = false
  /** A child whose parent ends in whatever way but SIGKILL must not stay behind. */
  readonly #onExit = (): void => void this.#child?.kill()

  private constructor(options: PortForwardOptions) {
    this.#options = options
    process.once('exit', this.#onExit)
  }

  /** Resolves when the port is open. Throws {@link KubectlFailure}, or the signal's reason after an abort. */
  static async open(options: PortForwardOptions, signal: AbortSignal): Promise<PortForward> {
    const forward = new PortForward(options)
    const onAbort = (): void => void forward.close()
    signal.addEventListener('abort', onAbort)
    try {
      await forward.#start()
      signal.throwIfAborted()
      return forward
    } catch (error) {
      await forward.close()
      signal.throwIfAborted()
      throw error
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  /** The port on 127.0.0.1. */
  get port(): number {
    return this.#port ?? 0
  }

  /** Ends the child; resolves when it has ended. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancelRetry?.()
    process.off('exit', this.#onExit)
    const child = this.#child
    if (child === null) return
    const ended = new Promise<void>((resolve) => {
      child.once('close', () => resolve())
    })
    child.kill()
    await ended
  }

  /** Resolves when the port is open; rejects with {@link KubectlFailure} when the child ends before, or is too slow. */
  #start(): Promise<void> {
    const { kubectl, namespace, clock } = this.#options
    const ports = `${this.#port ?? ''}:${GOLDMANE_PORT}`
    const child = kubectl.start([
      'port-forward',
      '-n',
      namespace,
      '--address',
      '127.0.0.1',
      'service/goldmane',
      ports,
    ])
    this.#child = child
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-MAX_STDERR_LENGTH)
    })
    return new Promise((resolve, reject) => {
      let isOpen = false
      let problem: unknown = null
      const cancelTimeout = clock.after(START_TIMEOUT_MS, () => child.kill())
      // Every line is read, also those for each connection: a full pipe would stop kubectl.
      createInterface({ input: child.stdout }).on('line', (line) => {
        const port = /^Forwarding from 127\.0\.0\.1:(\d+) ->/.exec(line)?.[1]
        if (port === undefined || isOpen) return
        isOpen = true
        cancelTimeout()
        this.#port = Number(port)
        this.#retryMs = MIN_RETRY_MS
        resolve()
      })
      child.once('error', (error) => (problem = error))
      child.once('close', (code) => {
        cancelTimeout()
        this.#child = null
        const failure = failureOf(problem ?? new Error(`status ${code}`), stderr)
        if (isOpen) this.#onEnd(failure)
        else reject(failure)
      })
    })
  }

  #onEnd(failure: KubectlFailure): void {
    if (this.#closed) return
    const { log, clock } = this.#options
    log.warn('port-forward ended', { cause: failure.message, retryMs: this.#retryMs })
    this.#cancelRetry = clock.after(this.#retryMs, () => {
      this.#cancelRetry = null
      this.#start().then(
        () => log.info('port-forward opened', { port: this.port }),
        (error: KubectlFailure) => this.#onEnd(error),
      )
    })
    this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS)
  }
}
