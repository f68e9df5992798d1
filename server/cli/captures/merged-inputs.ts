/** Puts the records of several captures in the order of their start, on one clock. */
import { recordLine } from '../../../src/capture/capture-writer.ts'
import type { CaptureHeader } from '../../../src/capture/format/capture-header.ts'
import { type Json } from '../../../src/capture/format/json-fields.ts'
import { recordOutcome } from '../../../src/capture/format/record.ts'
import { unknownMembersOf } from '../../../src/capture/format/unknown-members.ts'
import type { Expression } from '../../../src/filter/tree/expression.ts'
import type { Flow } from '../../../src/flows/flow.ts'
import { formatCount } from '../../../src/lib/format.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { type CaptureInput, type CommandContext, type FilteredInputs, readInput } from './capture-input.ts'
import { OutputHeaders } from './output-headers.ts'
import type { SortedRuns } from './sorted-runs.ts'

/** An upper bound on memory: a merged capture begins with the headers of all its parts. */
const MAX_MERGED_HEADERS = 1000

/**
 * Reads all inputs into `runs`, their records as our own lines. Resolves with the headers of the output, at most
 * {@link MAX_MERGED_HEADERS}. Throws {@link UsageError} for a capture that cannot be read, and where none has a record.
 */
export async function mergeInputs(
  { inputs, test }: FilteredInputs,
  filter: Expression,
  runs: SortedRuns,
  context: CommandContext,
): Promise<readonly CaptureHeader[]> {
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
  return found
}

/** The record of one of our own lines. */
export function recordOfLine(line: string): { readonly flow: Flow; readonly unknownMembers: Json | null } {
  const value: unknown = JSON.parse(line)
  const outcome = recordOutcome(value)
  if (outcome.is !== 'flow') throw new Error('a line that we wrote holds no flow')
  const { flow, record } = outcome
  return { flow, unknownMembers: record === undefined ? null : unknownMembersOf(value, record) }
}

export function noFlows(inputs: readonly CaptureInput[]): UsageError {
  return new UsageError(`There are no flows in ${inputs.map(({ name }) => visibleText(name)).join(', ')}`)
}

/** Ids are those of one server's run (proto/goldmane/api.proto), so they say nothing beside those of another one. */
function withoutId(unknownMembers: Json | null): Json | null {
  if (unknownMembers === null || !('id' in unknownMembers)) return unknownMembers
  const { id: _, ...rest } = unknownMembers
  return rest
}
