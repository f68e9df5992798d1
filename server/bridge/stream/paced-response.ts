/**
 * Writes a response as fast as its reader takes it. One write is under way at a time, so that a reader that stops costs
 * one chunk and the socket's buffer, and one that makes no progress is given up.
 */
import type { ServerResponse } from 'node:http'
import type { Clock } from '../../../src/lib/clock.ts'
import type { GrpcStatus } from '../../grpc/grpc-status.ts'
import { beginAnswer, endWithStatus } from '../grpc-web-answer.ts'

/** A reader that has not taken one chunk (64 KB) by then has stalled: a sleeping laptop, a suspended tab. */
export const STALL_TIMEOUT_MS = 120_000

export interface PacedListener {
  /** Called when another write may follow. */
  readonly onReady: () => void
  /** Called once when the reader made no progress for {@link STALL_TIMEOUT_MS}; the response is destroyed after it. */
  readonly onStalled: () => void
}

export class PacedResponse {
  readonly #response: ServerResponse
  readonly #clock: Clock
  readonly #listener: PacedListener
  #isFull = false
  #isOver = false
  #bytes = 0
  #cancelStallTimer: () => void = () => {}

  constructor(response: ServerResponse, clock: Clock, listener: PacedListener) {
    this.#response = response
    this.#clock = clock
    this.#listener = listener
    response.on('drain', () => this.#onDrain())
    // 'close' comes for every response, however it ends; errors of a connection that breaks are told by it, too.
    response.once('close', () => this.#finish())
    response.on('error', () => {})
  }

  /** Whether a write would reach the socket now. */
  get isReady(): boolean {
    return !this.#isFull && !this.#isOver
  }

  /** Bytes written, without those of HTTP. */
  get bytes(): number {
    return this.#bytes
  }

  /** Sends the headers now, so that the page can show that it is connected. */
  begin(): void {
    beginAnswer(this.#response)
  }

  write(bytes: Uint8Array): void {
    if (this.#isOver) return
    this.begin()
    this.#bytes += bytes.length
    if (this.#response.write(bytes)) return
    this.#isFull = true
    this.#cancelStallTimer()
    this.#cancelStallTimer = this.#clock.after(STALL_TIMEOUT_MS, () => this.#onStalled())
  }

  /** Ends the answer after what was written. A reader that stalls now is still given up. */
  end(status: GrpcStatus): void {
    if (this.#isOver) return
    this.#isOver = true
    endWithStatus(this.#response, status)
  }

  #onDrain(): void {
    this.#isFull = false
    this.#cancelStallTimer()
    if (!this.#isOver) this.#listener.onReady()
  }

  #onStalled(): void {
    this.#listener.onStalled()
    this.#isOver = true
    this.#response.destroy()
  }

  #finish(): void {
    this.#isOver = true
    this.#cancelStallTimer()
  }
}
