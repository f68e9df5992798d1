/** Runs `flowtrace explain`: reads a capture in one pass and says for each signature which policy decided it. */
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { readCapture } from '../../src/capture/read.ts'
import type { Refusal } from '../../src/capture/format/refusal.ts'
import { visibleText } from '../../src/lib/visible-text.ts'
import { matcher } from '../../src/filter/tree/evaluate.ts'
import { errorCode } from '../lib/error-code.ts'
import type { ExplainCommand } from './explain-options.ts'
import { type ExplainSummary, renderExplained } from './explain-output.ts'
import { SignatureTable } from './explain-signatures.ts'
import { SeenEnds } from './seen-ends.ts'
import { UsageError } from '../lib/usage-error.ts'

/** The standard streams of the process, or a test's. */
export interface Streams {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
}

const MAX_PRINTED_REFUSALS = 100

/**
 * Resolves with the exit status: 2 when the file could not be read to its end, which is reported, and what was read is
 * explained; 1 for a denial under --fail-on-deny, or else 0. Throws {@link UsageError} for a file of which nothing can be
 * read, or which holds no flows.
 */
export async function runExplain(command: ExplainCommand, streams: Streams): Promise<0 | 1 | 2> {
  const { path, filter, format, failOnDeny } = command
  const name = path === null ? 'standard input' : basename(path)
  const test = matcher(filter, 0)
  const table = new SignatureTable()
  const ends = new SeenEnds()
  const refusals = new RefusalPrinter(name, streams.stderr)
  let read = 0
  let refused = 0
  let unknown = 0
  let captureFormat: string | null = null
  let isComplete = true
  try {
    // Node's types declare a ReadableStream class of their own, which is the web's at run time.
    const bytes = Readable.toWeb(
      path === null ? streams.stdin : createReadStream(path),
    ) as ReadableStream<Uint8Array>
    for await (const batch of readCapture(bytes)) {
      for (const flow of batch.flows) {
        ends.add(flow)
        if (test(flow)) table.add(flow)
      }
      read += batch.flows.length
      refused += batch.refused
      unknown += batch.unknown
      captureFormat = batch.format ?? captureFormat
      refusals.print(batch.refusals)
    }
  } catch (error) {
    // Only errors of files and streams have an errno; any other error is a bug.
    if (!(error instanceof Error && 'errno' in error)) throw error
    const code = errorCode(error)
    if (read === 0)
      throw new UsageError(`The capture ${visibleText(name)} cannot be read (${code})`, { cause: error })
    isComplete = false
    streams.stderr.write(
      `${visibleText(name)}: cannot be read any further (${code}); what was read is explained\n`,
    )
  }
  refusals.printRest(refused)
  if (read === 0) throw new UsageError(`There are no flows in ${visibleText(name)}`)
  const { denied, records: matched, leftOut } = table
  const summary: ExplainSummary = { name, captureFormat, read, matched, denied, refused, unknown, leftOut }
  await writePieces(renderExplained(format, table.sorted(), ends, summary), streams.stdout)
  if (!isComplete) return 2
  return failOnDeny && denied > 0 ? 1 : 0
}

/** Writes with backpressure. EPIPE is no error: `head` closes its end once it has read enough. */
async function writePieces(pieces: Iterable<string>, stdout: Writable): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), stdout, { end: false })
  } catch (error) {
    if (errorCode(error) !== 'EPIPE') throw error
  }
}

/** Writes refusals as compilers do, `file:line:column: reason`, so that editors can jump to the place. */
class RefusalPrinter {
  #printed = 0
  readonly #name: string
  readonly #stderr: Writable

  constructor(name: string, stderr: Writable) {
    this.#name = name
    this.#stderr = stderr
  }

  print(refusals: readonly Refusal[]): void {
    for (const refusal of refusals.slice(0, MAX_PRINTED_REFUSALS - this.#printed)) {
      const { line, column, reason, excerpt } = refusal
      const place = [this.#name, line, column].filter((part) => part !== null).join(':')
      const shown = excerpt === '' ? '' : `: ${excerpt}`
      this.#stderr.write(`${visibleText(`${place}: ${reason}${shown}`)}\n`)
      this.#printed++
    }
  }

  printRest(refused: number): void {
    if (this.#printed < MAX_PRINTED_REFUSALS || refused <= this.#printed) return
    this.#stderr.write(`${visibleText(this.#name)}: ${refused - this.#printed} more refused\n`)
  }
}
