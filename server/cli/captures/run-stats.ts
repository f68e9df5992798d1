/** Runs `flowtrace stats`: says what captures hold, together. */
import { CaptureStats } from '../../../src/capture/capture-stats.ts'
import type { Batch } from '../../../src/capture/read.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { type CommandContext, readInput, withFilter } from './capture-input.ts'
import { writeOutput } from './capture-output.ts'
import type { StatsCommand } from './file-command-options.ts'
import { statsJson, statsText } from './stats-output.ts'

/** Throws {@link UsageError} for a file that cannot be read, and after its output for one without records. */
export async function runStats(command: StatsCommand, context: CommandContext): Promise<0> {
  const { filter, isJson } = command
  const name = command.inputs.map((input) => input.name).join(', ')
  const stats = new CaptureStats()
  await withFilter(filter, command.inputs, context, async ({ inputs, test }) => {
    const formats = new Set<string>()
    for (const input of inputs) {
      // The reasons are part of the output.
      for await (const batch of readInput(input, context, { isQuiet: true })) {
        stats.add(inputs.length === 1 ? batch : withFile(batch, input.name), test)
      }
      if (stats.format !== null) formats.add(stats.format)
      stats.format = null
    }
    stats.format = formats.size === 0 ? null : [...formats].join(' and ')
  })
  const output = isJson ? statsJson(name, stats) : statsText(name, stats)
  await writeOutput(once(output), { path: null, compression: 'none' }, context)
  if (stats.read === 0) throw new UsageError(`There are no flows in ${visibleText(name)}`)
  return 0
}

function withFile(batch: Batch, file: string): Batch {
  return { ...batch, refusals: batch.refusals.map((refusal) => ({ ...refusal, file })) }
}

async function* once(text: string): AsyncGenerator<string> {
  yield text
}
