/** Compresses what the commands of the terminal write. */
import type { Transform } from 'node:stream'
import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import { unreachable } from '../../src/lib/assert.ts'

export type Compression = 'none' | 'gzip' | 'zstd'

type CompressBuffer = (bytes: Uint8Array, done: (error: Error | null, result: Buffer) => void) => void

/** Node has an encoder from 22.15 on, which the types of older versions do not know. */
const zstd = zlib as typeof zlib & {
  readonly createZstdCompress?: () => Transform
  readonly zstdCompress?: CompressBuffer
}

const compressGzip = promisify(zlib.gzip)

export function canWriteZstd(): boolean {
  return zstd.createZstdCompress !== undefined
}

/** What to do where {@link canWriteZstd} says no. */
export function zstdRefusal(): string {
  return `Writing zstd wants Node 22.15 or newer, and this is ${process.version}. Write .gz, or pipe to zstd: … - | zstd`
}

/** The compression that the name of a file asks for. */
export function compressionOf(name: string): Compression {
  if (/\.gz$/i.test(name)) return 'gzip'
  return /\.zst$/i.test(name) ? 'zstd' : 'none'
}

/** Null for none. Throws for zstd where {@link canWriteZstd} says no. */
export function compressorOf(compression: Compression): Transform | null {
  switch (compression) {
    case 'none':
      return null
    case 'gzip':
      return zlib.createGzip()
    case 'zstd':
      if (zstd.createZstdCompress === undefined) throw new Error(zstdRefusal())
      return zstd.createZstdCompress()
    default:
      return unreachable(compression, 'compression')
  }
}

/** The bytes as a member of gzip, a frame of zstd, or as they are. Rejects for zstd as {@link compressorOf} throws. */
export async function compressed(bytes: Uint8Array, compression: Compression): Promise<Uint8Array> {
  switch (compression) {
    case 'none':
      return bytes
    case 'gzip':
      return compressGzip(bytes)
    case 'zstd':
      if (zstd.zstdCompress === undefined) throw new Error(zstdRefusal())
      return promisify(zstd.zstdCompress)(bytes)
    default:
      return unreachable(compression, 'compression')
  }
}
