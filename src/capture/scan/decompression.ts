/** Finds how a file is compressed, and decompresses it. */
import { lazyChunk } from '../../lib/preload.ts'
import { gunzip } from './gzip.ts'
import { isGzip } from './gzip-header.ts'
import { isZstd } from './zstd-frame.ts'

/**
 * The plain bytes of compressed ones, cut into chunks in any way. `onLoss` is told, in a sentence, what is wrong with the
 * compressed data, when all readable bytes before it were given. Throws only what the chunks throw.
 */
export type Decompress = (
  chunks: AsyncIterable<Uint8Array>,
  onLoss: (sentence: string) => void,
) => AsyncGenerator<Uint8Array>

const zstdReader = lazyChunk(() => import('./zstd.ts'))

const unzstd: Decompress = async function* (chunks, onLoss) {
  const reader = await zstdReader()
  yield* reader.unzstd(chunks, onLoss)
}

/** By the first bytes of a file; null for one that is not compressed. */
export function decompressionOf(head: Uint8Array): Decompress | null {
  if (isGzip(head)) return gunzip
  return isZstd(head) ? unzstd : null
}
