/** Runs `flowtrace convert` and `flowtrace merge`. */
import { type CaptureWriter, openWriter } from '../../../src/capture/capture-writer.ts'
import type { Expression } from '../../../src/filter/tree/expression.ts'
import { ensure } from '../../../src/lib/assert.ts'
import { openRedaction, redactedWriter } from '../output-redaction.ts'
import {
  type CommandContext,
  type FilteredInputs,
  readInput,
  withFilter,
  withTemporaryFolder,
} from './capture-input.ts'
import { writeOutput } from './capture-output.ts'
import type { WriteCommand } from './file-command-options.ts'
import { mergeInputs, noFlows, recordOfLine } from './merged-inputs.ts'
import { OutputHeaders } from './output-headers.ts'
import { SortedRuns } from './sorted-runs.ts'

/** About so many records are written at once. */
const RECORDS_AT_ONCE = 500

type Chunk = string | Uint8Array

/** Throws {@link UsageError} for files that cannot be read or written, and for captures without any records. */
export async function runWrite(command: WriteCommand, context: CommandContext): Promise<0> {
  const { inputs, filter, format, output } = command
  const redaction = await openRedaction(command.redaction, context.streams.stderr)
  const writer = redactedWriter(await openWriter(format), redaction)
  await withFilter(filter, inputs, context, (filtered) => {
    // One capture keeps its order, and needs no temporary folder.
    if (command.command === 'convert' && inputs.length === 1)
      return writeOutput(convertedChunks(filtered, filter, writer, context), output, context)
    return withTemporaryFolder((folder) =>
      writeOutput(mergedChunks(filtered, command, writer, new SortedRuns(folder), context), output, context),
    )
  })
  for (const loss of writer.losses()) context.streams.stderr.write(`Not in the output: ${loss}\n`)
  await redaction.end()
  return 0
}

async function* convertedChunks(
  { inputs, test }: FilteredInputs,
  filter: Expression,
  writer: CaptureWriter,
  context: CommandContext,
): AsyncGenerator<Chunk> {
  const input = ensure(inputs[0], 'input')
  const headers = new OutputHeaders(input, filter, context.tool)
  let read = 0
  for await (const { flows, unknownMembers, headers: found } of readInput(input, context)) {
    read += flows.length
    const parts = headers.next(found, read > 0).map((header) => writer.header(header))
    for (const [i, flow] of flows.entries()) {
      if (test(flow)) parts.push(writer.record(flow, unknownMembers[i] ?? null))
    }
    yield joined(parts)
  }
  if (read === 0) throw noFlows([input])
  yield joined([...headers.next([], true).map((header) => writer.header(header)), writer.end()])
}

async function* mergedChunks(
  filtered: FilteredInputs,
  { filter, format, redaction }: WriteCommand,
  writer: CaptureWriter,
  runs: SortedRuns,
  context: CommandContext,
): AsyncGenerator<Chunk> {
  const found = await mergeInputs(filtered, filter, runs, context)
  let parts = found.map((header) => writer.header(header))
  for await (const { line } of runs.sorted()) {
    parts.push(format === 'ndjson' && redaction === null ? line : encoded(line, writer))
    if (parts.length < RECORDS_AT_ONCE) continue
    yield joined(parts)
    parts = []
  }
  yield joined([...parts, writer.end()])
}

/** The record of one of our own lines in the writer's format. */
function encoded(line: string, writer: CaptureWriter): Chunk {
  const { flow, unknownMembers } = recordOfLine(line)
  return writer.record(flow, unknownMembers)
}

/** The chunks as one: texts stay a text. */
export function joined(parts: readonly Chunk[]): Chunk {
  return parts.every((part) => typeof part === 'string')
    ? parts.join('')
    : Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
}
