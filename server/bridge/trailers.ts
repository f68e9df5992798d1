/**
 * The one thing that differs between a gRPC and a gRPC-web body: gRPC ends in HTTP trailers, which a browser cannot
 * read, and gRPC-web puts them into a last frame of the body (grpc/grpc, doc/PROTOCOL-WEB.md).
 */
import type { IncomingHttpHeaders } from 'node:http2'
import type { GrpcStatus } from './grpc-status.ts'

const TRAILERS_FLAG = 0x80

/** What may be passed on of a server's trailers; everything else stays on its side. */
const DETAILS = 'grpc-status-details-bin'

/** A gRPC answer's ending, ready to be sent as headers (an answer without messages) or as a frame. */
export type Trailers = Readonly<Record<string, string>>

export function trailersOf(status: GrpcStatus): Trailers {
  return {
    'grpc-status': String(status.code),
    ...(status.message === '' ? {} : { 'grpc-message': percentEncode(status.message) }),
  }
}

/** The ending that a server sent, in its headers or in its trailers; null when there is none. */
export function trailersIn(headers: IncomingHttpHeaders): Trailers | null {
  const status = single(headers['grpc-status'])
  if (status === undefined || !/^\d{1,3}$/.test(status)) return null
  const message = single(headers['grpc-message'])
  const details = single(headers[DETAILS])
  return {
    'grpc-status': status,
    // Percent-encoded by the server already; only what could break the frame's lines is taken out.
    ...(message === undefined ? {} : { 'grpc-message': oneLine(message) }),
    ...(details === undefined ? {} : { [DETAILS]: oneLine(details) }),
  }
}

/** The frame that ends a gRPC-web body: flag, length (big endian), then one `name: value` line each. */
export function trailersFrame(trailers: Trailers): Buffer {
  const lines = Object.entries(trailers).map(([name, value]) => `${name}: ${value}\r\n`)
  const payload = Buffer.from(lines.join(''), 'latin1')
  const head = Buffer.alloc(5)
  head.writeUInt8(TRAILERS_FLAG, 0)
  head.writeUInt32BE(payload.length, 1)
  return Buffer.concat([head, payload])
}

/** `grpc-message` is UTF-8, with all but printable ASCII, and the percent sign itself, as %XX (PROTOCOL-HTTP2.md). */
export function percentEncode(message: string): string {
  let encoded = ''
  for (const byte of Buffer.from(message, 'utf8')) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0]
}

function oneLine(value: string): string {
  return value.replaceAll(/[^\x20-\x7e]/g, '')
}
