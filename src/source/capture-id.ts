/** Which capture a link is about: what it says of the file, by which the file is known again when somebody opens it. */
import { finish, mix } from '../lib/murmur.ts'

export interface CaptureId {
  /** The name of the file, as its system has it. */
  readonly name: string
  /** In bytes, as stored: of a gzip file the compressed ones. */
  readonly size: number
  /** {@link hashOf} its content. */
  readonly hash: string
}

/** How many bytes at the start and at the end of a file are hashed. */
export const HASHED_BYTES = 64 * 1024

/** Characters of a file's name that a link carries; common file systems allow 255 bytes. */
const MAX_NAME_LENGTH = 255

const SEEDS = [0x9747b28c, 0x2f0e1a6d]

/**
 * The hash of a file's content: 64 bits in 16 hexadecimal digits, of the first and the last 64 KiB and of the size. So
 * its cost does not grow with the file, and a change in the middle that keeps the size goes unnoticed. It tells files
 * apart that are not made to deceive. It is MurmurHash3 and not SHA-256, because browsers offer SHA-256 only to pages
 * that came over TLS or from this machine, and a link has to mean the same file everywhere. Throws the browser's
 * DOMException for a file that cannot be read.
 */
export async function hashOf(file: Blob): Promise<string> {
  const head = await file.slice(0, HASHED_BYTES).arrayBuffer()
  const tail = await file.slice(Math.max(HASHED_BYTES, file.size - HASHED_BYTES)).arrayBuffer()
  const words = [...wordsOf(head), ...wordsOf(tail), file.size >>> 0, Math.floor(file.size / 2 ** 32)]
  return SEEDS.map((seed) => {
    const hash = words.reduce(mix, seed)
    return finish(hash).toString(16).padStart(8, '0')
  }).join('')
}

/** The bytes as little-endian words of 32 bits, the last one filled up with zeros. */
function wordsOf(bytes: ArrayBuffer): Uint32Array {
  const padded = new Uint8Array(Math.ceil(bytes.byteLength / 4) * 4)
  padded.set(new Uint8Array(bytes))
  const view = new DataView(padded.buffer)
  return Uint32Array.from({ length: padded.length / 4 }, (_, index) => view.getUint32(index * 4, true))
}

/** Whether two files have the same content. A copy may have been renamed, as browsers do with a second download. */
export function isSameContent(a: CaptureId, b: CaptureId): boolean {
  return a.size === b.size && a.hash === b.hash
}

/** The text in a link: "4100000.0123456789abcdef.incident.ndjson.gz". */
export function printCaptureId({ name, size, hash }: CaptureId): string {
  return `${size}.${hash}.${name.slice(0, MAX_NAME_LENGTH)}`
}

/** Reads {@link printCaptureId}; null for another text. */
export function parseCaptureId(text: string): CaptureId | null {
  const [, size, hash, name] = /^(\d{1,15})\.([0-9a-f]{16})\.(.{1,255})$/s.exec(text) ?? []
  if (size === undefined || hash === undefined || name === undefined) return null
  return { name, size: Number(size), hash }
}
