/** The frames of gRPC-web: one byte of flags, the length in four bytes (big endian), then the payload. */
export const HEADER_BYTES = 5
/** The payload is compressed, which no browser runtime can read. */
export const COMPRESSED_FLAG = 0x01
/** The payload is the trailers, and the frame is the last one. */
export const TRAILERS_FLAG = 0x80

/** Returns the payload in a frame of its own. */
export function encodeFrame(payload: Uint8Array, flags = 0): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEADER_BYTES + payload.length)
  frame[0] = flags
  new DataView(frame.buffer).setUint32(1, payload.length)
  frame.set(payload, HEADER_BYTES)
  return frame
}
