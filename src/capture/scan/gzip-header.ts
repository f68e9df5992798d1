/** The header of a gzip member (RFC 1952, 2.3), and the search for one. */
/** Two magic bytes, and the only method there is. */
const BEGIN = [0x1f, 0x8b, 0x08] as const
const FIXED_BYTES = 10
/** A header with a name, a comment and extra fields of more than this is damage. Bounds the memory. */
const MAX_HEADER_BYTES = 1024 * 1024

const FLAG = { checksum: 0x02, extra: 0x04, name: 0x08, comment: 0x10, reserved: 0xe0 } as const
/** What writers put there: deflate's effort (RFC 1952 and Java's 0), and an operating system up to zlib's 19, or 255. */
const EXTRA_FLAGS: ReadonlySet<number | undefined> = new Set([0, 2, 4])
const MAX_SYSTEM = 19
const UNKNOWN_SYSTEM = 255

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === BEGIN[0] && bytes[1] === BEGIN[1]
}

/** Whether a header begins at an index, as far as three bytes can tell. */
export function beginsHeader(bytes: Uint8Array, at = 0): boolean {
  return BEGIN.every((byte, i) => bytes[at + i] === byte)
}

/** The index of the next header at or after `from`, as far as three bytes can tell; −1 if there is none. */
export function headerIn(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(BEGIN[0], from); at >= 0; at = bytes.indexOf(BEGIN[0], at + 1)) {
    if (beginsHeader(bytes, at)) return at
  }
  return -1
}

/** How many bytes at the end may be the beginning of {@link FIXED_BYTES} bytes of a header. */
export function partialHeaderLength(bytes: Uint8Array): number {
  const from = Math.max(0, bytes.length - FIXED_BYTES + 1)
  for (let at = bytes.indexOf(BEGIN[0], from); at >= 0; at = bytes.indexOf(BEGIN[0], at + 1)) {
    const length = bytes.length - at
    if (BEGIN.slice(0, length).every((byte, i) => bytes[at + i] === byte)) return length
  }
  return 0
}

/** Whether the bytes begin as a header that a program would write. Compressed data does so once in 10^11 bytes. */
export function isPlausibleHeader(bytes: Uint8Array): boolean {
  const [flags = 0, system = 0] = [bytes[3], bytes[9]]
  if (bytes.length < FIXED_BYTES || !beginsHeader(bytes) || (flags & FLAG.reserved) !== 0) return false
  return EXTRA_FLAGS.has(bytes[8]) && (system <= MAX_SYSTEM || system === UNKNOWN_SYSTEM)
}

export type Header =
  | { readonly is: 'header'; readonly length: number }
  /** More bytes are needed. */
  | { readonly is: 'short' }
  | { readonly is: 'fault'; readonly reason: string }

const SHORT: Header = { is: 'short' }

/** The header that the bytes begin with. Its own checksum is not looked at: the data has one, which tells more. */
export function headerOf(bytes: Uint8Array): Header {
  for (const [i, byte] of BEGIN.entries()) {
    if (bytes.length <= i) return SHORT
    if (bytes[i] !== byte) return { is: 'fault', reason: i < 2 ? 'incorrect header check' : 'unknown method' }
  }
  if (bytes.length < FIXED_BYTES) return SHORT
  const flags = bytes[3] ?? 0
  if ((flags & FLAG.reserved) !== 0) return { is: 'fault', reason: 'unknown header flags set' }
  const end = endOfFields(bytes, flags)
  if (end === undefined || end > bytes.length) {
    if (bytes.length > MAX_HEADER_BYTES) return { is: 'fault', reason: 'a header of more than 1 MiB' }
    return SHORT
  }
  return { is: 'header', length: end }
}

/** Where the header ends; undefined, or an index behind the bytes, when they end first. */
function endOfFields(bytes: Uint8Array, flags: number): number | undefined {
  let at: number = FIXED_BYTES
  if ((flags & FLAG.extra) !== 0) at += 2 + ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8))
  for (const text of [FLAG.name, FLAG.comment]) {
    if ((flags & text) === 0) continue
    const zero = bytes.indexOf(0, at)
    if (zero < 0) return undefined
    at = zero + 1
  }
  return (flags & FLAG.checksum) === 0 ? at : at + 2
}
