/** Runs `flowtrace head`: prints the first records of a capture, or of several merged, as NDJSON. */
import { headerLine, recordLine } from '../../../src/capture/capture-writer.ts'
import type { CaptureHeader } from '../../../src/capture/format/capture-header.ts'
import { ensure } from '../../../src/lib/assert.ts'
import { openRedaction, type OutputRedaction } from '../output-redaction.ts'
import {
  type CommandContext,
  type FilteredInputs,
  readInput,
  withFilter,
  withTemporaryFolder,
} from './capture-input.ts'
import { writeOutput } from './capture-output.ts'
import type { HeadCommand } from './file-command-options.ts'
import { mergeInputs, noFlows, recordOfLine } from './merged-inputs.ts'
import { OutputHeaders } from './output-headers.ts'
import { SortedRuns } from './sorted-runs.ts'

/**
 * Reads no further than needed, but several captures whole, since any of them may have the earliest record. Throws
 * {@link UsageError} for a file that cannot be read, and where there are no records.
 */
export async function runHead(command: HeadCommand, context: CommandContext): Promise<0> {
  const redaction = await openRedaction(command.redaction, context.streams.stderr)
  const output = { path: null, compression: 'none' } as const
  await withFilter(command.filter, command.inputs, context, (filtered) =>
    command.inputs.length === 1
      ? writeOutput(firstLines(filtered, command, redaction, context), output, context)
      : withTemporaryFolder((folder) =>
          writeOutput(
            firstMergedLines(filtered, command, redaction, new SortedRuns(folder), context),
            output,
            context,
          ),
        ),
  )
  await redaction.end()
  return 0
}

async function* firstMergedLines(
  filtered: FilteredInputs,
  { records, filter }: HeadCommand,
  redaction: OutputRedaction,
  runs: SortedRuns,
  context: CommandContext,
): AsyncGenerator<string> {
  const headers = await mergeInputs(filtered, filter, runs, context)
  yield headers.map((header) => firstHeader(header, redaction)).join('')
  let left = records
  for await (const { line } of runs.sorted()) {
    const { flow, unknownMembers } = recordOfLine(line)
    yield recordLine(redaction.flow(flow), redaction.unknownMembers(unknownMembers))
    left--
    if (left === 0) return
  }
}

/** The window of the whole file is not that of its first records. */
function firstHeader(header: CaptureHeader, redaction: OutputRedaction): string {
  return headerLine({ ...redaction.header(header), window: null })
}

async function* firstLines(
  { inputs, test }: FilteredInputs,
  { records, filter }: HeadCommand,
  redaction: OutputRedaction,
  context: CommandContext,
): AsyncGenerator<string> {
  const input = ensure(inputs[0], 'input')
  const headers = new OutputHeaders(input, filter, context.tool)
  let read = 0
  let left = records
  for await (const { flows, unknownMembers, headers: found } of readInput(input, context)) {
    read += flows.length
    const lines = headers.next(found, read > 0).map((header) => firstHeader(header, redaction))
    for (const [i, flow] of flows.entries()) {
      if (left === 0) break
      if (!test(flow)) continue
      lines.push(recordLine(redaction.flow(flow), redaction.unknownMembers(unknownMembers[i] ?? null)))
      left--
    }
    yield lines.join('')
    if (left === 0) return
  }
  if (read === 0) throw noFlows([input])
}
