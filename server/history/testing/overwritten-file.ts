/** Damage to the files of DuckDB, for tests. */
import { open } from 'node:fs/promises'

/** Bytes of the three headers before the blocks, and of a block. */
const HEADERS = 3 * 4096
const BLOCK = 262_144

/**
 * Overwrites at most 255 bytes at an offset by others. Each changes in its own way: DuckDB's checksum is the exclusive or of what it makes
 * of each word, so that an even number of equal words which change alike are not seen.
 */
export async function overwrite(file: string, offset: number, length = 64): Promise<void> {
  const handle = await open(file, 'r+')
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, offset)
  for (const [i, byte] of buffer.entries()) buffer[i] = byte ^ (i + 1)
  await handle.write(buffer, 0, length, offset)
  await handle.close()
}

/** Overwrites bytes in the middle of a block. */
export async function overwriteBlock(file: string, block: number): Promise<void> {
  await overwrite(file, HEADERS + (block + 0.5) * BLOCK)
}
