/** The frames of gRPC-web: one byte of flags, four of length (big endian), then that many bytes. */
export const HEADER_BYTES = 5
/** Flag: the payload is compressed, which no browser runtime can read. */
export const COMPRESSED = 0x01
/** Flag: the payload is the trailers, and the frame is the last one. */
export const TRAILERS = 0x80

/** One frame around a payload. */
export function encodeFrame(payload: Uint8Array, flags = 0): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEADER_BYTES + payload.length)
  frame[0] = flags
  new DataView(frame.buffer).setUint32(1, payload.length)
  frame.set(payload, HEADER_BYTES)
  return frame
}
