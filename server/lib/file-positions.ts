import { open, stat } from 'node:fs/promises'

/** The shape of `PositionedBytes` in src/capture. */
interface FilePositions {
  readonly size: number
  readonly read: (from: number, to: number) => Promise<Uint8Array<ArrayBuffer>>
}

/**
 * The bytes of a file at any position. Undefined for what is no file, such as a FIFO, and for one that cannot be looked
 * at: why is said when it is opened as a stream.
 */
export async function positionsOfFile(path: string): Promise<FilePositions | undefined> {
  try {
    const found = await stat(path)
    if (!found.isFile()) return undefined
    return { size: found.size, read: (from, to) => readAt(path, from, to) }
  } catch {
    return undefined
  }
}

/** Throws what the file system throws. */
async function readAt(path: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(path)
  try {
    const bytes = new Uint8Array(Math.max(0, to - from))
    let read = 0
    while (read < bytes.length) {
      const { bytesRead } = await file.read(bytes, read, bytes.length - read, from + read)
      if (bytesRead === 0) break
      read += bytesRead
    }
    return bytes.subarray(0, read)
  } finally {
    await file.close()
  }
}
