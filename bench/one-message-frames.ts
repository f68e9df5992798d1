/**
 * An HTTP/2 server that sends one gRPC message in each DATA frame, as grpc-go does and Node's own server does not: it
 * joins what is written together. Enough of HTTP/2 for one client that opens one stream (RFC 9113).
 */
import { createServer, type Server } from 'node:net'

const FRAME_HEAD_BYTES = 9
const PREFACE_BYTES = 24
const DATA = 0
const HEADERS = 1
const SETTINGS = 4
const PING = 6
const WINDOW_UPDATE = 8
const ACK = 1
const END_HEADERS = 4
const INITIAL_WINDOW_SIZE = 4
/** Frames that are written together. */
const FRAMES_PER_WRITE = 60
/** `:status: 200` and `content-type: application/grpc`, as HPACK literals. */
const ANSWER_HEADERS = Buffer.from([0x88, 0x0f, 0x10, 0x10, ...Buffer.from('application/grpc')])

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_HEAD_BYTES)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** Answers every stream with the messages, each in a frame of its own, within the client's flow control; never ends it. */
export function serveOneMessageFrames(messages: readonly Buffer[]): Server {
  return createServer((socket) => {
    let input = Buffer.alloc(0)
    let prefaceRead = false
    let stream = 0
    let next = 0
    let sessionWindow = 65_535
    let streamWindow = 65_535
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.write(frame(SETTINGS, 0, 0, Buffer.alloc(0)))

    const pump = () => {
      if (stream === 0) return
      const out: Buffer[] = []
      for (let message = messages[next]; message !== undefined; message = messages[next]) {
        const length = message.length + 5
        if (out.length === FRAMES_PER_WRITE || length > sessionWindow || length > streamWindow) break
        const payload = Buffer.alloc(length)
        payload.writeUInt32BE(message.length, 1)
        payload.set(message, 5)
        out.push(frame(DATA, 0, stream, payload))
        sessionWindow -= length
        streamWindow -= length
        next += 1
      }
      if (out.length === 0) return
      if (socket.write(Buffer.concat(out))) setImmediate(pump)
      else socket.once('drain', pump)
    }

    const onFrame = (type: number, flags: number, id: number, payload: Buffer) => {
      if (type === SETTINGS && (flags & ACK) === 0) {
        for (let at = 0; at < payload.length; at += 6) {
          if (payload.readUInt16BE(at) === INITIAL_WINDOW_SIZE) streamWindow = payload.readUInt32BE(at + 2)
        }
        socket.write(frame(SETTINGS, ACK, 0, Buffer.alloc(0)))
      } else if (type === PING && (flags & ACK) === 0) {
        socket.write(frame(PING, ACK, 0, payload))
      } else if (type === WINDOW_UPDATE) {
        if (id === 0) sessionWindow += payload.readUInt32BE(0)
        else if (id === stream) streamWindow += payload.readUInt32BE(0)
        pump()
      } else if (type === HEADERS && stream === 0) {
        stream = id
        socket.write(frame(HEADERS, END_HEADERS, id, ANSWER_HEADERS))
        pump()
      }
    }

    socket.on('data', (bytes) => {
      input = Buffer.concat([input, bytes])
      if (!prefaceRead && input.length >= PREFACE_BYTES) {
        prefaceRead = true
        input = input.subarray(PREFACE_BYTES)
      }
      if (!prefaceRead) return
      while (input.length >= FRAME_HEAD_BYTES) {
        const end = FRAME_HEAD_BYTES + input.readUIntBE(0, 3)
        if (input.length < end) break
        onFrame(
          input.readUInt8(3),
          input.readUInt8(4),
          input.readUInt32BE(5),
          input.subarray(FRAME_HEAD_BYTES, end),
        )
        input = input.subarray(end)
      }
    })
  })
}
