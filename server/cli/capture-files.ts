/** Opens the captures that a command of the terminal names: files, folders, or standard input. */
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import { MAX_CACHED_BYTES } from '../../src/capture/cache/line-cache.ts'
import type { Batch } from '../../src/capture/collect.ts'
import { mergeCaptures } from '../../src/capture/merge.ts'
import { MAX_MERGED_CAPTURES } from '../../src/capture/merge-limit.ts'
import { readCapture, type ReadOptions } from '../../src/capture/read.ts'
import { visibleText } from '../../src/lib/visible-text.ts'
import { errorCode } from '../lib/error-code.ts'
import { positionsOfFile } from '../lib/file-positions.ts'
import { bytesOf } from '../lib/readable-bytes.ts'
import { UsageError } from '../lib/usage-error.ts'
import { readErrorOf } from './read-error.ts'

/**
 * The paths with each folder replaced by the files in it, at any depth, in the order of their names. Hidden files and
 * symbolic links in folders are left out. Throws {@link UsageError} for a folder without files or that cannot be read,
 * and for more than {@link MAX_MERGED_CAPTURES} files.
 */
export async function filesAt(paths: readonly string[]): Promise<readonly string[]> {
  const files = (await Promise.all(paths.map(filesIn))).flat()
  if (files.length > MAX_MERGED_CAPTURES) {
    throw new UsageError(`At most ${MAX_MERGED_CAPTURES} files are read together, not ${files.length}`)
  }
  return files
}

async function filesIn(path: string): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path]
    const entries = await readdir(path, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    if (files.length === 0) throw new UsageError(`There are no files in ${visibleText(path)}`)
    return files.map((entry) => join(entry.parentPath, entry.name)).toSorted()
  } catch (error) {
    throw readErrorOf(error, basename(path))
  }
}

/** Told of a file that breaks after records were read of it. `code`: the errno of the error, as a name. */
type OnBreak = (name: string, code: string) => void

/**
 * The records of the files, merged in order of time when there are several; of standard input when there is none. A file
 * that breaks ends there, and the others are read to their end. Throws {@link UsageError} for a file that cannot be read
 * at all.
 */
export function readFiles(
  paths: readonly string[],
  stdin: Readable,
  onBreak: OnBreak,
): AsyncGenerator<Batch> {
  const [first, ...others] = paths
  if (first === undefined) return readNamed('standard input', stdin, onBreak)
  if (others.length === 0) return readPath(basename(first), first, onBreak)
  const cacheBytes = Math.floor(MAX_CACHED_BYTES / paths.length)
  return mergeCaptures(
    paths.map((path) => ({
      name: path,
      batches: readPath(path, path, onBreak, { cacheBytes }),
    })),
  )
}

async function* readPath(
  name: string,
  path: string,
  onBreak: OnBreak,
  options?: ReadOptions,
): AsyncGenerator<Batch> {
  const positions = await positionsOfFile(path)
  yield* readNamed(name, createReadStream(path), onBreak, {
    ...options,
    ...(positions === undefined ? {} : { positions }),
  })
}

async function* readNamed(
  name: string,
  bytes: Readable,
  onBreak: OnBreak,
  options?: ReadOptions,
): AsyncGenerator<Batch> {
  let read = 0
  try {
    for await (const batch of readCapture(bytesOf(bytes), options)) {
      read += batch.flows.length
      yield batch
    }
  } catch (error) {
    const usageError = readErrorOf(error, name)
    if (read === 0 || !(usageError instanceof UsageError)) throw usageError
    onBreak(name, errorCode(error))
  }
}
