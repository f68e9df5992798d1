/** Compresses the output of a command. */
import type { Transform } from 'node:stream'
import * as zlib from 'node:zlib'

export type Compression = 'none' | 'gzip' | 'zstd'

/** Node has an encoder from 22.15 on, which the types of older versions do not know. */
function zstdEncoder(): (() => Transform) | undefined {
  const create: unknown = Reflect.get(zlib, 'createZstdCompress')
  return typeof create === 'function' ? (create as () => Transform) : undefined
}

export function canWriteZstd(): boolean {
  return zstdEncoder() !== undefined
}

/** Null for none. Throws for zstd where {@link canWriteZstd} says no. */
export function compressorOf(compression: Compression): Transform | null {
  if (compression === 'none') return null
  if (compression === 'gzip') return zlib.createGzip()
  const create = zstdEncoder()
  if (create === undefined) throw new Error('this version of Node cannot write zstd')
  return create()
}
