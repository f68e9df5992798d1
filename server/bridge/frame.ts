/** Flags (1), big-endian length of the message (4): the same in gRPC and in gRPC-web. */
export const HEAD_BYTES = 5

/** The message as one uncompressed frame. */
export function encodeFrame(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEAD_BYTES + message.length)
  frame.writeUInt8(0, 0)
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, HEAD_BYTES)
  return frame
}
