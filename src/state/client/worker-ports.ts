/** The ports to the workers, of which the page uses one at a time: live sources and files have workers of their own. */
// Workers and their ports have no origin to name.
/* oxlint-disable unicorn/require-post-message-target-origin */
import type { Trouble } from '../../source/trouble.ts'
import type { FromWorker, OpenSource, ToWorker } from '../../store/protocol.ts'

/** The part of a worker that the page uses: a dedicated Worker has it, and so has the port of a SharedWorker. */
export interface Port {
  postMessage(message: ToWorker, transfer?: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent<FromWorker>) => void): void
}

export interface Ports {
  /** Shared by the tabs of the origin, where the browser can do that. */
  readonly live: Port
  /** Of this page alone, because a file cannot be opened by another one. */
  readonly files: () => Port
}

export class WorkerPorts {
  readonly #ports: Ports
  readonly #receive: (message: FromWorker) => void
  readonly #listened = new Set<Port>()
  /** By the workers that failed, which may never answer again. */
  readonly #troubles = new Map<Port, Trouble>()
  #current: Port

  constructor(ports: Ports, receive: (message: FromWorker) => void) {
    this.#ports = ports
    this.#receive = receive
    this.#current = this.#listen(ports.live)
  }

  post(message: ToWorker, transfer?: Transferable[]): void {
    this.#current.postMessage(message, transfer)
  }

  /** Uses the worker for that source from now on, and closes what another one had opened. The trouble of one that failed. */
  select(source: OpenSource): Trouble | undefined {
    const { kind } = source
    const port = this.#listen(kind === 'live' ? this.#ports.live : this.#ports.files())
    // The stream goes on beside the history, so that nothing of it is missing when the reader comes back to it.
    if (kind !== 'history') this.closeAll(port)
    this.#current = port
    return this.#troubles.get(port)
  }

  /** Closes what is open in all workers but one. */
  closeAll(but: Port | null = null): void {
    for (const port of this.#listened) if (port !== but) port.postMessage({ type: 'close' })
  }

  /** Remembers that a worker failed; returns whether it is the one in use. */
  fail(port: Port, trouble: Trouble): boolean {
    this.#troubles.set(port, trouble)
    return port === this.#current
  }

  #listen(port: Port): Port {
    if (!this.#listened.has(port)) {
      this.#listened.add(port)
      port.addEventListener('message', (event) => {
        // Another worker may still answer for the source that was open before.
        if (port === this.#current) this.#receive(event.data)
      })
    }
    return port
  }
}

/**
 * Whether two sources have the same address, range, scope and viewer. A file or a served capture that is opened another time is
 * another source, and read anew.
 */
export function isSameStream(a: OpenSource, b: OpenSource): boolean {
  if (a === b) return true
  return 'endpoint' in a && JSON.stringify(a) === JSON.stringify(b)
}
