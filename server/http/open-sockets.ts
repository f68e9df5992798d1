import type { Socket } from 'node:net'
import { clientNetwork } from '../lib/client-network.ts'

/** The connections of a server, counted by the address of the peer, or its network; see {@link clientNetwork}. */
export class OpenSockets {
  readonly #sockets = new Set<Socket>()
  readonly #byAddress = new Map<string, number>()
  #closedBytes = 0

  get traffic(): { readonly open: number; readonly sentBytes: number } {
    let sentBytes = this.#closedBytes
    for (const socket of this.#sockets) sentBytes += socket.bytesWritten
    return { open: this.#sockets.size, sentBytes }
  }

  /** Returns how many connections the peer's address has now. The socket leaves when it closes. */
  add(socket: Socket): number {
    const address = clientNetwork(socket.remoteAddress ?? '')
    const count = (this.#byAddress.get(address) ?? 0) + 1
    this.#byAddress.set(address, count)
    this.#sockets.add(socket)
    socket.once('close', () => this.#remove(socket, address))
    return count
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #remove(socket: Socket, address: string): void {
    this.#sockets.delete(socket)
    this.#closedBytes += socket.bytesWritten
    const left = (this.#byAddress.get(address) ?? 1) - 1
    if (left > 0) this.#byAddress.set(address, left)
    else this.#byAddress.delete(address)
  }
}
