/** Runs `flowtrace convert` and `flowtrace merge`. */
import { type CaptureWriter, openWriter, recordLine } from '../../../src/capture/capture-writer.ts'
import type { CaptureHeader } from '../../../src/capture/format/capture-header.ts'
import { type Json } from '../../../src/capture/format/json-fields.ts'
import { recordOutcome } from '../../../src/capture/format/record.ts'
import { unknownMembersOf } from '../../../src/capture/format/unknown-members.ts'
import type { Expression } from '../../../src/filter/tree/expression.ts'
import { ensure } from '../../../src/lib/assert.ts'
import { formatCount } from '../../../src/lib/format.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { openRedaction, redactedWriter } from '../output-redaction.ts'
import {
  type CaptureInput,
  type CommandContext,
  type FilteredInputs,
  readInput,
  withFilter,
  withTemporaryFolder,
} from './capture-input.ts'
import { writeOutput } from './capture-output.ts'
import type { WriteCommand } from './file-command-options.ts'
import { OutputHeaders } from './output-headers.ts'
import { SortedRuns } from './sorted-runs.ts'

/** An upper bound on memory: a merged capture begins with the headers of all its parts. */
const MAX_MERGED_HEADERS = 1000
/** About so many records are written at once. */
const RECORDS_AT_ONCE = 500

type Chunk = string | Uint8Array

/** Throws {@link UsageError} for files that cannot be read or written, and for captures without any records. */
export async function runWrite(command: WriteCommand, context: CommandContext): Promise<0> {
  const { inputs, filter, format, output } = command
  const redaction = await openRedaction(command.redaction, context.streams.stderr)
  const writer = redactedWriter(await openWriter(format), redaction)
  await withFilter(filter, inputs, context, (filtered) => {
    if (command.command === 'convert')
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
  { inputs, test }: FilteredInputs,
  { filter, format, redaction }: WriteCommand,
  writer: CaptureWriter,
  runs: SortedRuns,
  context: CommandContext,
): AsyncGenerator<Chunk> {
  const found: CaptureHeader[] = []
  let leftOut = 0
  let read = 0
  for (const input of inputs) {
    const headers = new OutputHeaders(input, filter, context.tool)
    for await (const batch of readInput(input, context)) {
      read += batch.flows.length
      const more = headers.next(batch.headers, batch.flows.length > 0)
      const taken = more.slice(0, MAX_MERGED_HEADERS - found.length)
      found.push(...taken)
      leftOut += more.length - taken.length
      for (const [i, flow] of batch.flows.entries()) {
        if (test(flow))
          await runs.add(flow.startTime, recordLine(flow, withoutId(batch.unknownMembers[i] ?? null)))
      }
    }
  }
  if (read === 0) throw noFlows(inputs)
  if (leftOut > 0) context.streams.stderr.write(`Not in the output: ${formatCount(leftOut)} more headers\n`)
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
  const value: unknown = JSON.parse(line)
  const outcome = recordOutcome(value)
  if (outcome.is !== 'flow') throw new Error('a line that we wrote holds no flow')
  const { flow, record } = outcome
  return writer.record(flow, record === undefined ? null : unknownMembersOf(value, record))
}

/** Ids are those of one server's run (proto/goldmane/api.proto), so they say nothing beside those of another one. */
function withoutId(unknownMembers: Json | null): Json | null {
  if (unknownMembers === null || !('id' in unknownMembers)) return unknownMembers
  const { id: _, ...rest } = unknownMembers
  return rest
}

function noFlows(inputs: readonly CaptureInput[]): UsageError {
  return new UsageError(`There are no flows in ${inputs.map(({ name }) => visibleText(name)).join(', ')}`)
}

function joined(parts: readonly Chunk[]): Chunk {
  return parts.every((part) => typeof part === 'string')
    ? parts.join('')
    : Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
}
