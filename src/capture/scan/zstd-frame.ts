/** The headers of zstd frames and their blocks (RFC 8878, 3.1). */

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd] as const
/** The last three bytes of a skippable frame's magic number; the low half of the first one is free. */
const SKIPPABLE = [0x2a, 0x4d, 0x18] as const
const MAGIC_BYTES = 4

/** A magic number, the descriptor, a window, a dictionary's id and a size. */
export const MAX_FRAME_HEADER_BYTES = 18
export const BLOCK_HEADER_BYTES = 3
export const CHECKSUM_BYTES = 4
/** More than any block may have. Bounds the memory. */
const MAX_BLOCK_BYTES = 128 * 1024
/** As much as `zstd -d` takes unless it is told otherwise: a decoder holds the whole window. */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024

/** Whether bytes begin with a frame. */
export function isZstd(bytes: Uint8Array): boolean {
  return beginsFrame(bytes, 0)
}

function beginsFrame(bytes: Uint8Array, at: number): boolean {
  if (MAGIC.every((byte, i) => bytes[at + i] === byte)) return true
  return ((bytes[at] ?? 0) & 0xf0) === 0x50 && SKIPPABLE.every((byte, i) => bytes[at + 1 + i] === byte)
}

/** The index of the next frame, as far as its magic number can tell; −1 if there is none. */
export function frameIn(bytes: Uint8Array): number {
  for (let at = 0; at + MAGIC_BYTES <= bytes.length; at++) if (beginsFrame(bytes, at)) return at
  return -1
}

/** How many bytes at the end may be the beginning of a magic number. */
export const PARTIAL_MAGIC_BYTES = MAGIC_BYTES - 1

export type FrameHeader =
  | { readonly is: 'frame'; readonly length: number; readonly hasChecksum: boolean }
  /** `length`: with its content. */
  | { readonly is: 'skippable'; readonly length: number }
  | { readonly is: 'fault'; readonly reason: string }

const CUT_OFF: FrameHeader = { is: 'fault', reason: 'unexpected end' }

/** The header that a frame begins with. `bytes`: {@link MAX_FRAME_HEADER_BYTES} of it, fewer at the end of the file. */
export function frameHeaderOf(bytes: Uint8Array): FrameHeader {
  if (!beginsFrame(bytes, 0)) return { is: 'fault', reason: 'not a frame' }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes[0] !== MAGIC[0])
    return bytes.length < 8 ? CUT_OFF : { is: 'skippable', length: 8 + view.getUint32(4, true) }
  const descriptor = bytes[4]
  if (descriptor === undefined) return CUT_OFF
  if ((descriptor & 0x08) !== 0) return { is: 'fault', reason: 'unknown header flags set' }
  const isOneSegment = (descriptor & 0x20) !== 0
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0
  const sizeBytes = [isOneSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0
  const sizeAt = 5 + (isOneSegment ? 0 : 1) + dictionaryBytes
  const length = sizeAt + sizeBytes
  if (bytes.length < length) return CUT_OFF
  if (bytes.subarray(sizeAt - dictionaryBytes, sizeAt).some((byte) => byte !== 0))
    return { is: 'fault', reason: 'it needs a dictionary' }
  const window = isOneSegment ? contentSize(view, sizeAt, sizeBytes) : windowSize(bytes[5] ?? 0)
  if (window > MAX_WINDOW_BYTES) return { is: 'fault', reason: 'its window is larger than 128 MiB' }
  return { is: 'frame', length, hasChecksum: (descriptor & 0x04) !== 0 }
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7)
}

function contentSize(view: DataView, at: number, bytes: number): number {
  if (bytes === 1) return view.getUint8(at)
  if (bytes === 2) return view.getUint16(at, true) + 256
  if (bytes === 4) return view.getUint32(at, true)
  return Number(view.getBigUint64(at, true))
}

export interface BlockHeader {
  readonly isLast: boolean
  /** How many bytes follow the header. */
  readonly length: number
}

/** Undefined when no block has such a header. */
export function blockHeaderOf(bytes: Uint8Array): BlockHeader | undefined {
  const [low = 0, middle = 0, high = 0] = bytes
  const type = (low >> 1) & 3
  const size = (low >> 3) | (middle << 5) | (high << 13)
  if (type === 3 || size > MAX_BLOCK_BYTES) return undefined
  // A run of one byte has the number of its plain bytes for a size.
  return { isLast: (low & 1) === 1, length: type === 1 ? 1 : size }
}
