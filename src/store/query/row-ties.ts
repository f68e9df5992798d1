/** What decides among rows of equal value: their names, so that the same records are in one order however they came. */
import { columnOf } from '../../flows/column.ts'
import { ensure, unreachable } from '../../lib/assert.ts'
import type { Level, Levels } from './bucket-sort.ts'
import type { Match, QueryContext } from './matching-rows.ts'
import type { Snapshot } from './snapshot.ts'

/** More than there are names: the ranks of a source and a destination fit one safe integer. */
const RANK_LIMIT = 2 ** 26

/**
 * The source and destination, and the id of each row. Intervals of one key follow each other by start, and those of one
 * start in the order in which they came.
 */
export function tiesOf(match: Match, context: QueryContext): Levels {
  const { snapshot } = context
  switch (match.kind) {
    case 'keys':
      return flowTies(context)
    case 'intervals': {
      const at = rowReader(snapshot)
      const ofFlow = flowTies(context).map(
        (tie): Level =>
          (item) =>
            tie(at.flow(item)),
      )
      return [...ofFlow, at.start]
    }
    case 'groups':
    case 'signatures': {
      const { rollUp } = ensure(match.sets, 'a match of sets has sums of sets')
      const { source, destination } = rollUp.nameRanks()
      return [(set) => source[set]! * RANK_LIMIT + destination[set]!, ...idTies(rollUp)]
    }
    default:
      return unreachable(match.kind, 'kind of rows')
  }
}

function flowTies({ ranks, snapshot: { keys } }: QueryContext): Levels {
  const source = ranks.ranksOf(columnOf('source'))
  const destination = ranks.ranksOf(columnOf('destination'))
  return [(flow) => source[flow]! * RANK_LIMIT + destination[flow]!, ...idTies(keys)]
}

function idTies(ids: { readonly idHigh: Uint32Array; readonly idLow: Uint32Array }): Levels {
  return [(item) => ids.idHigh[item]!, (item) => ids.idLow[item]!]
}

/** Reads the flow and the start of an interval by its number. Ties are compared often, so it creates no object. */
function rowReader({ slices, keys }: Snapshot): { readonly flow: Level; readonly start: Level } {
  const bases: number[] = []
  let base = 0
  for (const { length } of slices) {
    bases.push(base)
    base += length
  }
  const sliceOf = (item: number): number => {
    let at = 0
    let end = bases.length
    while (end - at > 1) {
      const middle = (at + end) >> 1
      if (bases[middle]! <= item) at = middle
      else end = middle
    }
    return at
  }
  return {
    flow: (item) => {
      const at = sliceOf(item)
      return keys.flowOf[slices[at]!.chunk.entries[item - bases[at]!]!]!
    },
    start: (item) => {
      const at = sliceOf(item)
      return slices[at]!.chunk.starts[item - bases[at]!]!
    },
  }
}
