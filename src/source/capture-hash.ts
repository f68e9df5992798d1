/** Hashes the contents of captures, by which links know them. The page needs it only for files that are opened. */
import { finish, mix } from '../lib/murmur.ts'
import type { CaptureId } from './capture-id.ts'

/** How many bytes at the start and at the end of a file are hashed. */
export const HASHED_BYTES = 64 * 1024

const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

const SEEDS = [0x9747b28c, 0x2f0e1a6d]

/**
 * The hash of a file's content: 64 bits in 16 hexadecimal digits, of the first and the last 64 KiB and of the size. So
 * its cost does not grow with the file, and a change in the middle that keeps the size goes unnoticed. It tells files
 * apart that are not made to deceive. It is MurmurHash3 and not SHA-256, because browsers offer SHA-256 only to pages
 * that came over TLS or from this machine, and a link has to mean the same file everywhere. Throws the browser's
 * DOMException for a file that cannot be read.
 */
export async function hashOf(file: Blob): Promise<string> {
  const [head, tail] = await Promise.all([
    file.slice(0, HASHED_BYTES).arrayBuffer(),
    file.slice(Math.max(HASHED_BYTES, file.size - HASHED_BYTES)).arrayBuffer(),
  ])
  return hashOfWords([wordsOf(head), wordsOf(tail), [file.size >>> 0, Math.floor(file.size / 2 ** 32)]])
}

function hashOfWords(parts: readonly ArrayLike<number>[]): string {
  return SEEDS.map((seed) => {
    let hash = seed
    // By index: an iteration of so many words takes ten times as long before it is compiled.
    for (const words of parts) for (let i = 0; i < words.length; i++) hash = mix(hash, words[i] ?? 0)
    return finish(hash).toString(16).padStart(8, '0')
  }).join('')
}

/** The bytes as little-endian words of 32 bits, the last one filled up with zeros. */
function wordsOf(bytes: ArrayBuffer): Uint32Array {
  const words = new Uint32Array(Math.ceil(bytes.byteLength / 4))
  new Uint8Array(words.buffer).set(new Uint8Array(bytes))
  if (IS_LITTLE_ENDIAN) return words
  const view = new DataView(words.buffer)
  return words.map((_, index) => view.getUint32(index * 4, true))
}

/**
 * The identity of several files that are opened together: it depends on their contents, not on their order. Of one file
 * it is that file's own.
 */
export function idOfTogether(first: CaptureId, others: readonly CaptureId[]): CaptureId {
  if (others.length === 0) return first
  const ids = [first, ...others]
  const words = ids
    .toSorted((a, b) => a.size - b.size || (a.hash < b.hash ? -1 : 1))
    .flatMap(({ hash }) => [Number.parseInt(hash.slice(0, 8), 16), Number.parseInt(hash.slice(8), 16)])
  return {
    name: `${first.name} and ${others.length} more`,
    size: ids.reduce((sum, { size }) => sum + size, 0),
    hash: hashOfWords([words]),
  }
}
