/** The checksum of gzip (RFC 1952, 8). */
const POLYNOMIAL = 0xedb88320

/** The checksum of each byte alone. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte
  for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 0 ? sum >>> 1 : (sum >>> 1) ^ POLYNOMIAL
  return sum
})

/** The CRC-32 of the bytes before, whose own one is `before`, followed by these; 0 is that of no bytes. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let sum = ~before
  // An index walks faster than an iterator, and this runs for each byte of a damaged file.
  for (let at = 0; at < bytes.length; at++) sum = (TABLE[(sum ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (sum >>> 8)
  return ~sum >>> 0
}
