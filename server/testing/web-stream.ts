/** A gRPC-web client for tests that reads a stream as it comes, and can stop reading. */
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { onTestFinished } from 'vitest'
import { type FlowResult, FlowResultSchema, FlowStreamRequestSchema } from '../../src/gen/goldmane/api_pb.ts'
import { decodeFreshness, type Freshness, FRESHNESS_HEADER, isFreshness } from '../../src/wire/freshness.ts'
import { ensure } from '../../src/lib/assert.ts'
import { frame } from './grpc-web-client.ts'

export interface StreamAsked {
  readonly request?: MessageInitShape<typeof FlowStreamRequestSchema>
  /** Whether freshness messages are asked for; true unless given. */
  readonly freshness?: boolean
  readonly headers?: Readonly<Record<string, string>>
  /** Reads nothing of the answer until `resume` is called. */
  readonly stalled?: boolean
}

export class WebStream {
  readonly results: FlowResult[] = []
  readonly freshness: Freshness[] = []
  /** gRPC status and message; null while the stream runs. */
  status: { readonly code: number; readonly message: string } | null = null
  /** Whether the connection broke without a status. */
  isBroken = false
  hasHeaders = false
  readonly #request: ClientRequest
  readonly #isStalled: boolean
  #response: IncomingMessage | null = null
  #unread: Buffer = Buffer.alloc(0)

  /** `base` ends in a slash. Closed when the test ends. */
  constructor(base: string, asked: StreamAsked = {}) {
    this.#isStalled = asked.stalled === true
    this.#request = httpRequest(new URL('goldmane.Flows/Stream', base), {
      method: 'POST',
      headers: {
        'content-type': 'application/grpc-web+proto',
        ...(asked.freshness === false ? {} : { [FRESHNESS_HEADER]: '1' }),
        ...asked.headers,
      },
    })
    this.#request.on('response', (response) => this.#onResponse(response))
    this.#request.on('error', () => {
      this.isBroken = true
    })
    this.#request.end(
      frame(
        Buffer.from(toBinary(FlowStreamRequestSchema, create(FlowStreamRequestSchema, asked.request ?? {}))),
      ),
    )
    onTestFinished(() => this.close())
  }

  /** The flows received, as `bucket/port`, sorted; one that was received twice is there twice. */
  get held(): string[] {
    return this.results
      .map(({ flow }) => `${ensure(flow, 'flow').startTime}/${ensure(flow?.Key, 'key').destPort}`)
      .sort()
  }

  get lastFreshness(): Freshness | undefined {
    return this.freshness.at(-1)
  }

  resume(): void {
    this.#response?.resume()
  }

  close(): void {
    this.#request.destroy()
  }

  #onResponse(response: IncomingMessage): void {
    this.#response = response
    this.hasHeaders = true
    const status = response.headers['grpc-status']
    if (typeof status === 'string') this.#setStatus(status, String(response.headers['grpc-message'] ?? ''))
    response.on('data', (chunk: Buffer) => this.#onData(chunk))
    response.on('error', () => {
      this.isBroken = true
    })
    response.on('close', () => {
      if (this.status === null) this.isBroken = true
    })
    if (this.#isStalled) response.pause()
  }

  #onData(chunk: Buffer): void {
    let bytes = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk])
    while (bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt32BE(1)) {
      const end = 5 + bytes.readUInt32BE(1)
      this.#onFrame(bytes.readUInt8(0), bytes.subarray(5, end))
      bytes = bytes.subarray(end)
    }
    this.#unread = bytes
  }

  #onFrame(flags: number, payload: Buffer): void {
    if (flags === 0x80) {
      const [, code] = ensure(/grpc-status: (\d+)/.exec(payload.toString('latin1')), 'status')
      const message = /grpc-message: (.*)\r\n/.exec(payload.toString('latin1'))?.[1] ?? ''
      this.#setStatus(ensure(code, 'code'), message)
    } else if (isFreshness(payload)) {
      this.freshness.push(ensure(decodeFreshness(payload), 'freshness'))
    } else {
      this.results.push(fromBinary(FlowResultSchema, payload))
    }
  }

  #setStatus(code: string, message: string): void {
    this.status = { code: Number(code), message: decodeURIComponent(message) }
  }
}
