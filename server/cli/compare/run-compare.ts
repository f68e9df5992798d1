/** Runs `flowtrace compare`: reads two sides, each record once, and says what changed from A to B. */
import { compareSides } from '../../../src/compare/compare.ts'
import { type Comparison, isNewlyDenied } from '../../../src/compare/comparison.ts'
import { matcher } from '../../../src/filter/tree/evaluate.ts'
import { isoTime } from '../../../src/lib/format.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { UsageError } from '../../lib/usage-error.ts'
import type { HistoryContext } from '../history/with-history.ts'
import { writePieces } from '../write-pieces.ts'
import { readCaptureSides, type ReadSides, type RecordSink } from './capture-sides.ts'
import type { CompareCommand, FailOn } from './compare-options.ts'
import { renderComparison } from './compare-output.ts'
import type { ComparedSide } from './compared-side.ts'
import { readHistory } from './history-windows.ts'
import { SideSums } from './side-sums.ts'

export type CompareContext = Pick<HistoryContext, 'streams' | 'openHistory'>

/**
 * Resolves with the exit status: 2 where a part of the records is missing, and what was read is compared; 1 for a change of
 * --fail-on, or else 0. Throws {@link UsageError} for a side of which nothing can be read.
 */
export async function runCompare(command: CompareCommand, context: CompareContext): Promise<0 | 1 | 2> {
  const { filter, format, failOn } = command
  const { streams } = context
  if (isSameSide(command.input)) streams.stderr.write('A and B are the same capture\n')
  const sums = { a: new SideSums('A'), b: new SideSums('B') }
  const read = await readSides(command, context, {
    test: matcher(filter, 0),
    add: (side, flow) => sums[side].add(flow),
  })
  refuseEmpty('A', read.a)
  refuseEmpty('B', read.b)
  const [a, b] = [sums.a.tallyOf(read.a), sums.b.tallyOf(read.b)]
  const comparison = compareSides(a, b)
  await writePieces(
    renderComparison(format, {
      comparison,
      read,
      query: command.filterText,
      isColoured: streams.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '',
    }),
    streams.stdout,
  )
  if (read.incomplete !== null) return 2
  return [...failOn].some((change) => hasChange(comparison, change)) ? 1 : 0
}

/** Whether both sides are named alike, as by a slip of the keyboard: then nothing can have changed. */
function isSameSide(input: CompareCommand['input']): boolean {
  return input.kind === 'captures' && JSON.stringify(input.a) === JSON.stringify(input.b)
}

async function readSides(
  { input, filter }: CompareCommand,
  context: CompareContext,
  sink: RecordSink,
): Promise<ReadSides> {
  if (input.kind !== 'history') return readCaptureSides(input, context.streams, sink)
  return readHistory({ ...input, filter }, context, sink.add)
}

function refuseEmpty(side: 'A' | 'B', { name, window, read, recorded }: ComparedSide): void {
  if (read > 0) return
  const times = window === null ? '' : ` from ${isoTime(window.from)} to ${isoTime(window.to)}`
  const others =
    recorded === null ? '' : `; its records are from ${isoTime(recorded.from)} to ${isoTime(recorded.to)}`
  throw new UsageError(`${side} has no flows: there are none in ${visibleText(name)}${times}${others}`)
}

function hasChange({ groups }: Comparison, change: FailOn): boolean {
  if (change === 'any') return groups.length > 0
  // What was allowed in A is newly denied, too, in whichever section it stands.
  if (change === 'new-denials') return groups.some((group) => isNewlyDenied(group))
  return groups.some(({ section }) => section === change)
}
