/**
 * A server that speaks as much HTTP/2 as a gRPC client needs, with one message in each DATA frame, as grpc-go sends them.
 * node:http2 would put many into one, and so be easier on the gateway than Goldmane is.
 */
import { createServer, type Socket } from 'node:net'

const DATA = 0
const HEADERS = 1
const SETTINGS = 4
const PING = 6
const WINDOW_UPDATE = 8
const END_STREAM = 1
const ACK = 1
const END_HEADERS = 4
const PREFACE_BYTES = 24
const FRAME_HEAD_BYTES = 9
const SETTING_INITIAL_WINDOW = 4
const DEFAULT_WINDOW = 65_535

/** HPACK: `:status: 200` from the static table, `content-type` by its index there. */
const CONTENT_TYPE = 'application/grpc'
const RESPONSE = Buffer.concat([
  Buffer.from([0x88, 0x0f, 0x10, CONTENT_TYPE.length]),
  Buffer.from(CONTENT_TYPE),
])
const TRAILERS = Buffer.concat([
  Buffer.from([0x00, 11]),
  Buffer.from('grpc-status'),
  Buffer.from([1]),
  Buffer.from('0'),
])

function frameHead(type: number, flags: number, stream: number, length: number): Buffer {
  const head = Buffer.allocUnsafe(FRAME_HEAD_BYTES)
  head.writeUIntBE(length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return head
}

/** A stream of the client, open until its connection ends. */
export interface RawStream {
  /** Sends the messages, each a whole gRPC frame in a DATA frame of its own, as fast as flow control lets it. */
  send(messages: readonly Buffer[]): void
  /** Messages that flow control holds back. */
  readonly queued: number
}

export interface RawHandler {
  /** A request arrived: its gRPC body. Answered with one empty message when this returns false. */
  onRequest(body: Buffer, stream: RawStream): boolean
}

export function serveRawHttp2(handler: RawHandler): Promise<number> {
  const server = createServer((socket) => void new RawSession(socket, handler))
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

class RawSession {
  readonly #socket: Socket
  readonly #handler: RawHandler
  readonly #streams = new Map<number, { window: number; queue: Buffer[]; at: number; body: Buffer[] }>()
  #unread: Buffer = Buffer.alloc(0)
  #sawPreface = false
  #window = DEFAULT_WINDOW
  #initialWindow = DEFAULT_WINDOW

  constructor(socket: Socket, handler: RawHandler) {
    this.#socket = socket
    this.#handler = handler
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('data', (chunk) => this.#onData(chunk))
    socket.on('drain', () => this.#flush())
    socket.write(frameHead(SETTINGS, 0, 0, 0))
  }

  #onData(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk])
    if (!this.#sawPreface) {
      if (this.#unread.length < PREFACE_BYTES) return
      this.#unread = this.#unread.subarray(PREFACE_BYTES)
      this.#sawPreface = true
    }
    while (this.#unread.length >= FRAME_HEAD_BYTES) {
      const end = FRAME_HEAD_BYTES + this.#unread.readUIntBE(0, 3)
      if (this.#unread.length < end) break
      const [type = 0, flags = 0] = this.#unread.subarray(3, 5)
      const stream = this.#unread.readUInt32BE(5) & 0x7fff_ffff
      this.#onFrame(type, flags, stream, this.#unread.subarray(FRAME_HEAD_BYTES, end))
      this.#unread = this.#unread.subarray(end)
    }
    this.#flush()
  }

  #onFrame(type: number, flags: number, stream: number, payload: Buffer): void {
    if (type === SETTINGS && (flags & ACK) === 0) {
      for (let at = 0; at < payload.length; at += 6)
        if (payload.readUInt16BE(at) === SETTING_INITIAL_WINDOW)
          this.#initialWindow = payload.readUInt32BE(at + 2)
      this.#socket.write(frameHead(SETTINGS, ACK, 0, 0))
    } else if (type === PING && (flags & ACK) === 0) {
      this.#socket.write(Buffer.concat([frameHead(PING, ACK, 0, 8), payload]))
    } else if (type === WINDOW_UPDATE) {
      const more = payload.readUInt32BE(0)
      const opened = this.#streams.get(stream)
      if (stream === 0) this.#window += more
      else if (opened !== undefined) opened.window += more
    } else if (type === HEADERS) {
      this.#streams.set(stream, { window: this.#initialWindow, queue: [], at: 0, body: [] })
    } else if (type === DATA) {
      const opened = this.#streams.get(stream)
      opened?.body.push(Buffer.from(payload))
      if ((flags & END_STREAM) !== 0 && opened !== undefined)
        this.#onRequest(stream, Buffer.concat(opened.body))
    }
  }

  #onRequest(id: number, body: Buffer): void {
    this.#socket.write(Buffer.concat([frameHead(HEADERS, END_HEADERS, id, RESPONSE.length), RESPONSE]))
    const opened = this.#streams.get(id)
    if (opened === undefined) return
    const stream: RawStream = {
      send: (messages) => {
        for (const message of messages) opened.queue.push(message)
        this.#flush()
      },
      get queued() {
        return opened.queue.length - opened.at
      },
    }
    if (this.#handler.onRequest(body, stream)) return
    this.#socket.write(Buffer.concat([frameHead(DATA, 0, id, 5), Buffer.alloc(5)]))
    this.#socket.write(
      Buffer.concat([frameHead(HEADERS, END_HEADERS | END_STREAM, id, TRAILERS.length), TRAILERS]),
    )
    this.#streams.delete(id)
  }

  #flush(): void {
    for (const [id, stream] of this.#streams) {
      let batch: Buffer[] = []
      while (stream.at < stream.queue.length && !this.#socket.writableNeedDrain) {
        const message = stream.queue[stream.at]
        if (message === undefined || message.length > stream.window || message.length > this.#window) break
        stream.window -= message.length
        this.#window -= message.length
        batch.push(frameHead(DATA, 0, id, message.length), message)
        stream.at++
        if (batch.length < 256) continue
        this.#socket.write(Buffer.concat(batch))
        batch = []
      }
      if (batch.length > 0) this.#socket.write(Buffer.concat(batch))
      if (stream.at === stream.queue.length) {
        stream.queue = []
        stream.at = 0
      }
    }
  }
}
