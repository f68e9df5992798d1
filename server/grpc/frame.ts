/** Flags (1), big-endian length of the message (4): the same in gRPC and in gRPC-web. */
export const HEAD_BYTES = 5
export const COMPRESSED_FLAG = 0x01
/** Of gRPC-web alone: the frame is the trailers, and the last one. */
export const TRAILERS_FLAG = 0x80

/** The message as one uncompressed frame, unless `flags` say otherwise. */
export function encodeFrame(message: Uint8Array, flags = 0): Buffer {
  const frame = Buffer.allocUnsafe(HEAD_BYTES + message.length)
  frame.writeUInt8(flags, 0)
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, HEAD_BYTES)
  return frame
}

/** How many frames a buffer of whole frames has. */
export function countFrames(frames: Buffer): number {
  let count = 0
  for (let at = 0; at + HEAD_BYTES <= frames.length; at += HEAD_BYTES + frames.readUInt32BE(at + 1)) count++
  return count
}
