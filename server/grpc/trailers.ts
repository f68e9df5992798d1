/**
 * Translates the trailers of a call, in which its status is. gRPC sends HTTP trailers, which a browser cannot read;
 * gRPC-web puts them into a last frame of the body (grpc/grpc, doc/PROTOCOL-WEB.md).
 */
import type { IncomingHttpHeaders } from 'node:http2'
import { encodeFrame, TRAILERS_FLAG } from './frame.ts'
import type { GrpcStatus } from './grpc-status.ts'

/** Trailers by name, percent-encoded: ready to be sent as headers (an answer without messages) or as a frame. */
export type Trailers = Readonly<Record<string, string>>

export function trailersOfStatus(status: GrpcStatus): Trailers {
  return {
    'grpc-status': String(status.code),
    ...(status.message === '' ? {} : { 'grpc-message': percentEncode(status.message) }),
  }
}

/** The trailers in what a server sent as headers or as trailers; null when they have no valid status. */
export function parseTrailers(headers: IncomingHttpHeaders): Trailers | null {
  const status = firstValue(headers['grpc-status'])
  if (status === undefined || !/^\d{1,3}$/.test(status)) return null
  const message = firstValue(headers['grpc-message'])
  return {
    'grpc-status': status,
    // The server has percent-encoded it; characters that could end the line of the frame are removed.
    ...(message === undefined ? {} : { 'grpc-message': stripToAsciiLine(message) }),
  }
}

/** The last frame of a gRPC-web body: flag, big-endian length, then a line `name: value` for each trailer. */
export function encodeTrailersFrame(trailers: Trailers): Buffer {
  const lines = Object.entries(trailers).map(([name, value]) => `${name}: ${value}\r\n`)
  return encodeFrame(Buffer.from(lines.join(''), 'latin1'), TRAILERS_FLAG)
}

/** The text as UTF-8 with every byte that is not printable ASCII, and the percent sign, as %XX (PROTOCOL-HTTP2.md). */
export function percentEncode(message: string): string {
  let encoded = ''
  for (const byte of Buffer.from(message, 'utf8')) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}

/** The text of a `grpc-message`; escapes that are not UTF-8 stay as they are, because the text is for people. */
export function percentDecode(message: string): string {
  try {
    return decodeURIComponent(message)
  } catch {
    return message
  }
}

function firstValue(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0]
}

function stripToAsciiLine(value: string): string {
  return value.replaceAll(/[^\x20-\x7e]/g, '')
}
