/** Runs `flowtrace head`: prints the first records of a capture as NDJSON. */
import { headerLine, recordLine } from '../../../src/capture/capture-writer.ts'
import { ensure } from '../../../src/lib/assert.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { openRedaction, type OutputRedaction } from '../output-redaction.ts'
import { type CommandContext, type FilteredInputs, readInput, withFilter } from './capture-input.ts'
import { writeOutput } from './capture-output.ts'
import type { HeadCommand } from './file-command-options.ts'
import { OutputHeaders } from './output-headers.ts'

/** Reads no further than needed. Throws {@link UsageError} for a file that cannot be read or has no records. */
export async function runHead(command: HeadCommand, context: CommandContext): Promise<0> {
  const redaction = await openRedaction(command.redaction, context.streams.stderr)
  await withFilter(command.filter, [command.input], context, (filtered) =>
    writeOutput(
      firstLines(filtered, command, redaction, context),
      { path: null, compression: 'none' },
      context,
    ),
  )
  await redaction.end()
  return 0
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
    // The window of the whole file is not that of its first records.
    const lines = headers
      .next(found, read > 0)
      .map((header) => headerLine({ ...redaction.header(header), window: null }))
    for (const [i, flow] of flows.entries()) {
      if (left === 0) break
      if (!test(flow)) continue
      lines.push(recordLine(redaction.flow(flow), redaction.unknownMembers(unknownMembers[i] ?? null)))
      left--
    }
    yield lines.join('')
    if (left === 0) return
  }
  if (read === 0) throw new UsageError(`There are no flows in ${visibleText(input.name)}`)
}
