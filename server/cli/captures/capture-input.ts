/** Reads the captures of a command: files, or standard input. */
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Batch, readCapture } from '../../../src/capture/read.ts'
import { asksFor } from '../../../src/filter/tree/asks-for.ts'
import { matcher } from '../../../src/filter/tree/evaluate.ts'
import type { Expression } from '../../../src/filter/tree/expression.ts'
import type { Flow } from '../../../src/flows/flow.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { positionsOfFile } from '../../lib/file-positions.ts'
import { bytesOf } from '../../lib/readable-bytes.ts'
import { readErrorOf } from '../read-error.ts'
import { RefusalPrinter } from '../refusal-printer.ts'
import type { StandardStreams } from '../standard-streams.ts'
import { Progress } from './progress.ts'

/** What a command works with. */
export interface CommandContext {
  readonly streams: StandardStreams
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal
  /** The program with its version, for headers. */
  readonly tool: string
}

export interface CaptureInput {
  /** As it is shown: the file's name, or "standard input". */
  readonly name: string
  /** Null stands for standard input. */
  readonly path: string | null
}

export function captureInput(path: string | null): CaptureInput {
  return { path, name: path === null ? 'standard input' : basename(path) }
}

/**
 * The batches of a capture. Refusals are printed on standard error, and progress where it is a terminal. Throws
 * {@link UsageError} for a file that cannot be read, and the signal's reason.
 */
export async function* readInput(
  input: CaptureInput,
  { streams, signal }: CommandContext,
  { isQuiet = false }: { readonly isQuiet?: boolean } = {},
): AsyncGenerator<Batch> {
  const { name, path } = input
  const refusals = new RefusalPrinter(name, streams.stderr)
  const progress = new Progress(streams.stderr)
  const total = path === null ? null : await sizeOf(path)
  let records = 0
  let refused = 0
  try {
    const positions = path === null ? undefined : await positionsOfFile(path)
    const file = path === null ? streams.stdin : createReadStream(path)
    const options = { signal, keepUnknownMembers: true, ...(positions === undefined ? {} : { positions }) }
    for await (const batch of readCapture(bytesOf(file), options)) {
      records += batch.flows.length
      refused += batch.refused
      if (batch.refusals.length > 0 && !isQuiet) {
        progress.clear()
        refusals.print(batch.refusals)
      }
      yield batch
      progress.show(visibleText(name), { bytes: batch.bytesRead, total, records })
    }
  } catch (error) {
    throw signal.aborted ? error : readErrorOf(error, name)
  } finally {
    progress.clear()
    if (!isQuiet) refusals.printRest(refused)
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    const found = await stat(path)
    return found.isFile() ? found.size : null
  } catch {
    return null // What is wrong with it is said when it is opened.
  }
}

/** The captures of a command with the test of its filter. */
export interface FilteredInputs {
  readonly inputs: readonly CaptureInput[]
  readonly test: (flow: Flow) => boolean
}

/**
 * Calls `run` with the test of a filter. Ages count back from the newest record of all inputs, as on the page, so a filter
 * on them reads everything once before; standard input is kept in a temporary file for it.
 */
export async function withFilter<T>(
  filter: Expression,
  inputs: readonly CaptureInput[],
  context: CommandContext,
  run: (filtered: FilteredInputs) => Promise<T>,
): Promise<T> {
  if (!asksFor(filter, 'age')) return run({ inputs, test: matcher(filter, 0) })
  return withTemporaryFolder(async (folder) => {
    const files: CaptureInput[] = []
    for (const input of inputs) {
      files.push(input.path === null ? await spooled(input, join(folder, 'stdin'), context) : input)
    }
    let newest = 0
    for (const input of files) {
      for await (const { flows } of readInput(input, context, { isQuiet: true })) {
        for (const { endTime } of flows) newest = Math.max(newest, endTime)
      }
    }
    return run({ inputs: files, test: matcher(filter, newest) })
  })
}

async function spooled(
  { name }: CaptureInput,
  path: string,
  { streams, signal }: CommandContext,
): Promise<CaptureInput> {
  try {
    await pipeline(streams.stdin, createWriteStream(path, { mode: 0o600 }), { signal })
  } catch (error) {
    throw signal.aborted ? error : readErrorOf(error, name)
  }
  return { name, path }
}

/** Calls `run` with a folder that only this user can read, and removes it afterwards. */
export async function withTemporaryFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'flowtrace-'))
  try {
    return await run(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
