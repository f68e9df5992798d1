/** A gRPC-web client for tests, over Node's fetch. */
import { ensure } from '../../src/lib/assert.ts'

export interface WebAnswer {
  readonly http: number
  readonly messages: readonly Buffer[]
  /** From the headers or from the last frame; null when there is neither. */
  readonly status: number | null
  /** Percent-decoded. */
  readonly message: string
}

export interface WebCall {
  readonly path?: string
  readonly body?: Buffer
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** A message as an uncompressed frame: flags 0, length, bytes. */
export function frame(message: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** Sends a call; resolves with the headers. `base` ends in a slash. */
export function post(base: string, call: WebCall): Promise<Response> {
  return fetch(new URL(call.path ?? 'goldmane.Flows/List', base), {
    method: 'POST',
    body: new Uint8Array(call.body ?? frame(Buffer.alloc(0))),
    headers: { 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1', ...call.headers },
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  })
}

/** Sends a call and reads its answer whole. Throws when the connection breaks. */
export async function callWeb(base: string, call: WebCall = {}): Promise<WebAnswer> {
  const response = await post(base, call)
  const body = Buffer.from(await response.arrayBuffer())
  const { messages, trailers } = readFrames(body)
  const status = response.headers.get('grpc-status') ?? trailers.get('grpc-status')
  const message = response.headers.get('grpc-message') ?? trailers.get('grpc-message') ?? ''
  return {
    http: response.status,
    messages,
    status: status === undefined ? null : Number(status),
    message: decodeURIComponent(message),
  }
}

/** The frames of a whole body. Throws when one is cut short. */
export function readFrames(body: Buffer): { messages: Buffer[]; trailers: Map<string, string> } {
  const messages: Buffer[] = []
  const trailers = new Map<string, string>()
  for (let at = 0; at < body.length;) {
    const flags = body.readUInt8(at)
    const length = body.readUInt32BE(at + 1)
    const payload = body.subarray(at + 5, at + 5 + length)
    if (payload.length < length) throw new Error('The last frame is cut short')
    if (flags === 0x80) {
      for (const line of payload.toString('latin1').trimEnd().split('\r\n')) {
        const [, name, value] = ensure(/^([\w-]+): (.*)$/.exec(line), `the trailer line ${line}`)
        trailers.set(ensure(name, 'name'), ensure(value, 'value'))
      }
    } else {
      messages.push(payload)
    }
    at += 5 + length
  }
  return { messages, trailers }
}
