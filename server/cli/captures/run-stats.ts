/** Runs `flowtrace stats`: says what a capture holds. */
import { CaptureStats } from '../../../src/capture/capture-stats.ts'
import { ensure } from '../../../src/lib/assert.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { type CommandContext, readInput, withFilter } from './capture-input.ts'
import { writeOutput } from './capture-output.ts'
import type { StatsCommand } from './file-command-options.ts'
import { statsJson, statsText } from './stats-output.ts'

/** Throws {@link UsageError} for a file that cannot be read, and after its output for one without records. */
export async function runStats({ input, filter, isJson }: StatsCommand, context: CommandContext): Promise<0> {
  const { name } = input
  const stats = new CaptureStats()
  await withFilter(filter, [input], context, async ({ inputs, test }) => {
    // The reasons are part of the output.
    for await (const batch of readInput(ensure(inputs[0], 'input'), context, { isQuiet: true }))
      stats.add(batch, test)
  })
  const output = isJson ? statsJson(name, stats) : statsText(name, stats)
  await writeOutput(once(output), { path: null, compression: 'none' }, context)
  if (stats.read === 0) throw new UsageError(`There are no flows in ${visibleText(name)}`)
  return 0
}

async function* once(text: string): AsyncGenerator<string> {
  yield text
}
